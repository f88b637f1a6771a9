/* Passwords: the form that is hashed, the hashing, and which stored hashes are accepted. */
#include <liberations/password.h>

#include <crypt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

#include <liberations/random.h>

#include "password_form.h"

#define SALT_LEN 16
#define DECOY_PHRASE "decoy"
#define YESCRYPT_LEAST ((size_t)1 << 20)    /* 128 * N * r bytes of the lowest cost; each step doubles them */
#define YESCRYPT_BESIDES ((size_t)32 << 10) /* libxcrypt's other tables, 25 KB at most */

static void begin_nothing(size_t most)
{
	(void)most;
}

static void end_nothing(void)
{
}

static void (*before_hash)(size_t most) = begin_nothing;
static void (*after_hash)(void) = end_nothing;

void lbr_password_use_memory(void (*begin)(size_t most), void (*end)(void))
{
	before_hash = begin;
	after_hash = end;
}

void lbr_hashes_begin(unsigned cost)
{
	bool known = cost >= LBR_COST_MIN && cost <= LBR_COST_MAX;

	before_hash(known ? (YESCRYPT_LEAST << (cost - LBR_COST_MIN)) + YESCRYPT_BESIDES : 0);
}

void lbr_hashes_end(void)
{
	after_hash();
}

/* In UTF-8, the NFC of one code point is at most three times as long (Unicode annex 15). So the result needs no memory
 * from the library, which would not be wiped. */
#define NFC_MAX (3 * LBR_SECRET_MAX + 1)

enum lbr_error lbr_password_normalise(const struct lbr_secret *typed, struct lbr_secret *ret)
{
	const uint8_t *bytes = (const uint8_t *)typed->bytes;
	uint8_t buffer[NFC_MAX], *made = NULL;
	size_t len = sizeof(buffer);
	enum lbr_error error = LBR_ERR_MEMORY;

	lbr_secret_wipe(ret);
	if (u8_check(bytes, typed->len) == NULL) {
		made = u8_normalize(UNINORM_NFC, bytes, typed->len, buffer, &len);
		if (made == NULL)
			goto out;
		bytes = made;
	} else {
		len = typed->len;
	}
	error = len > LBR_PASSWORD_MAX_BYTES ? LBR_ERR_RANGE : lbr_secret_set(ret, bytes, len);
out:
	if (made != NULL && made != buffer) {
		lbr_wipe(made, len);
		free(made);
	}
	lbr_wipe(buffer, sizeof(buffer));
	return error;
}

size_t lbr_password_points(const struct lbr_secret *password)
{
	const uint8_t *bytes = (const uint8_t *)password->bytes;
	size_t left = password->len, points = 0;
	ucs4_t point;
	int len;

	while (left > 0) {
		len = u8_mbtoucr(&point, bytes, left);
		if (len < 1)
			len = 1;
		bytes += len;
		left -= (size_t)len;
		points++;
	}
	return points;
}

/* Hashes `phrase` under `setting` into `ret`; "" if libxcrypt fails. Its scratch memory held the phrase. */
static bool run_crypt(const char *phrase, const char *setting, char ret[LBR_HASH_MAX])
{
	void *scratch = NULL;
	int size = 0;
	const char *made;
	size_t len = 0;

	ret[0] = '\0';
	before_hash(0);
	made = crypt_ra(phrase, setting, &scratch, &size);
	after_hash();
	if (made != NULL && made[0] == '$')
		len = strnlen(made, LBR_HASH_MAX);
	if (len > 0 && len < LBR_HASH_MAX)
		memcpy(ret, made, len + 1);
	if (scratch != NULL && size > 0)
		lbr_wipe(scratch, (size_t)size);
	free(scratch);
	return ret[0] != '\0';
}

/* A fresh setting of that cost; NULL if the system or libxcrypt fails. The caller frees it. */
static char *fresh_setting(unsigned cost)
{
	char salt[SALT_LEN], *setting = NULL;

	if (lbr_random(salt, sizeof(salt)) == LBR_OK)
		setting = crypt_gensalt_ra(LBR_HASH_PREFIX, cost, salt, sizeof(salt));
	lbr_wipe(salt, sizeof(salt));
	return setting;
}

enum lbr_error lbr_password_hash(const struct lbr_secret *password, unsigned cost, char ret[LBR_HASH_MAX])
{
	enum lbr_error error = LBR_ERR_SYSTEM;
	char *setting;

	ret[0] = '\0';
	if (cost < LBR_COST_MIN || cost > LBR_COST_MAX || password->len == 0 || password->len > LBR_PASSWORD_MAX_BYTES)
		return LBR_ERR_RANGE;
	setting = fresh_setting(cost);
	if (setting != NULL && run_crypt(password->bytes, setting, ret))
		error = LBR_OK;
	free(setting);
	return error;
}

enum lbr_error lbr_password_make(const struct lbr_secret *password, const char *hash, bool *ret, char ret_made[LBR_HASH_MAX])
{
	*ret = true;
	lbr_wipe(ret_made, LBR_HASH_MAX);
	if (!lbr_password_can_serve(hash) || password->len == 0 || password->len > LBR_PASSWORD_MAX_BYTES)
		return LBR_ERR_DAMAGED;
	if (!run_crypt(password->bytes, hash, ret_made))
		return LBR_ERR_SYSTEM;
	*ret = strlen(ret_made) == strlen(hash) && lbr_bytes_equal(ret_made, hash, strlen(hash));
	return LBR_OK;
}

enum lbr_error lbr_password_compare(const struct lbr_secret *password, const char *hash, bool *ret)
{
	char made[LBR_HASH_MAX];
	enum lbr_error error = lbr_password_make(password, hash, ret, made);

	lbr_wipe(made, sizeof(made));
	return error;
}

void lbr_hash_decoy(unsigned cost)
{
	static const char salt[SALT_LEN];
	char made[LBR_HASH_MAX], *setting = crypt_gensalt_ra(LBR_HASH_PREFIX, cost, salt, sizeof(salt));

	if (setting != NULL)
		(void)run_crypt(DECOY_PHRASE, setting, made);
	free(setting);
}

#define DIGEST_CHARS 43 /* 256 bits, six to a character; the last one holds four */

enum lbr_error lbr_password_decoy(unsigned cost, char ret[LBR_HASH_MAX])
{
	static const char alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	unsigned char drawn[DIGEST_CHARS];
	char digest[DIGEST_CHARS + 1] = "";
	enum lbr_error error = LBR_ERR_SYSTEM;
	char *setting = fresh_setting(cost);
	size_t at;
	int len;

	ret[0] = '\0';
	if (setting != NULL)
		error = lbr_random(drawn, sizeof(drawn));
	if (error == LBR_OK) {
		for (at = 0; at < DIGEST_CHARS; at++)
			digest[at] = alphabet[drawn[at] & (at < DIGEST_CHARS - 1 ? 63 : 15)];
		len = snprintf(ret, LBR_HASH_MAX, "%s$%s", setting, digest);
		if (len < 0 || len >= LBR_HASH_MAX) {
			ret[0] = '\0';
			error = LBR_ERR_INTERNAL;
		}
	}
	free(setting);
	return error;
}
