/* Accounts that go from one kind of store to the other: moved CONFIG WORDS, as root or the store's owner.
 *     fill COUNT              makes COUNT accounts in the files, all of them different, p0 and so on
 *     show                    prints what the files have, an account a line; its last word is the last step
 *     show BROKER STORE_CONF  the same of the shared store
 *     found BROKER STORE_CONF founds the shared store
 *     add BROKER STORE_CONF NAME  makes an account of that name there, another one than any here
 *     fail BROKER STORE_CONF NAME counts a wrong answer there, as an attempt from another host would
 *     use NAME                uses the last recovery code in the files
 *     disable NAME            disables the account in the files
 *     sent NAME               a notice was sent to NAME an hour ago, as the files have it
 * Exit status 4: the shared store did not answer in time. */
#include <liberations/become.h>
#include <liberations/moving.h>
#include <liberations/notices.h>
#include <liberations/settings.h>
#include <liberations/store.h>
#include <liberations/token.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define AWAY 4

static struct lbr_reason reason;
static struct lbr_keyring *keyring;

static int64_t now_s(void)
{
	return time(NULL);
}

static void need(enum lbr_error error, const char *what)
{
	if (error == LBR_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, reason.text);
	exit(error == LBR_ERR_UNREACHABLE ? AWAY : 1);
}

static int start_broker(char *program, char *config)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		exit(2);
	if (fork() == 0) {
		if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
			execl(program, program, "--admin", "--config", config, (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	return pair[0];
}

static void make(unsigned number, const char *name, struct lbr_account *account, struct lbr_counters *counters,
                 struct lbr_history *history)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	unsigned at;

	memset(account, 0, sizeof(*account));
	memset(counters, 0, sizeof(*counters));
	memset(history, 0, sizeof(*history));
	(void)snprintf(account->name, sizeof(account->name), "%s", name);
	(void)snprintf((char *)key, 20, "key of %u", number);
	need(lbr_token_seal(keyring, name, key, &account->token), "seal");
	account->token_kind = LBR_TOKEN_CONFIRMED;
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = 1700000000 + number;
	account->disabled = number % 11 == 0;
	account->has_uid = number % 3 == 0;
	account->uid = account->has_uid ? 100000 + number : 0;
	(void)snprintf(account->password_hash, sizeof(account->password_hash), "$y$j75$salt%u$hash%u", number, number);
	if (number % 2 == 0)
		(void)snprintf(account->contact, sizeof(account->contact), "p%u@example.org", number);
	if (number % 5 == 0) {
		memcpy(&account->recovery_set, account->token.bytes, sizeof(account->recovery_set) / 2);
		counters->recovery_set = ++account->recovery_set;
		account->recovery_count = LBR_RECOVERY_CODES;
		memcpy(account->recovery_key, lbr_keyring_id(keyring), LBR_KEY_ID_LEN);
		memset(account->recovery_macs, (int)(number & 0xff), sizeof(account->recovery_macs));
		counters->recovery_used = number % 1024;
	}
	history->count = 1 + number % LBR_HISTORY_MAX;
	for (at = 0; at < history->count; at++) {
		history->entries[at].set_s = account->password_set_s - at * 100;
		(void)snprintf(history->entries[at].hash, LBR_HASH_MAX, "$y$j75$salt%u$%s%u", number,
		               at == 0 ? "hash" : "old", at == 0 ? number : at);
	}
	counters->last_step = lbr_token_step(now_s()) - number % 5;
	counters->lanes[LBR_LANE_STRANGER].password_failures = number % 4;
	counters->last_sign_in_s = number % 6 != 0 ? 1700000000 + number : 0;
}

static enum lbr_error create(struct lbr_store *store, unsigned number, const char *name)
{
	struct lbr_account account;
	struct lbr_counters counters;
	struct lbr_history history;
	const struct lbr_record record = {.account = &account, .counters = &counters, .history = &history};

	make(number, name, &account, &counters, &history);
	return lbr_store_create(store, &record, &reason);
}

static void show_key(const struct lbr_account *account)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];
	unsigned at;

	need(lbr_token_unseal(keyring, lbr_account_keyed_name(account), &account->token, key), "unseal");
	for (at = 0; at < 20; at++)
		printf("%02x", key[at]);
}

static int show(void *context, const char *name, const struct lbr_reason *why)
{
	struct lbr_view view;
	unsigned at, sum = 0;
	enum lbr_error error = lbr_store_load_with_history(context, name, LBR_HISTORY_MAX, &view, &reason);

	(void)why;
	if (error == LBR_ERR_UNREACHABLE)
		need(error, name);
	if (error != LBR_OK) {
		printf("%s damaged %s\n", name, reason.text);
		return 0;
	}
	printf("%s %d %s %" PRId64 " %d %u %s ", name, view.account.disabled, view.account.password_hash,
	       view.account.password_set_s, view.account.has_uid, view.account.uid, view.account.contact[0] != '\0' ? view.account.contact : "-");
	show_key(&view.account);
	for (at = 0; at < sizeof(view.account.recovery_macs); at++)
		sum = sum * 31 + ((unsigned char *)view.account.recovery_macs)[at];
	printf(" %" PRIu64 " %u %u %u", view.account.recovery_set, view.account.recovery_count, sum, view.counters.recovery_used);
	for (at = 0; at < view.history.count; at++)
		printf(" %" PRId64 ":%s", view.history.entries[at].set_s, view.history.entries[at].hash);
	printf(" %u %" PRId64 " %" PRId64 "\n", view.counters.lanes[LBR_LANE_STRANGER].password_failures,
	       view.counters.last_sign_in_s, view.counters.last_step);
	lbr_view_release(&view);
	return 0;
}

static enum lbr_error count_failure(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)context, (void)why;
	view->counters.lanes[LBR_LANE_STRANGER].password_failures++;
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static enum lbr_error use_recovery_code(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)context, (void)why;
	view->counters.recovery_used |= 1u << (LBR_RECOVERY_CODES - 1);
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static enum lbr_error disable(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)context, (void)why;
	view->account.disabled = true;
	*ret_parts = LBR_PART_ACCOUNT;
	return LBR_OK;
}

static void change(struct lbr_store *store, const char *name, lbr_store_edit *how, const char *what)
{
	struct lbr_view view;

	need(lbr_store_load(store, name, &view, &reason), what);
	need(lbr_store_commit(&view, how, NULL, &reason), what);
	lbr_view_release(&view);
}

static void mark_sent(const char *state, const char *name)
{
	struct lbr_notice notice = {.kind = LBR_NOTICE_LOCKED};
	struct lbr_notices *notices;

	(void)snprintf(notice.name, sizeof(notice.name), "%s", name);
	need(lbr_notices_make(state, &reason), "notices");
	need(lbr_notices_open(state, keyring, &notices, &reason), "notices");
	need(lbr_notice_mark_sent(notices, &notice, now_s() - 3600, &reason), name);
	lbr_notices_close(notices);
}

static struct lbr_store *open_shared(int broker_fd)
{
	const struct lbr_broker broker = {.path = "", .fd = broker_fd};
	struct lbr_store *store;

	need(lbr_store_open_shared(&broker, keyring, now_s, &store, &reason), "shared");
	return store;
}

static void work(char **words, int count, const struct lbr_settings *settings, int broker_fd)
{
	struct lbr_store *store;
	unsigned at;
	char name[32];

	if (broker_fd >= 0)
		store = open_shared(broker_fd);
	else
		need(lbr_store_open_moving(settings->state, keyring, now_s, &store, &reason), "files");
	if (strcmp(words[0], "found") == 0)
		need(lbr_store_found(store, 1, &reason), "found");
	if (strcmp(words[0], "show") == 0)
		need(lbr_store_list_names(store, show, store, &reason), "show");
	if (strcmp(words[0], "add") == 0 && count == 4)
		need(create(store, 4711, words[3]), "add");
	for (at = 0; strcmp(words[0], "fill") == 0 && at < strtoul(words[1], NULL, 10); at++) {
		(void)snprintf(name, sizeof(name), "p%u", at);
		need(create(store, at, name), name);
	}
	if (strcmp(words[0], "fail") == 0 && count == 4)
		change(store, words[3], count_failure, words[0]);
	if (strcmp(words[0], "use") == 0)
		change(store, words[1], use_recovery_code, words[0]);
	if (strcmp(words[0], "disable") == 0)
		change(store, words[1], disable, words[0]);
	if (strcmp(words[0], "sent") == 0)
		mark_sent(settings->state, words[1]);
	lbr_store_close(store);
}

int main(int count, char **words)
{
	struct lbr_settings settings;
	int broker_fd = -1;

	if (count < 3 || lbr_settings_load(words[1], &settings, NULL, NULL) != LBR_OK)
		return 2;
	if (count > 4)
		broker_fd = start_broker(words[3], words[4]);
	need(lbr_become_owner_of(settings.state, settings.user, &reason), "owner");
	umask(077);
	need(lbr_keyring_load(settings.seal_key, &keyring, &reason), "key");
	work(words + 2, count - 2, &settings, broker_fd);
	lbr_keyring_free(keyring);
	return 0;
}
