/* Short words for the tests of password hashing. */
#ifndef TESTS_HASHES_H
#define TESTS_HASHES_H

#include <crypt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include <liberations/password.h>

static inline struct lbr_secret secret(const char *text)
{
	struct lbr_secret ret;

	ck_assert_int_eq(lbr_secret_set(&ret, text, strlen(text)), LBR_OK);
	return ret;
}

static inline bool matches(const char *password, const char *hash)
{
	struct lbr_secret typed = secret(password);

	return lbr_password_matches(&typed, hash, 1);
}

static inline void hash_of(const char *password, unsigned cost, char ret[LBR_HASH_MAX])
{
	struct lbr_secret typed = secret(password);

	ck_assert_int_eq(lbr_password_hash(&typed, cost, ret), LBR_OK);
}

/* What another program would store. */
static inline void foreign_hash(const char *password, const char *setting, char ret[LBR_HASH_MAX])
{
	void *scratch = NULL;
	int size = 0;
	const char *made = crypt_ra(password, setting, &scratch, &size);

	ck_assert_msg(made != NULL, "no hash for %s", setting);
	snprintf(ret, LBR_HASH_MAX, "%s", made);
	free(scratch);
}

#endif
