/* Password hashing: the form that is hashed, what matches, what stays behind. At the lowest cost. */
#include <liberations/password.h>

#include <crypt.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/hashes.h"

START_TEST(a_password_matches_its_own_hash_alone)
{
	char hash[LBR_HASH_MAX], again[LBR_HASH_MAX];

	hash_of("correct horse", LBR_COST_MIN, hash);
	hash_of("correct horse", LBR_COST_MIN, again);
	ck_assert_str_ne(hash, again);
	ck_assert_int_eq(strncmp(hash, "$y$j75$", 7), 0);
	ck_assert(matches("correct horse", hash) && matches("correct horse", again));
	ck_assert(!matches("correct hors", hash) && !matches("correct horse ", hash) && !matches("Correct horse", hash));
	ck_assert(!matches("", hash));
	foreign_hash("", "$y$j75$saltsalt", hash);
	ck_assert(!matches("", hash));
}
END_TEST

START_TEST(sec_1_63_every_byte_counts)
{
	char bytes[LBR_PASSWORD_MAX_BYTES + 2], hash[LBR_HASH_MAX];
	struct lbr_secret typed;

	memset(bytes, 'x', sizeof(bytes));
	bytes[LBR_PASSWORD_MAX_BYTES] = '\0';
	hash_of(bytes, LBR_COST_MIN, hash);
	ck_assert(matches(bytes, hash));
	bytes[LBR_PASSWORD_MAX_BYTES - 1] = 'y';
	ck_assert(!matches(bytes, hash));
	bytes[LBR_PASSWORD_MAX_BYTES - 1] = 'x';
	bytes[72] = 'y';
	ck_assert(!matches(bytes, hash));
	memset(bytes, 'x', sizeof(bytes));
	lbr_secret_set(&typed, bytes, LBR_PASSWORD_MAX_BYTES + 1);
	ck_assert(!lbr_password_matches(&typed, hash, 1));
	ck_assert_int_eq(lbr_password_hash(&typed, LBR_COST_MIN, hash), LBR_ERR_RANGE);
	ck_assert_str_eq(hash, "");
}
END_TEST

static char shared_hash[LBR_HASH_MAX];

static void *judge_often(void *wrong)
{
	int round;

	for (round = 0; round < 20; round++)
		*(int *)wrong += !matches("correct horse", shared_hash) + matches("wrong horse", shared_hash);
	return NULL;
}

START_TEST(sec_1_64_threads_do_not_disturb_each_other)
{
	pthread_t threads[16];
	int wrong[16] = { 0 }, at;

	hash_of("correct horse", LBR_COST_MIN, shared_hash);
	for (at = 0; at < 16; at++)
		ck_assert_int_eq(pthread_create(&threads[at], NULL, judge_often, &wrong[at]), 0);
	for (at = 0; at < 16; at++) {
		ck_assert_int_eq(pthread_join(threads[at], NULL), 0);
		ck_assert_int_eq(wrong[at], 0);
	}
}
END_TEST

#ifndef __SANITIZE_ADDRESS__
#define WATCHED "watched-password-\303\251"
extern void __libc_free(void *memory);
static const struct crypt_data nothing;
static int watching, freed, leaked;
static char *volatile block; /* volatile: the compiler must not drop what is written just before free() */

/* Every block that is given back is searched for the password first; libxcrypt's scratch must be zero from end to end. */
void free(void *memory)
{
	if (watching && memory != NULL) {
		freed++;
		leaked += memmem(memory, malloc_usable_size(memory), WATCHED, strlen(WATCHED)) != NULL;
		leaked += malloc_usable_size(memory) >= sizeof(nothing) && memcmp(memory, &nothing, sizeof(nothing)) != 0;
	}
	__libc_free(memory);
}

START_TEST(sec_1_65_no_freed_memory_holds_the_password)
{
	char hash[LBR_HASH_MAX];
	struct lbr_secret typed = secret(WATCHED), normal;

	watching = 1;
	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_OK);
	ck_assert_int_eq(lbr_password_hash(&normal, LBR_COST_MIN, hash), LBR_OK);
	ck_assert(lbr_password_matches(&normal, hash, 1));
	ck_assert(!lbr_password_matches(&normal, "$y$j75$$", 1));
	ck_assert(!lbr_password_matches(&normal, "*", 1));
	ck_assert_int_ge(freed, 4);
	ck_assert_int_eq(leaked, 0);
	block = malloc(100);
	ck_assert_ptr_nonnull(block);
	memcpy(block, WATCHED, sizeof(WATCHED));
	free(block);
	ck_assert_int_eq(leaked, 1); /* the search itself works */
	watching = 0;
}
END_TEST
#endif

START_TEST(bounds_of_hashing)
{
	struct lbr_secret typed = secret("x"), none = { 0 };
	char hash[LBR_HASH_MAX] = "junk";

	ck_assert_int_eq(lbr_password_hash(&none, LBR_COST_MIN, hash), LBR_ERR_RANGE);
	ck_assert_str_eq(hash, "");
	ck_assert_int_eq(lbr_password_hash(&typed, LBR_COST_MIN - 1, hash), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_password_hash(&typed, LBR_COST_MAX + 1, hash), LBR_ERR_RANGE);
}
END_TEST

START_TEST(sec_1_14_a_decoy_looks_like_a_hash_and_matches_nothing)
{
	char decoy[LBR_HASH_MAX], other[LBR_HASH_MAX], hash[LBR_HASH_MAX], check[LBR_HASH_MAX];
	unsigned cost;

	for (cost = LBR_COST_MIN; cost <= LBR_COST_MAX; cost++) {
		ck_assert_int_eq(lbr_password_decoy(cost, decoy), LBR_OK);
		ck_assert_int_eq(lbr_password_decoy(cost, other), LBR_OK);
		ck_assert_str_ne(decoy, other);
		ck_assert_int_eq(crypt_checksalt(decoy), CRYPT_SALT_OK);
		ck_assert(!lbr_password_is_outdated(decoy, cost));
		ck_assert(!lbr_password_is_outdated(decoy, LBR_COST_MIN));
		ck_assert(cost == LBR_COST_MAX || lbr_password_is_outdated(decoy, cost + 1));
	}
	hash_of("x", LBR_COST_MIN, hash);
	ck_assert_int_eq(lbr_password_decoy(LBR_COST_MIN, decoy), LBR_OK);
	ck_assert_uint_eq(strlen(decoy), strlen(hash));
	foreign_hash("x", decoy, check); /* libxcrypt takes it as a setting: a match costs a true hash */
	ck_assert_int_eq(strncmp(check, decoy, strlen(decoy) - 43), 0);
	ck_assert(!matches("x", decoy) && !matches("decoy", decoy));
	ck_assert_int_ne(lbr_password_decoy(0xffff, decoy), LBR_OK);
	ck_assert_str_eq(decoy, "");
}
END_TEST

static const struct { const char *typed, *normal; size_t points; } forms[] = {
	{ "", "", 0 }, { "plain text", "plain text", 10 }, { "e\314\201t\303\251", "\303\251t\303\251", 3 },
	{ "\304\261\312\274n", "\304\261\312\274n", 3 }, { "\341\204\222\341\205\241\341\206\253", "\355\225\234", 1 },
	{ "\342\204\253", "\303\205", 1 }, { "a\314\243\314\207", "\341\272\241\314\207", 2 },
	{ "a\314\207\314\243", "\341\272\241\314\207", 2 }, { "\357\254\201", "\357\254\201", 1 },
	{ "e\314\201\377", "e\314\201\377", 3 }, { "\303", "\303", 1 }, { "\360\237\230\200!", "\360\237\230\200!", 2 },
	{ "\355\240\200", "\355\240\200", 3 },
};

START_TEST(std_N5_composed_and_decomposed_are_one_password)
{
	struct lbr_secret typed = secret(forms[_i].typed), normal;

	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_OK);
	ck_assert_str_eq(normal.bytes, forms[_i].normal);
	ck_assert_uint_eq(normal.len, strlen(forms[_i].normal));
	ck_assert_uint_eq(lbr_password_points(&normal), forms[_i].points);
}
END_TEST

START_TEST(the_normal_form_has_a_greatest_length)
{
	struct lbr_secret typed, normal;
	char bytes[LBR_SECRET_MAX];
	size_t at;

	memset(bytes, 'x', sizeof(bytes));
	lbr_secret_set(&typed, bytes, LBR_PASSWORD_MAX_BYTES);
	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_OK);
	ck_assert_uint_eq(normal.len, LBR_PASSWORD_MAX_BYTES);
	lbr_secret_set(&typed, bytes, LBR_PASSWORD_MAX_BYTES + 1);
	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_ERR_RANGE);
	ck_assert_uint_eq(normal.len, 0);
	ck_assert_str_eq(normal.bytes, "");
	for (at = 0; at + 4 <= sizeof(bytes); at += 4)
		memcpy(bytes + at, "\360\235\205\240", 4); /* U+1D160: three times as long in NFC */
	lbr_secret_set(&typed, bytes, sizeof(bytes));
	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_ERR_RANGE);
	for (at = 0; at + 2 <= sizeof(bytes); at += 2)
		memcpy(bytes + at, "\314\201", 2); /* marks alone: the longest run to sort */
	lbr_secret_set(&typed, bytes, LBR_PASSWORD_MAX_BYTES);
	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_OK);
	ck_assert(lbr_secret_equal(&typed, &normal));
	bytes[0] = '\377';
	lbr_secret_set(&typed, bytes, sizeof(bytes));
	ck_assert_int_eq(lbr_password_normalise(&typed, &normal), LBR_ERR_RANGE);
}
END_TEST

#define ROWS(list) (int)(sizeof(list) / sizeof((list)[0]))

static Suite *suite(void)
{
	Suite *suite = suite_create("password");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_password_matches_its_own_hash_alone);
	tcase_add_test(tests, sec_1_63_every_byte_counts);
	tcase_add_test(tests, sec_1_64_threads_do_not_disturb_each_other);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(tests, sec_1_65_no_freed_memory_holds_the_password);
#endif
	tcase_add_test(tests, bounds_of_hashing);
	tcase_add_test(tests, sec_1_14_a_decoy_looks_like_a_hash_and_matches_nothing);
	tcase_add_loop_test(tests, std_N5_composed_and_decomposed_are_one_password, 0, ROWS(forms));
	tcase_add_test(tests, the_normal_form_has_a_greatest_length);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
