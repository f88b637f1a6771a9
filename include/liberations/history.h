/* The last ten passwords of one account, newest first; line 1 is the current password.
 *
 * On disk it is text: a first line with the format, at most LBR_HISTORY_MAX lines "date hash", the MAC as the last line.
 */
#ifndef LIBERATIONS_HISTORY_H
#define LIBERATIONS_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>

#define LBR_HISTORY_MAX 10

struct lbr_history_entry {
	int64_t set_s;
	char    hash[LBR_HASH_MAX];
};

struct lbr_history {
	unsigned                 count;
	struct lbr_history_entry entries[LBR_HISTORY_MAX];
	bool                     lags; /* healing added an entry in front that the file lacks; not stored */
};

/* Brings the history in line with the account's own password after a crash between the two files. The same date replaces line 1
 * (a rehash is not a new password), a known hash moves to the front, any other hash is added in front. At most `keep` (1 to
 * LBR_HISTORY_MAX) entries remain; the others are wiped. A temporary password is never added. Idempotent. */
void lbr_history_heal(struct lbr_history *history, const struct lbr_account *account, unsigned keep);

void lbr_history_wipe(struct lbr_history *history);

#endif
