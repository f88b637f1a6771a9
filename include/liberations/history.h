/* The ten last passwords of one account, newest first; line 1 is the password in force.
 *
 * On disk text: a first line with the format, at most LBR_HISTORY_MAX lines "date hash", the MAC as the last line.
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
	bool                     lags; /* healing put something in front that the file lacks; not part of the text */
};

/* Brings the history in line with the account's own password after a crash between the two files: the same date replaces
 * line 1 (a rehash is not a new password), a known hash moves to the front, else it is put in front; at most `keep`
 * (1 to LBR_HISTORY_MAX) entries remain, the ones that fall off are wiped. A temporary password never enters.
 * Idempotent. */
void lbr_history_heal(struct lbr_history *history, const struct lbr_account *account, unsigned keep);

void lbr_history_wipe(struct lbr_history *history);

#endif
