/* One run of `notify`. */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/notice.h>
#include <liberations/notices.h>

#include "deliver.h"
#include "mail.h"

struct notifying {
	struct cli       *cli;
	struct delivering way;
	int64_t           now_s; /* of the whole run */
	unsigned          kept, without_contact, damaged;
	unsigned          would_send, people; /* of a dry run: so many notices, to so many people */
	char              last[LBR_NAME_MAX + 1]; /* the last of them; a person's notices come one after the other */
	bool              elsewhere; /* another host has the turn at the shared accounts */
	bool              no_mail; /* there is no program to send mail with: what needs it is kept */
};

/* notify_text.c: writes the text of a notice, one line, in the account's language, else the configuration's, else the command's. */
void cli_notify_text(const struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                     char ret[CLI_MAIL_TEXT_MAX]);

/* notify_put.c: puts a notice that is due into the spool; says what cannot be sent, and counts it. `raised` is what waits in the
 * account's counters; NULL: the notice waits in its file, or is computed. */
void cli_notify_put(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                    const struct lbr_raised *raised);

/* notify_raised.c: puts what waits in an account's counters and is due. */
void cli_notify_raised(struct notifying *run, const struct lbr_account *account, const struct lbr_counters *counters);

/* notify_say.c: prints one line about one notice; `text` only with --dry-run. */
void cli_notify_say(const struct notifying *run, const struct lbr_account *account, enum lbr_notice_kind kind, const char *result,
                    enum cli_text said, const char *text);

/* notify_say.c: says what became of one notice; `context` is a struct notifying. */
void cli_notify_tell(void *context, const struct delivered *delivered);

/* notify_say.c: says the totals. */
void cli_notify_sum_up(const struct notifying *run);

bool cli_notify_has_changed(const struct notifying *run);

#endif
