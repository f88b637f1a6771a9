/* A store with very many accounts, for what goes through all of them: crowd CONFIG COUNT. The files are written as the store writes
 * them, without waiting for the disk and without looking for names that look alike, which for a million takes hours. */
#include "file_store.h"
#include "copies.h"

#include <liberations/become.h>
#include <liberations/codec.h>
#include <liberations/keyring.h>
#include <liberations/settings.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400

static struct lbr_reason reason;

/* Every tenth is invited, disabled, expired ...; each records a uid, since the name service is then asked about it. */
static void invent(unsigned number, int64_t now_s, struct lbr_account *account, struct lbr_counters *counters)
{
	snprintf(account->name, sizeof(account->name), "personne%07u", number);
	snprintf(account->contact, sizeof(account->contact), "personne%07u@example.org", number);
	snprintf(account->password_hash, sizeof(account->password_hash), "$y$j/T$%043u", number);
	account->generation = 1;
	account->has_uid = true;
	account->uid = 100000 + number;
	account->language = number % 2 == 0 ? LBR_LANGUAGE_FR : LBR_LANGUAGE_EN;
	account->password_kind = number % 10 == 0 ? LBR_PASSWORD_TEMPORARY : LBR_PASSWORD_OWN;
	account->token_kind = number % 10 == 0 ? LBR_TOKEN_PENDING : LBR_TOKEN_CONFIRMED;
	account->password_set_s = now_s - number % 300 * DAY;
	account->invited_until_s = number % 10 == 0 ? account->password_set_s + 3 * DAY : 0;
	account->disabled = number % 10 == 1;
	counters->last_sign_in_s = number % 10 == 0 ? 0 : now_s - (int64_t)((uint64_t)number * 7919 % (200 * DAY));
	counters->lanes[LBR_LANE_STRANGER].password_failures = number % 10 == 2 ? 100 : 0;
}

static bool put(const char *state, const char *tree, const struct lbr_account_path *path, const void *bytes, size_t len)
{
	char name[1024];
	bool whole;
	int fd;

	snprintf(name, sizeof(name), "%s/%s/%s/%s", state, tree, path->shard, path->file);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	whole = fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
	if (fd < 0 || close(fd) != 0 || !whole)
		perror(name);
	return whole;
}

static bool make_one(const char *state, const struct lbr_keyring *keyring, unsigned number, int64_t now_s)
{
	static const unsigned char key[LBR_TOKEN_KEY_LEN] = { 1 };
	unsigned char slots[LBR_COUNTERS_FILE_LEN] = { 0 };
	struct lbr_account account = { .recovery_count = 0 };
	struct lbr_counters counters = { .last_step = 0 };
	char text[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_account_path path;
	size_t len;

	invent(number, now_s, &account, &counters);
	if (lbr_token_seal(keyring, account.name, key, &account.token) != LBR_OK || lbr_account_path_of(account.name, &path) != LBR_OK ||
	    lbr_account_encode(&account, keyring, text, &len, &reason) != LBR_OK ||
	    lbr_copies_renew(keyring, account.name, &counters, slots) != LBR_OK) {
		fprintf(stderr, "crowd: %s\n", reason.text);
		return false;
	}
	memcpy(slots + LBR_SLOT_STRIDE, slots, LBR_SLOT_LEN);
	return put(state, "counters", &path, slots, sizeof(slots)) && put(state, "accounts", &path, text, len);
}

int main(int argc, char **argv)
{
	struct lbr_keyring *keyring = NULL;
	struct lbr_settings settings;
	unsigned number, count;

	if (argc != 3 || lbr_settings_load(argv[1], &settings, NULL, NULL) != LBR_OK)
		return 2;
	count = (unsigned)strtoul(argv[2], NULL, 10);
	if (lbr_become_owner_of(settings.state, settings.user, &reason) != LBR_OK ||
	    lbr_keyring_load(settings.seal_key, &keyring, &reason) != LBR_OK) {
		fprintf(stderr, "crowd: %s\n", reason.text);
		return 1;
	}
	(void)umask(077);
	for (number = 0; number < count && make_one(settings.state, keyring, number, time(NULL)); number++)
		;
	lbr_keyring_free(keyring);
	return number == count ? 0 : 1;
}
