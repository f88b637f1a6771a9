/* Notices that wait in an account's counters. */
#include "notify.h"

#include <stdbool.h>
#include <stdio.h>

#include <liberations/notices.h>

/* The file knows when a notice of this kind was last mailed. If one waits there too, left by an earlier release, it goes first. A
 * file that cannot be read was reported already, and silences nobody. */
static bool read_mark(const struct notifying *run, const char *name, enum lbr_notice_kind kind, struct lbr_notice *ret)
{
	enum lbr_error error = lbr_notice_read(run->way.notices, name, kind, ret, NULL);

	return error != LBR_ERR_NEWER && ret->raised_s == 0;
}

void cli_notify_raised(struct notifying *run, const struct lbr_account *account, const struct lbr_counters *counters)
{
	struct lbr_notice notice;
	int kind;

	for (kind = 0; kind < LBR_RAISED_KINDS; kind++) {
		const struct lbr_raised *raised = &counters->raised[kind];

		if (raised->at_s == 0 || !read_mark(run, account->name, (enum lbr_notice_kind)kind, &notice))
			continue;
		snprintf(notice.name, sizeof(notice.name), "%s", account->name);
		notice.kind = (enum lbr_notice_kind)kind;
		notice.raised_s = raised->at_s;
		snprintf(notice.service, sizeof(notice.service), "%s", raised->service);
		snprintf(notice.rhost, sizeof(notice.rhost), "%s", raised->address);
		if (lbr_notice_is_due(&notice, run->now_s))
			cli_notify_put(run, account, &notice, raised);
	}
}
