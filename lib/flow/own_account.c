/* Whose account a name is, asked by somebody who may not know whether it is one. */
#include <liberations/attempt.h>

#include <stdbool.h>
#include <stdint.h>

#include <liberations/name.h>

#include "stand_in.h"

#define DRAWN 24 /* bytes of its nonce */

/* The random bytes of the substitute name nobody. */
static void draw_name(const struct lbr_stand_in *stand_in, char ret[DRAWN + 1])
{
	int at;

	for (at = 0; at < DRAWN; at++)
		ret[at] = (char)('a' + stand_in->account.token.bytes[at] % ('z' - 'a' + 1));
	ret[DRAWN] = '\0';
}

/* Does what the other answer to the look-up would have taken: for a name that has an account, finding nothing; for one that has
 * none, reading an account. The decoy's counters are read for each of the two files, and the substitute's text is the account's. */
static void even_out(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                     const char *name, bool known)
{
	struct lbr_stand_in stand_in;
	char drawn[DRAWN + 1];
	struct lbr_view view;

	if (lbr_stand_in_make(&stand_in, keyring, settings->hash_cost) != LBR_OK)
		return;
	draw_name(&stand_in, drawn);
	if (known) {
		(void)lbr_store_load(store, drawn, &view, NULL);
	} else {
		(void)lbr_name_check(drawn); /* as that load does */
		(void)lbr_store_load_decoy(store, name, &view, NULL);
		(void)lbr_stand_in_read(&stand_in, keyring);
	}
	lbr_view_release(&view);
}

enum lbr_error lbr_own_account_find(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                                    const char *name, uint64_t uid, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(store, name, &view, reason);
	bool known = error == LBR_OK;
	bool own = known && view.account.has_uid && view.account.uid == uid;

	lbr_view_release(&view);
	if (error == LBR_ERR_UNREACHABLE)
		return error;
	if (!own)
		even_out(store, keyring, settings, name, known);
	return own ? LBR_OK : LBR_ERR_ABSENT;
}
