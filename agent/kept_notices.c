/* Notices to the person. An event is remembered at once, and written only when the timing tells the peer nothing. */
#include "kept_notices.h"

#include <string.h>
#include <syslog.h>

#include <liberations/notices.h>

#include "log.h"

void lbr_notice_keep(struct lbr_session *session, enum lbr_notice_kind kind)
{
	struct lbr_kept_notices *kept = &session->notices;
	struct lbr_kept_notice *one;
	unsigned i;

	for (i = 0; i < kept->count; i++)
		if (kept->list[i].kind == kind && strcmp(kept->list[i].name, session->request.user) == 0)
			return;
	if (strlen(session->request.user) > LBR_NAME_MAX) /* cannot happen: a noticed event belongs to an account */
		return;
	if (kept->count == LBR_NOTICES_KEPT) {
		lbr_log_event(session, LOG_WARNING, "notice", "too many in one dialogue; this one was dropped");
		return;
	}
	one = &kept->list[kept->count++];
	memcpy(one->name, session->request.user, strlen(session->request.user) + 1);
	one->kind = kind;
	one->at_s = lbr_now_s();
}

void lbr_notice_keep_result(struct lbr_session *session)
{
	if (session->reply.changed)
		lbr_notice_keep(session, LBR_NOTICE_PASSWORD_CHANGED);
	if (session->request.kind == LBR_REQUEST_REPLACE_TOKEN && session->reply.status == LBR_STATUS_ALLOW)
		lbr_notice_keep(session, LBR_NOTICE_TOKEN_REPLACED);
	/* After a yes, timing reveals nothing, so pending notices are written now: a peer that keeps the dialogue open must not
	 * hold them back from the person. */
	if (session->reply.changed || session->reply.status == LBR_STATUS_ALLOW)
		lbr_notice_write_kept(session);
}

static void write_one(struct lbr_session *session, struct lbr_notices *notices, const struct lbr_kept_notice *one)
{
	struct lbr_reason reason = { .text = "" };

	if (lbr_notices_raise(notices, one->name, one->kind, one->at_s, session->hello.service, session->hello.rhost,
	                      &reason) != LBR_OK)
		lbr_log(LOG_WARNING, "cannot keep the notice %s for %.64s: %s", lbr_notice_kind_name(one->kind),
		        one->name, reason.text);
}

void lbr_notice_write_kept(struct lbr_session *session)
{
	struct lbr_kept_notices *kept = &session->notices;
	struct lbr_notices *notices = NULL;
	struct lbr_reason reason = { .text = "" };
	unsigned i;

	if (kept->count == 0)
		return;
	if (lbr_notices_open(session->settings->state, session->keyring, &notices, &reason) != LBR_OK) {
		lbr_log(LOG_WARNING, "cannot keep notices: %s", reason.text);
		kept->count = 0;
		return;
	}
	for (i = 0; i < kept->count; i++)
		write_one(session, notices, &kept->list[i]);
	kept->count = 0;
	lbr_notices_close(notices);
}
