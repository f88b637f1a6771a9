/* Is this the key that sealed the accounts? One damaged account says nothing of it; that nothing at all is genuine does. */
#include "foreign_key.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

#define DECOYS_TRIED 64 /* the decoys are 256, and all of one key */

struct genuine {
	bool any, account_forged;
};

/* Another id, or another key under the same one. */
static bool is_of_another_key(const struct lbr_reason *reason)
{
	return lbr_reason_has(reason, LBR_REASON_WRONG_MAC) || lbr_reason_has(reason, LBR_REASON_UNKNOWN_KEY);
}

/* A decoy that is missing or from a newer release says nothing of the key either, so another one is tried. */
static bool has_genuine_decoy(struct lbr_store *store)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	bool genuine = false;
	char name[16];
	int try;

	for (try = 0; try < DECOYS_TRIED && !genuine; try++) {
		snprintf(name, sizeof(name), "%d", try);
		genuine = lbr_store_load_decoy(store, name, &view, &reason) == LBR_OK;
		lbr_view_release(&view);
	}
	return genuine;
}

static int take_one(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                    const struct lbr_reason *reason)
{
	struct genuine *on = context;

	(void)name;
	on->any |= account != NULL || counters != NULL;
	on->account_forged |= account == NULL && is_of_another_key(reason);
	return on->any;
}

bool cli_key_is_foreign(struct lbr_store *store)
{
	struct lbr_reason reason = { .text = "" };
	struct genuine found = { .any = has_genuine_decoy(store) };

	if (!found.any)
		(void)lbr_store_list(store, take_one, &found, &reason); /* the caller reads the accounts, and tells its error */
	return !found.any && found.account_forged;
}

bool cli_key_is_foreign_apart(const struct admin_session *session)
{
	struct admin_session own = { .settings = session->settings, .broker = session->broker };
	struct lbr_reason reason = { .text = "" };
	pid_t child, parent = getpid();
	bool foreign;
	int status;

	/* Where many hosts share the accounts, the greeting has compared the key, and every record is sealed whole. */
	if (session->settings.store != LBR_STORE_FILE)
		return false;
	(void)cli_flush(); /* or both would write it */
	child = fork();
	if (child == 0) {
		foreign = cli_child_end_with(parent) && cli_admin_open_store(&own, &reason) == LBR_OK &&
		          cli_key_is_foreign(own.store);
		cli_admin_close(&own);
		_exit(foreign ? 0 : 1);
	}
	status = cli_child_wait(child);
	return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
