#include "strangers.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "admin_session.h"
#include "recorded.h"

#define NAMES 16 /* for more, `list` tells */

/* What these give opens nothing to the user whom root's services refuse. passwd, reset-token and invite record the uid anew, and
 * show and list tell it themselves. */
static bool is_told_of(const struct cli *cli)
{
	static const char *const verbs[] = { "unlock", "enable", "expire", "recovery-codes", "contact", "verify" };
	size_t at;

	for (at = 0; at < sizeof(verbs) / sizeof(verbs[0]); at++)
		if (strcmp(cli->verb->name, verbs[at]) == 0)
			return true;
	return false;
}

static int count_names(const struct cli *cli)
{
	if (strcmp(cli->verb->name, "contact") == 0)
		return cli->count > 0 ? 1 : 0;
	return cli->count <= NAMES ? cli->count : 0;
}

/* The name service is asked once the key is gone. */
static bool read_all(const struct cli *cli, int count, struct recorded recorded[NAMES])
{
	struct admin_session session = { .store = NULL };
	struct lbr_view view;
	int at;

	if (cli_settings_read(cli, &session.settings, NULL, NULL) != LBR_OK || cli_admin_open_store(&session, NULL) != LBR_OK)
		return false;
	for (at = 0; at < count; at++) {
		if (lbr_store_load(session.store, cli->words[at], &view, NULL) == LBR_OK)
			recorded[at] = (struct recorded){ .has_uid = view.account.has_uid, .uid = view.account.uid };
		lbr_view_release(&view);
	}
	cli_admin_close(&session);
	return true;
}

void cli_strangers_tell(const struct cli *cli)
{
	struct recorded recorded[NAMES] = { { .has_uid = false } };
	int at, count = count_names(cli);

	if (!is_told_of(cli) || count == 0 || !read_all(cli, count, recorded))
		return;
	for (at = 0; at < count; at++) {
		cli_recorded_look_up(cli->words[at], &recorded[at]);
		cli_recorded_tell(cli, cli->words[at], &recorded[at]);
	}
}
