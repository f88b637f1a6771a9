/* What no verb does: forge CONFIG contact USER CONTACT, a contact that would be refused;
 *                    forge CONFIG notice USER KIND SERVICE RHOST, a notice as the agent raises it;
 *                    forge CONFIG decoy USER FAILURES, what stands in for a name that nobody has, guessed at before. */
#include <liberations/become.h>
#include <liberations/notice.h>
#include <liberations/keyring.h>
#include <liberations/notices.h>
#include <liberations/settings.h>
#include <liberations/store.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct lbr_reason reason;

static enum lbr_error set_contact(const struct lbr_settings *settings, const struct lbr_keyring *keyring, char **words)
{
	struct lbr_locked_account locked = { .known = false };
	struct lbr_store *store = NULL;
	enum lbr_error error = lbr_store_open(settings->state, keyring, &store, &reason);

	if (error == LBR_OK)
		error = lbr_account_lock(store, words[0], &locked, &reason);
	if (error == LBR_OK) {
		snprintf(locked.account.contact, sizeof(locked.account.contact), "%s", words[1]);
		error = lbr_account_commit(&locked, &reason);
	}
	lbr_account_release(&locked);
	lbr_store_close(store);
	return error;
}

static enum lbr_error raise_notice(const struct lbr_settings *settings, const struct lbr_keyring *keyring, char **words)
{
	struct lbr_notices *notices = NULL;
	enum lbr_error error = lbr_notices_open(settings->state, keyring, &notices, &reason);
	int kind = 0;

	while (kind < LBR_NOTICE_KINDS && strcmp(lbr_notice_kind_name((enum lbr_notice_kind)kind), words[1]) != 0)
		kind++;
	if (error == LBR_OK)
		error = lbr_notices_raise(notices, words[0], (enum lbr_notice_kind)kind, time(NULL), words[2], words[3], &reason);
	lbr_notices_close(notices);
	return error;
}

static enum lbr_error fail_decoy(const struct lbr_settings *settings, const struct lbr_keyring *keyring, char **words)
{
	struct lbr_locked_account locked = { .known = false };
	struct lbr_store *store = NULL;
	enum lbr_error error = lbr_store_open(settings->state, keyring, &store, &reason);
	int lane;

	if (error == LBR_OK)
		error = lbr_account_lock_decoy(store, words[0], &locked, &reason);
	for (lane = 0; error == LBR_OK && lane < LBR_LANES; lane++) {
		locked.counters.lanes[lane].password_failures = (uint32_t)strtoul(words[1], NULL, 10);
		locked.counters.lanes[lane].next_try_s = 0;
	}
	if (error == LBR_OK)
		error = lbr_account_commit_counters(&locked, &reason);
	lbr_account_release(&locked);
	lbr_store_close(store);
	return error;
}

int main(int argc, char **argv)
{
	struct lbr_keyring *keyring = NULL;
	struct lbr_settings settings;
	enum lbr_error error;

	if (argc < 5 || lbr_settings_load(argv[1], &settings, NULL, NULL) != LBR_OK)
		return 2;
	error = lbr_become_owner_of(settings.state, &reason);
	if (error == LBR_OK)
		error = lbr_keyring_load(settings.seal_key, &keyring, &reason);
	if (error == LBR_OK && strcmp(argv[2], "contact") == 0)
		error = set_contact(&settings, keyring, argv + 3);
	else if (error == LBR_OK && strcmp(argv[2], "decoy") == 0)
		error = fail_decoy(&settings, keyring, argv + 3);
	else if (error == LBR_OK && argc == 7)
		error = raise_notice(&settings, keyring, argv + 3);
	lbr_keyring_free(keyring);
	if (error != LBR_OK)
		fprintf(stderr, "forge: %s\n", reason.text);
	return error == LBR_OK ? 0 : 1;
}
