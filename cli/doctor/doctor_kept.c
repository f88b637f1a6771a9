/* What is kept beside the accounts and read only now and then: histories and notices. */
#include "doctor.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/notices.h>
#include <liberations/reseal.h>

#define NAMED_MAX 100 /* as with accounts: a million histories may have one fault */
#define NEWER_FIX "man liberations-formats"

/* What is wrong with the account itself was told with the accounts. */
static bool is_of_history(const struct lbr_reason *reason)
{
	static const char place[] = "history/";

	return strncmp(reason->text, place, sizeof(place) - 1) == 0;
}

struct kept {
	struct doctor *doctor;
	unsigned long  histories, notices; /* with a fault */
};

static int judge_history(void *context, const char *name)
{
	struct kept *kept = context;
	struct lbr_reason reason = { .text = "" };
	struct lbr_keys_named named;
	char fix[LBR_NAME_MAX + 64];
	enum lbr_error error = lbr_store_keys(kept->doctor->session.store, name, &named, &reason);

	if ((error != LBR_ERR_DAMAGED && error != LBR_ERR_NEWER) || !is_of_history(&reason))
		return 0;
	snprintf(fix, sizeof(fix), "sudo liberations history --forget %s", name);
	cli_finding_add_reason(&kept->doctor->found, FINDING_WARNING, "history", name, error == LBR_ERR_NEWER ? NEWER_FIX : fix,
	                       &reason);
	return ++kept->histories >= NAMED_MAX;
}

/* `notify` reports a damaged one, and drops it. */
static int judge_notice(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
                        enum lbr_error error, const struct lbr_reason *reason)
{
	struct kept *kept = context;

	(void)kind, (void)notice;
	if (error != LBR_ERR_NEWER)
		return 0;
	cli_finding_add_reason(&kept->doctor->found, FINDING_WARNING, "notice", name, NEWER_FIX, reason);
	return ++kept->notices >= NAMED_MAX;
}

void cli_doctor_kept(struct doctor *on)
{
	const struct admin_session *session = &on->session;
	struct lbr_reason reason = { .text = "" };
	struct lbr_notices *notices = NULL;
	struct kept kept = { .doctor = on };
	enum lbr_error error;

	if (session->settings.store == LBR_STORE_FILE) /* a shared one is loaded and judged with its account */
		lbr_store_names(session->settings.state, judge_history, &kept);
	error = lbr_notices_open(session->settings.state, session->keyring, &notices, &reason);
	if (error == LBR_OK)
		error = lbr_notices_list(notices, judge_notice, &kept, &reason);
	if (error != LBR_OK && error != LBR_ERR_ABSENT)
		cli_finding_add_reason(&on->found, FINDING_CRITICAL, "notice", "", "sudo liberations init", &reason);
	lbr_notices_close(notices);
}
