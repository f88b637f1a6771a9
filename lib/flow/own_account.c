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

/* What reading an account takes, for a name that has none: counters are read for each of the two files, and the substitute's text
 * takes the place of the account's. */
static void read_instead(struct lbr_store *store, const struct lbr_keyring *keyring, const char *name,
                         struct lbr_stand_in *stand_in)
{
	char drawn[DRAWN + 1];
	struct lbr_view view;

	draw_name(stand_in, drawn);
	(void)lbr_name_check(drawn); /* as the look-up in vain does */
	(void)lbr_store_load_decoy(store, name, &view, NULL);
	(void)lbr_stand_in_read(stand_in, keyring);
	lbr_view_release(&view);
}

/* What finding nothing takes, for a name that has an account. */
static void miss(struct lbr_store *store, const struct lbr_stand_in *stand_in)
{
	char drawn[DRAWN + 1];
	struct lbr_view view;

	draw_name(stand_in, drawn);
	(void)lbr_store_load(store, drawn, &view, NULL);
	lbr_view_release(&view);
}

bool lbr_is_own_account(struct lbr_store *store, const struct lbr_keyring *keyring, const struct lbr_settings *settings,
                        const char *name, uint64_t uid)
{
	struct lbr_stand_in stand_in;
	struct lbr_view view;
	bool own = false;

	if (lbr_stand_in_make(&stand_in, keyring, settings->hash_cost) != LBR_OK)
		return false;
	if (lbr_store_load(store, name, &view, NULL) == LBR_OK) {
		own = view.account.has_uid && view.account.uid == uid;
		miss(store, &stand_in);
	} else {
		read_instead(store, keyring, name, &stand_in);
	}
	lbr_view_release(&view);
	return own;
}
