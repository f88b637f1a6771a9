/* One run of `notify`. */
#ifndef CLI_NOTIFY_H
#define CLI_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/notice.h>

#include <liberations/notices.h>

#include "admin_session.h"
#include "carriers.h"
#include "mail.h"

struct notifying {
	struct cli         *cli;
	struct admin_session         session;
	struct lbr_notices *notices;
	struct carriers     carriers;
	int64_t             now_s; /* of the whole run */
	unsigned            sent, kept, without_contact, damaged, hung;
	unsigned            would_send, people; /* of a dry run: so many notices, to so many people */
	char                last[LBR_NAME_MAX + 1]; /* the last of them; a person's notices come one after the other */
	bool                no_mail; /* there is no program to send with: everything is kept */
	enum cli_status     status; /* the worst so far */
	bool                over;   /* the mail system does not work: stop trying */
};

/* notify_text.c: writes the text of a notice, one line, in the account's language, else the configuration's, else the command's. */
void cli_notify_text(const struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                     char ret[CLI_MAIL_TEXT_MAX]);

/* notify_send.c: mails one notice that is due, marks it sent, then counts and reports the result. `raised` is what waits in the
 * account's counters; NULL: the notice waits in its file, or is computed. */
void cli_notify_send(struct notifying *run, const struct lbr_account *account, const struct lbr_notice *notice,
                     const struct lbr_raised *raised);

/* notify_raised.c: sends what waits in an account's counters and is due. */
void cli_notify_raised(struct notifying *run, const struct lbr_account *account, const struct lbr_counters *counters);

/* notify_raised.c: takes a notice out of the counters, if it is still the one that waits there. */
enum lbr_error cli_notify_clear(struct notifying *run, const char *name, enum lbr_notice_kind kind,
                                const struct lbr_raised *raised, struct lbr_reason *reason);

#endif
