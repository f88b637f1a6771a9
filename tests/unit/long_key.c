/* Keys of more than 160 bits, as other programs make them: sealed whole, in accounts of version 4, and shown to nobody. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include <liberations/account.h>
#include <liberations/codec.h>
#include <liberations/otpauth.h>
#include <liberations/token.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

#define HASH "$y$j9T$abcdefghijklmnop$0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

static struct lbr_keyring *keyring;

static void load(void)
{
	keyring = ring_of(KEY_A);
}

static void unload(void)
{
	lbr_keyring_free(keyring);
}

/* `len` bytes, none of them zero, and zeros behind them. */
static void make_key(size_t len, unsigned char ret[LBR_TOKEN_KEY_LEN])
{
	size_t at;

	memset(ret, 0, LBR_TOKEN_KEY_LEN);
	for (at = 0; at < len; at++)
		ret[at] = (unsigned char)(at * 7 + len) | 1;
}

static struct lbr_account with_key(size_t len)
{
	struct lbr_account account = { .name = "zoe", .generation = 1, .password_kind = LBR_PASSWORD_OWN, .password_hash = HASH,
	                               .token_kind = LBR_TOKEN_CONFIRMED };
	unsigned char key[LBR_TOKEN_KEY_LEN];

	make_key(len, key);
	ck_assert_int_eq(lbr_token_seal(keyring, account.name, key, &account.token), LBR_OK);
	return account;
}

static size_t encode(const struct lbr_account *account, char text[LBR_ACCOUNT_TEXT_MAX])
{
	size_t len = 0;

	ck_assert_int_eq(lbr_account_encode(account, keyring, text, &len, NULL), LBR_OK);
	return len;
}

static enum lbr_error decode(const char *text, size_t len, struct lbr_account *ret)
{
	return lbr_account_decode(text, len, "zoe", keyring, ret, NULL);
}

static void opens(const struct lbr_keyring *ring, const struct lbr_sealed *sealed, size_t len)
{
	unsigned char key[LBR_TOKEN_KEY_LEN], open[LBR_TOKEN_KEY_LEN];

	make_key(len, key);
	memset(open, 'x', sizeof(open));
	ck_assert_int_eq(lbr_token_unseal(ring, "zoe", sealed, open), LBR_OK);
	ck_assert_mem_eq(open, key, sizeof(key));
}

/* Sealed and opened, sealed again under another key, stored and read: the same secret, in the shorter form where it fits. */
START_TEST(a_key_of_each_length_comes_back)
{
	struct lbr_keyring *both = ring_of(KEY_B KEY_A);
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = (size_t)_i, text_len;
	struct lbr_account account = with_key(len), back;

	ck_assert_int_eq(account.token.is_long, len > 20);
	ck_assert_uint_eq(lbr_sealed_len(&account.token), len > 20 ? 104 : 60);
	opens(keyring, &account.token, len);
	text_len = encode(&account, text);
	ck_assert_int_eq(strncmp(text, len > 20 ? "liberations-account 4\n" : "liberations-account 2\n", 22), 0);
	ck_assert_int_eq(decode(text, text_len, &back), LBR_OK);
	ck_assert_mem_eq(&back, &account, sizeof(back));
	ck_assert_int_eq(lbr_token_reseal(both, "zoe", &back.token), LBR_OK);
	ck_assert_int_eq(back.token.is_long, account.token.is_long);
	ck_assert_mem_eq(back.token.bytes, account.token.bytes, LBR_SEALED_NONCE_LEN);
	ck_assert_str_ne(back.token.key_id, account.token.key_id);
	opens(both, &back.token, len);
	lbr_keyring_free(both);
}
END_TEST

START_TEST(a_long_token_opens_for_its_owner_alone_and_whole)
{
	struct lbr_account account = with_key(64);
	unsigned char open[LBR_TOKEN_KEY_LEN];
	struct lbr_sealed other;
	size_t bit, at;

	ck_assert_int_eq(lbr_token_unseal(keyring, "zoé", &account.token, open), LBR_ERR_DAMAGED);
	for (bit = 0; bit < 8 * (size_t)LBR_SEALED_LEN; bit++) {
		other = account.token;
		other.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		memset(open, 'x', sizeof(open));
		ck_assert_int_eq(lbr_token_unseal(keyring, "zoe", &other, open), LBR_ERR_DAMAGED);
		for (at = 0; at < sizeof(open); at++)
			ck_assert_uint_eq(open[at], 0);
	}
	other = account.token;
	other.is_long = false;
	ck_assert_int_eq(lbr_token_unseal(keyring, "zoe", &other, open), LBR_ERR_DAMAGED);
	account = with_key(20);
	account.token.is_long = true;
	ck_assert_int_eq(lbr_token_unseal(keyring, "zoe", &account.token, open), LBR_ERR_DAMAGED);
}
END_TEST

START_TEST(a_cut_or_changed_account_with_a_long_key_is_refused)
{
	struct lbr_account account = with_key(33), back;
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = encode(&account, text), at;

	for (at = 0; at < len; at++)
		ck_assert_int_eq(decode(text, at, &back), LBR_ERR_DAMAGED);
	for (at = 0; at < 8 * len; at++) {
		text[at / 8] = (char)(text[at / 8] ^ 1 << at % 8);
		ck_assert_int_eq(decode(text, len, &back), LBR_ERR_DAMAGED);
		text[at / 8] = (char)(text[at / 8] ^ 1 << at % 8);
	}
}
END_TEST

/* The body with another version, behind a MAC that is right. */
static size_t as_version(const struct lbr_account *account, char version, char text[LBR_ACCOUNT_TEXT_MAX])
{
	char coded[sodium_base64_ENCODED_LEN(LBR_MAC_LEN, sodium_base64_VARIANT_ORIGINAL)], *at;
	unsigned char mac[LBR_MAC_LEN];

	encode(account, text);
	text[strlen("liberations-account ")] = version;
	at = strstr(text, "\nmac ") + 1;
	ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, "account", "zoe", text, (size_t)(at - text), mac), LBR_OK);
	sodium_bin2base64(coded, sizeof(coded), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	at += snprintf(at, (size_t)(text + LBR_ACCOUNT_TEXT_MAX - at), "mac %s %s\n", lbr_keyring_id(keyring), coded);
	return (size_t)(at - text);
}

/* A renamed one bears its names in both. */
START_TEST(version_4_is_for_long_keys_alone)
{
	struct lbr_account of_short = with_key(20), of_long = with_key(21), back;
	char text[LBR_ACCOUNT_TEXT_MAX];

	snprintf(of_short.keyed_name, sizeof(of_short.keyed_name), "zora");
	snprintf(of_long.keyed_name, sizeof(of_long.keyed_name), "zora");
	ck_assert_int_eq(decode(text, as_version(&of_long, '4', text), &back), LBR_OK);
	ck_assert_str_eq(back.keyed_name, "zora");
	ck_assert_int_eq(decode(text, as_version(&of_short, '3', text), &back), LBR_OK);
	ck_assert_int_eq(decode(text, as_version(&of_short, '4', text), &back), LBR_ERR_DAMAGED);
	ck_assert_int_eq(decode(text, as_version(&of_long, '3', text), &back), LBR_ERR_DAMAGED);
	ck_assert_int_eq(decode(text, as_version(&of_long, '5', text), &back), LBR_ERR_NEWER);
}
END_TEST

/* The key of a pending token is shown to its person, and 32 characters are no long key. */
START_TEST(a_long_key_is_neither_pending_nor_shown)
{
	struct lbr_account account = with_key(32);
	char text[LBR_ACCOUNT_TEXT_MAX], shown[LBR_KEY_TEXT_MAX], uri[LBR_URI_MAX];
	unsigned char key[LBR_TOKEN_KEY_LEN];
	size_t len;

	account.token_kind = LBR_TOKEN_PENDING;
	ck_assert_int_eq(lbr_account_encode(&account, keyring, text, &len, NULL), LBR_ERR_SYNTAX);
	make_key(32, key);
	ck_assert_int_eq(lbr_token_key_text(key, 1, shown), LBR_ERR_RANGE);
	ck_assert_str_eq(shown, "");
	ck_assert_int_eq(lbr_otpauth_uri("ACME", "zoe", key, uri), LBR_ERR_RANGE);
	ck_assert_str_eq(uri, "");
}
END_TEST

/* Nothing is left of what stood there before. */
START_TEST(a_drawn_key_is_a_short_one)
{
	unsigned char key[LBR_TOKEN_KEY_LEN];

	memset(key, 'x', sizeof(key));
	ck_assert_int_eq(lbr_token_draw(key), LBR_OK);
	ck_assert(!lbr_token_is_long(key));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("long_key");
	TCase *tcase = tcase_create("all");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, load, unload);
	tcase_add_loop_test(tcase, a_key_of_each_length_comes_back, 16, LBR_TOKEN_KEY_LEN + 1);
	tcase_add_test(tcase, a_long_token_opens_for_its_owner_alone_and_whole);
	tcase_add_test(tcase, a_cut_or_changed_account_with_a_long_key_is_refused);
	tcase_add_test(tcase, version_4_is_for_long_keys_alone);
	tcase_add_test(tcase, a_long_key_is_neither_pending_nor_shown);
	tcase_add_test(tcase, a_drawn_key_is_a_short_one);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
