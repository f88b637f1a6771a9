/* The last ten passwords: which ones are kept. */
#include <liberations/history.h>

#include <stdbool.h>
#include <string.h>

void lbr_history_wipe(struct lbr_history *history)
{
	lbr_wipe(history, history != NULL ? sizeof(*history) : 0);
}

/* Moves the entries from `at` on one place down, over the one before `at`. */
static void close_gap(struct lbr_history *history, unsigned at)
{
	memmove(&history->entries[at - 1], &history->entries[at],
	        (history->count - at) * sizeof(history->entries[0]));
	history->count--;
	lbr_wipe(&history->entries[history->count], sizeof(history->entries[0]));
}

/* The hash in force appears once, in front: a copy further down is removed. */
static void drop_copies(struct lbr_history *history, const char *hash)
{
	unsigned i = history->count;

	for (; i > 1; i--)
		if (strcmp(history->entries[i - 1].hash, hash) == 0)
			close_gap(history, i);
}

static void make_room_in_front(struct lbr_history *history)
{
	unsigned moved = history->count < LBR_HISTORY_MAX ? history->count : LBR_HISTORY_MAX - 1;

	memmove(&history->entries[1], &history->entries[0], moved * sizeof(history->entries[0]));
	history->count = moved + 1;
}

static void put_in_front(struct lbr_history *history, const struct lbr_account *account)
{
	struct lbr_history_entry *first = &history->entries[0];
	bool in_force = history->count > 0 && strcmp(first->hash, account->password_hash) == 0;

	history->lags = history->lags || !in_force || first->set_s != account->password_set_s;
	/* The same date with another hash is a rehash of the same password, not a new one. */
	if (!in_force && (history->count == 0 || first->set_s != account->password_set_s))
		make_room_in_front(history);
	memcpy(first->hash, account->password_hash, sizeof(first->hash));
	first->set_s = account->password_set_s;
	drop_copies(history, account->password_hash);
}

void lbr_history_heal(struct lbr_history *history, const struct lbr_account *account, unsigned keep)
{
	if (keep < 1 || keep > LBR_HISTORY_MAX)
		keep = LBR_HISTORY_MAX;
	if (account->password_kind == LBR_PASSWORD_OWN)
		put_in_front(history, account);
	while (history->count > keep) {
		history->count--;
		lbr_wipe(&history->entries[history->count], sizeof(history->entries[0]));
	}
}
