/* The ids of seal keys, for a caller who may read their file. */
#include "offer.h"

#include <stddef.h>

#include <liberations/keyring.h>

#include "on_behalf.h"

/* The key in force is the first one: it is active already, and may not be retired. */
void cli_offer_key_ids(struct cli *cli, const struct line *line)
{
	struct lbr_keyring *keyring = NULL;
	struct lbr_settings settings;
	uid_t caller;
	size_t at;

	if (cli_on_behalf(&caller) || !cli_offer_as_owner(cli, line, &settings) ||
	    lbr_keyring_load(settings.seal_key, &keyring, NULL) != LBR_OK)
		return;
	for (at = 1; at < lbr_keyring_count(keyring); at++)
		cli_offer(line, lbr_keyring_id_at(keyring, at), NULL);
	lbr_keyring_free(keyring);
}
