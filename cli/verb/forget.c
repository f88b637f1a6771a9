#include "forget.h"

#include <stdlib.h>
#include <string.h>

#include <liberations/messages.h>
#include <liberations/notice.h>
#include <liberations/notices.h>

static void forget_notices(const struct admin_session *session, const char *name)
{
	struct lbr_notices *notices = NULL;
	int kind;

	if (lbr_notices_open(session->settings.state, session->keyring, &notices, NULL) != LBR_OK)
		return;
	for (kind = 0; kind < LBR_NOTICE_KINDS; kind++)
		(void)lbr_notices_drop(notices, name, (enum lbr_notice_kind)kind, NULL);
	lbr_notices_close(notices);
}

/* Another process that is sending is not waited for: a mail program may hang, and the name may soon be somebody else's. */
static void forget_messages(const struct admin_session *session, const char *name)
{
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	struct lbr_spool *spool = NULL;
	struct lbr_message message;
	size_t count = 0, at;

	if (lbr_messages_open_to_drop(session->settings.state, session->keyring, &spool, NULL) != LBR_OK)
		return;
	if (lbr_messages_list(spool, &ids, &count, NULL) != LBR_OK)
		count = 0;
	for (at = 0; at < count; at++)
		if (lbr_message_read(spool, ids[at], &message, NULL) == LBR_OK && strcmp(message.name, name) == 0)
			(void)lbr_message_drop(spool, message.id, NULL);
	free(ids);
	lbr_messages_close(spool);
}

void cli_forget(const struct admin_session *session, const char *name)
{
	forget_notices(session, name);
	forget_messages(session, name);
}
