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

static int64_t now_s(void)
{
	return time(NULL);
}

static enum lbr_error edit_contact(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)why;
	snprintf(view->account.contact, sizeof(view->account.contact), "%s", (const char *)context);
	*ret_parts = LBR_PART_ACCOUNT;
	return LBR_OK;
}

static enum lbr_error set_contact(const struct lbr_settings *settings, const struct lbr_keyring *keyring, char **words)
{
	struct lbr_view view = { .known = false };
	struct lbr_store *store = NULL;
	enum lbr_error error = lbr_store_open(settings->state, keyring, now_s, &store, &reason);

	if (error == LBR_OK)
		error = lbr_store_load(store, words[0], &view, &reason);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit_contact, words[1], &reason);
	lbr_view_release(&view);
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

static enum lbr_error edit_failures(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	int lane;

	(void)why;
	for (lane = 0; lane < LBR_LANES; lane++) {
		view->counters.lanes[lane].password_failures = (uint32_t)strtoul(context, NULL, 10);
		view->counters.lanes[lane].next_try_s = 0;
	}
	view->counters.last_sign_in_s = time(NULL); /* what is forged happened after it */
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static enum lbr_error fail_decoy(const struct lbr_settings *settings, const struct lbr_keyring *keyring, char **words)
{
	struct lbr_view view = { .known = false };
	struct lbr_store *store = NULL;
	enum lbr_error error = lbr_store_open(settings->state, keyring, now_s, &store, &reason);

	if (error == LBR_OK)
		error = lbr_store_load_decoy(store, words[0], &view, &reason);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit_failures, words[1], &reason);
	lbr_view_release(&view);
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
