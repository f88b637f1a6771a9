/* Records sealed whole: no other place, key or byte opens one. */
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

#include "support/scratch_keyring.h"

static const unsigned char realm[LBR_REALM_LEN] = "a set of account", other_realm[LBR_REALM_LEN] = "another set of a";
static const struct lbr_envelope_place place = {realm, "account", "alice", 7};
static const char content[] = "what nobody else may read";
static unsigned char sealed[sizeof(content) + LBR_ENVELOPE_MORE], opened[sizeof(content)];

static enum lbr_error open_at(const struct lbr_keyring *keyring, const struct lbr_envelope_place *at, size_t len)
{
	enum lbr_error error;
	size_t i;

	memset(opened, 1, sizeof(opened));
	error = lbr_envelope_open(keyring, at, sealed, len, opened, NULL);
	for (i = 0; error != LBR_OK && len > LBR_ENVELOPE_MORE && i < len - LBR_ENVELOPE_MORE; i++)
		ck_assert_msg(opened[i] == 0, "byte %zu was left", i);
	return error;
}

START_TEST(it_opens_where_it_was_sealed_and_nowhere_else)
{
	const struct lbr_envelope_place others[] = {{other_realm, "account", "alice", 7}, {realm, "history", "alice", 7},
	                                            {realm, "account", "alicf", 7}, {realm, "account", "alic", 7},
	                                            {realm, "account", "", 7}, {realm, "accounta", "lice", 7},
	                                            {realm, "account", "alice", 6}, {realm, "account", "alice", 0}};
	struct lbr_keyring *keyring = ring_of(KEY_A);
	size_t i;

	ck_assert_int_eq(lbr_envelope_seal(keyring, &place, content, sizeof(content), sealed), LBR_OK);
	ck_assert_int_eq(open_at(keyring, &place, sizeof(sealed)), LBR_OK);
	ck_assert_mem_eq(opened, content, sizeof(content));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(open_at(keyring, &others[i], sizeof(sealed)), LBR_ERR_DAMAGED);
	lbr_keyring_free(keyring);
}
END_TEST

START_TEST(each_flipped_bit_and_each_cut_is_seen)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	size_t at, len;
	int bit;

	ck_assert_int_eq(lbr_envelope_seal(keyring, &place, content, sizeof(content), sealed), LBR_OK);
	for (at = 0; at < sizeof(sealed); at++)
		for (bit = 0; bit < 8; bit++) {
			enum lbr_error error;

			sealed[at] ^= (unsigned char)(1 << bit);
			error = open_at(keyring, &place, sizeof(sealed));
			ck_assert(error == LBR_ERR_DAMAGED || (at < LBR_KEY_ID_LEN && error == LBR_ERR_ABSENT));
			sealed[at] ^= (unsigned char)(1 << bit);
		}
	for (len = 0; len < sizeof(sealed); len++)
		ck_assert_int_eq(open_at(keyring, &place, len), LBR_ERR_DAMAGED);
	lbr_keyring_free(keyring);
}
END_TEST

START_TEST(another_key_opens_nothing_and_an_older_one_still_does)
{
	struct lbr_keyring *keyring = ring_of(KEY_A), *other = ring_of(KEY_B), *both = ring_of(KEY_B KEY_A);

	ck_assert_int_eq(lbr_envelope_seal(keyring, &place, content, sizeof(content), sealed), LBR_OK);
	ck_assert_int_eq(open_at(other, &place, sizeof(sealed)), LBR_ERR_ABSENT);
	ck_assert_int_eq(open_at(both, &place, sizeof(sealed)), LBR_OK);
	memcpy(sealed, "fedc9876", LBR_KEY_ID_LEN); /* the id of another key that is there */
	ck_assert_int_eq(open_at(both, &place, sizeof(sealed)), LBR_ERR_DAMAGED);
	lbr_keyring_free(keyring);
	lbr_keyring_free(other);
	lbr_keyring_free(both);
}
END_TEST

START_TEST(no_two_are_alike_and_none_shows_its_content)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	unsigned char second[sizeof(sealed)];

	ck_assert_int_eq(lbr_envelope_seal(keyring, &place, content, sizeof(content), sealed), LBR_OK);
	ck_assert_int_eq(lbr_envelope_seal(keyring, &place, content, sizeof(content), second), LBR_OK);
	ck_assert_mem_ne(sealed + LBR_KEY_ID_LEN, second + LBR_KEY_ID_LEN, 24);
	ck_assert_ptr_null(memmem(sealed, sizeof(sealed), content, 4));
	lbr_keyring_free(keyring);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("envelope");
	TCase *tcase = tcase_create("sealed whole");

	tcase_add_test(tcase, it_opens_where_it_was_sealed_and_nowhere_else);
	tcase_add_test(tcase, each_flipped_bit_and_each_cut_is_seen);
	tcase_add_test(tcase, another_key_opens_nothing_and_an_older_one_still_does);
	tcase_add_test(tcase, no_two_are_alike_and_none_shows_its_content);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
