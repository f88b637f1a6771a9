/* Which stored hashes are accepted. */
#include "password_form.h"

#include <crypt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/password.h>

#define SALT_LEN 16
#define SHA512 "$6$"
#define GOST "$gy$"
#define ROUNDS "rounds="
#define ROUNDS_DIGITS_MAX 6 /* 999999 rounds take about as long as yescrypt's highest cost */
#define ROUNDS_DEFAULT 5000U
#define ROUNDS_A_UNIT 1650U /* measured: they take as long as yescrypt at cost 1, 0.7 ms where cost 5 takes 11 */

/* True if `hash` begins with our method at `cost`: "$y$", the parameters, "$". `skip` drops bytes from the front of our prefix. */
static bool begins_with_cost(const char *hash, unsigned cost, size_t skip)
{
	static const char zeros[SALT_LEN];
	char *setting = crypt_gensalt_ra(LBR_HASH_PREFIX, cost, zeros, sizeof(zeros));
	const char *end = NULL;
	bool begins = false;

	if (setting != NULL)
		end = strchr(setting + strlen(LBR_HASH_PREFIX), '$');
	if (end != NULL)
		begins = strncmp(hash, setting + skip, (size_t)(end - setting) + 1 - skip) == 0;
	free(setting);
	return begins;
}

/* libxcrypt accepts parameters that need hours or all the memory; a sign-in has seconds. */
static bool is_bounded(const char *hash)
{
	size_t prefix = strlen(strncmp(hash, GOST, strlen(GOST)) == 0 ? GOST : LBR_HASH_PREFIX);
	unsigned cost;

	if (strncmp(hash, SHA512, strlen(SHA512)) == 0) {
		hash += strlen(SHA512);
		return strncmp(hash, ROUNDS, strlen(ROUNDS)) != 0 ||
		       strspn(hash + strlen(ROUNDS), "0123456789") <= ROUNDS_DIGITS_MAX;
	}
	for (cost = LBR_COST_MIN; cost <= LBR_COST_MAX; cost++)
		if (begins_with_cost(hash + prefix, cost, strlen(LBR_HASH_PREFIX)))
			return true;
	return false;
}

bool lbr_password_can_serve(const char *hash)
{
	size_t len = strnlen(hash, LBR_HASH_MAX), at;

	if (len == LBR_HASH_MAX)
		return false;
	if (strncmp(hash, LBR_HASH_PREFIX, strlen(LBR_HASH_PREFIX)) != 0 && strncmp(hash, GOST, strlen(GOST)) != 0 &&
	    strncmp(hash, SHA512, strlen(SHA512)) != 0)
		return false;
	for (at = 0; at < len; at++)
		if (hash[at] <= ' ' || hash[at] > '~')
			return false;
	return is_bounded(hash) && crypt_checksalt(hash) == CRYPT_SALT_OK;
}

static unsigned rounds_of(const char *hash)
{
	hash += strlen(SHA512);
	return strncmp(hash, ROUNDS, strlen(ROUNDS)) == 0 ? (unsigned)strtoul(hash + strlen(ROUNDS), NULL, 10) : ROUNDS_DEFAULT;
}

unsigned lbr_hash_work(const char *hash)
{
	size_t prefix = strlen(strncmp(hash, GOST, strlen(GOST)) == 0 ? GOST : LBR_HASH_PREFIX);
	unsigned cost;

	if (strncmp(hash, SHA512, strlen(SHA512)) == 0)
		return (rounds_of(hash) + ROUNDS_A_UNIT / 2) / ROUNDS_A_UNIT;
	for (cost = LBR_COST_MIN; cost <= LBR_COST_MAX; cost++)
		if (begins_with_cost(hash + prefix, cost, strlen(LBR_HASH_PREFIX)))
			return 1U << (cost - LBR_COST_MIN);
	return 0;
}

bool lbr_password_is_outdated(const char *hash, unsigned cost)
{
	if (cost < LBR_COST_MIN)
		return false;
	for (; cost <= LBR_COST_MAX; cost++)
		if (begins_with_cost(hash, cost, 0))
			return false;
	return true;
}
