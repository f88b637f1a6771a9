/* The account's text: one spelling, and every byte of it judged. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/account.h>

#include <liberations/codec.h>

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

static struct lbr_account sample(void)
{
	struct lbr_account account = {
		.name = "zo\xc3\xa9", .generation = 7, .disabled = true, .has_uid = true, .uid = 1001,
		.language = LBR_LANGUAGE_FR, .password_kind = LBR_PASSWORD_OWN, .password_set_s = 1700000000,
		.must_change = true,
		.password_hash = HASH, .token_kind = LBR_TOKEN_CONFIRMED, .contact = "zoe@example.net", .recovery_set = 3,
		.recovery_key = "0123abcd", .recovery_count = 2, .recovery_macs = { { 1, 2, 3 }, { 0xff, 0xfe } },
	};
	static const unsigned char key[LBR_TOKEN_KEY_LEN] = { 9 };

	ck_assert_int_eq(lbr_token_seal(keyring, account.name, key, &account.token), LBR_OK);
	return account;
}

static size_t encode(const struct lbr_account *account, char *text)
{
	struct lbr_reason reason = { .text = "" };
	size_t len;

	ck_assert_msg(lbr_account_encode(account, keyring, text, &len, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_uint_eq(len, strlen(text));
	return len;
}

static void refused(const struct lbr_account *account)
{
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = 1, i;

	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(lbr_account_encode(account, keyring, text, &len, NULL), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(len, 0);
	for (i = 0; i < sizeof(text); i++)
		ck_assert_int_eq(text[i], 0);
}

static void damaged(const char *text, size_t len, const char *name)
{
	static const struct lbr_account none;
	struct lbr_account account;

	memset(&account, 'x', sizeof(account));
	ck_assert_int_eq(lbr_account_decode(text, len, name, keyring, &account, NULL), LBR_ERR_DAMAGED);
	ck_assert_int_eq(memcmp(&account, &none, sizeof(none)), 0);
}

/* What is read is what was written, and writes itself the same again. */
static void round_trip(const struct lbr_account *account)
{
	char text[LBR_ACCOUNT_TEXT_MAX], again[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_reason reason = { .text = "" };
	size_t len = encode(account, text);
	struct lbr_account back;

	ck_assert_msg(lbr_account_decode(text, len, account->name, keyring, &back, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_uint_eq(encode(&back, again), len);
	ck_assert_mem_eq(again, text, len);
	ck_assert_str_eq(back.name, account->name);
	ck_assert_uint_eq(back.generation, account->generation);
	ck_assert_int_eq(back.disabled, account->disabled);
	ck_assert_int_eq(back.has_uid, account->has_uid);
	ck_assert_uint_eq(back.uid, account->uid);
	ck_assert_int_eq(back.language, account->language);
	ck_assert_int_eq(back.password_kind, account->password_kind);
	ck_assert_int_eq(back.password_set_s, account->password_set_s);
	ck_assert_int_eq(back.invited_until_s, account->invited_until_s);
	ck_assert_int_eq(back.must_change, account->must_change);
	ck_assert_str_eq(back.password_hash, account->password_hash);
	ck_assert_int_eq(back.token_kind, account->token_kind);
	ck_assert_mem_eq(&back.token, &account->token, sizeof(back.token));
	ck_assert_str_eq(back.contact, account->contact);
	ck_assert_uint_eq(back.recovery_set, account->recovery_set);
	ck_assert_str_eq(back.recovery_key, account->recovery_key);
	ck_assert_uint_eq(back.recovery_count, account->recovery_count);
	ck_assert_mem_eq(back.recovery_macs, account->recovery_macs, sizeof(back.recovery_macs));
}

START_TEST(accounts_come_back)
{
	struct lbr_account account = sample();

	round_trip(&account);
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.invited_until_s = INT64_MAX;
	account.token_kind = LBR_TOKEN_PENDING;
	account.disabled = account.must_change = account.has_uid = false;
	account.uid = 0;
	account.language = LBR_LANGUAGE_NONE;
	memset(account.contact, 0, sizeof(account.contact));
	account.recovery_set = account.recovery_count = 0;
	memset(account.recovery_key, 0, sizeof(account.recovery_key));
	memset(account.recovery_macs, 0, sizeof(account.recovery_macs));
	round_trip(&account);
}
END_TEST

START_TEST(longest_account_fits)
{
	struct lbr_account account = sample();

	memset(account.password_hash, 'h', sizeof(account.password_hash) - 1);
	memset(account.contact, 'c', sizeof(account.contact) - 1);
	account.generation = UINT64_MAX - 1;
	account.uid = UINT32_MAX - 1;
	account.password_set_s = INT64_MAX;
	account.recovery_set = UINT64_MAX;
	account.recovery_count = LBR_RECOVERY_CODES;
	memset(account.recovery_macs, 0xfb, sizeof(account.recovery_macs));
	round_trip(&account);
}
END_TEST

START_TEST(every_flipped_bit_is_seen)
{
	struct lbr_account account = sample();
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = encode(&account, text), i;

	for (i = 0; i < 8 * len; i++) {
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		damaged(text, len, account.name);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
	}
}
END_TEST

START_TEST(every_truncation_is_seen)
{
	struct lbr_account account = sample();
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = encode(&account, text), i;

	for (i = 0; i < len; i++)
		damaged(text, i, account.name);
	text[len] = '\n';
	damaged(text, len + 1, account.name);
}
END_TEST

START_TEST(sec_1_67_another_persons_account_is_refused)
{
	struct lbr_account account = sample(), other = sample();
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = encode(&account, text);

	memcpy(other.name, "zoe", 4);
	damaged(text, len, other.name);
	damaged(text, len, "");
	encode(&other, text);
	damaged(text, strlen(text), account.name);
}
END_TEST

START_TEST(sec_1_41_no_field_carries_control_or_unseen_characters)
{
	static const char *const bad[] = { "a\nb", "a\rb", "a\x1b" "b", "a\tb", "a\x7f", "a\xe2\x80\xa8" "b",
	                                   "a\xe2\x80\xae" "b", "a\xc2\x85",
	                                   "a\xff", "\xc3", "a\xc2\xa0" "b", " a", "a ", "-", "\xe2\x80\x8b" };
	struct lbr_account account;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		account = sample();
		snprintf(account.contact, sizeof(account.contact), "%s", bad[i]);
		refused(&account);
		account = sample();
		snprintf(account.name, sizeof(account.name), "%s", bad[i]);
		refused(&account);
		if (strcmp(bad[i], "-") == 0)
			continue;
		account = sample();
		snprintf(account.password_hash, sizeof(account.password_hash), "%s", bad[i]);
		refused(&account);
	}
}
END_TEST

START_TEST(values_out_of_range_are_not_written)
{
	struct lbr_account account;

#define REFUSE(change) do { account = sample(); change; refused(&account); } while (0)
	REFUSE(account.generation = 0);
	REFUSE(account.generation = UINT64_MAX);
	REFUSE(account.uid = UINT32_MAX);
	REFUSE(account.language = (enum lbr_language)3);
	REFUSE(account.password_kind = (enum lbr_password_kind)2);
	REFUSE(account.token_kind = (enum lbr_token_kind)2);
	REFUSE(account.password_set_s = -1);
	REFUSE(account.invited_until_s = 1); /* an own password was not invited */
	REFUSE(account.password_hash[0] = '\0');
	REFUSE(memset(account.password_hash, 'h', sizeof(account.password_hash)));
	REFUSE(memset(account.contact, 'c', sizeof(account.contact)));
	REFUSE(memset(account.name, 'n', sizeof(account.name)));
	REFUSE(account.name[0] = '\0');
	REFUSE(account.recovery_count = LBR_RECOVERY_CODES + 1);
	REFUSE(account.recovery_set = 0);
	REFUSE(account.recovery_key[0] = '\0');
	REFUSE(account.recovery_key[7] = '\0');
	REFUSE(account.recovery_key[0] = 'X');
	REFUSE(memset(account.recovery_key, 'a', sizeof(account.recovery_key)));
	REFUSE(account.recovery_count = 0); /* a key of no codes */
	REFUSE(account.token.key_id[0] = 'X');
#undef REFUSE
}
END_TEST

/* Seals a body as the code itself would, so that only the grammar is left to refuse it. */
static size_t reseal(char *text, const char *body, const char *name)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char mac[LBR_MAC_LEN + 1] = {0};
	char coded[48] = "";
	size_t i;

	ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, "account", name, body, strlen(body), mac), LBR_OK);
	for (i = 0; i < 11; i++) {
		unsigned three = (unsigned)mac[3 * i] << 16 | (unsigned)mac[3 * i + 1] << 8 | mac[3 * i + 2];

		coded[4 * i] = alphabet[three >> 18];
		coded[4 * i + 1] = alphabet[three >> 12 & 63];
		coded[4 * i + 2] = alphabet[three >> 6 & 63];
		coded[4 * i + 3] = alphabet[three & 63];
	}
	coded[43] = '=';
	snprintf(text, LBR_ACCOUNT_TEXT_MAX, "%smac 0123abcd %s\n", body, coded);
	return strlen(text);
}

/* Replaces the first `from` in the sample's body by `to` and seals it anew. */
static size_t rewrite(char *text, const char *from, const char *to)
{
	char whole[LBR_ACCOUNT_TEXT_MAX], body[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_account account = sample();
	char *at;

	encode(&account, whole);
	*strstr(whole, "mac ") = '\0';
	at = strstr(whole, from);
	ck_assert_msg(at != NULL, "'%s' is not there", from);
	snprintf(body, sizeof(body), "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
	return reseal(text, body, account.name);
}

START_TEST(sec_1_40_only_one_spelling_is_read)
{
	static const char *const changes[][2] = {
		{ "generation 7\n", "generation 07\n" }, { "generation 7\n", "generation +7\n" },
		{ "generation 7\n", "generation 7 \n" },
		{ "generation 7\n", "generation  7\n" }, { "generation 7\n", "generation 0x7\n" },
		{ "generation 7\n", "generation \n" },
		{ "generation 7\n", "" }, { "generation 7\n", "generation 7\ngeneration 7\n" },
		{ "generation 7\n", "generation 0\n" },
		{ "generation 7\n", "generation 18446744073709551615\n" },
		{ "generation 7\n", "generation 18446744073709551623\n" },
		{ "generation 7\n", "# a comment\ngeneration 7\n" }, { "generation 7\n", "\ngeneration 7\n" },
		{ "generation 7\n", "generation 7\r\n" },
		{ "disabled yes", "disabled YES" }, { "disabled yes", "disabled 1" }, { "uid 1001", "uid -1" },
		{ "uid 1001", "uid 4294967295" },
		{ "uid 1001", "uid 4294968297" }, { "uid 1001", "uid none " }, { "language fr", "language de" },
		{ "contact zoe", "contact  zoe" },
		{ "contact zoe@example.net", "contact " }, { "liberations-account 2", "liberations-account 1" },
		{ "liberations-account 2", "liberations-account 0" }, { "liberations-account 2", "liberations-account 02" },
		{ "liberations-account 2", "liberations-account" }, { "liberations-account 2", "liberations-history 2" },
		{ "liberations-account 2\n", "\xef\xbb\xbfliberations-account 2\n" }, { "name zo\xc3\xa9", "name zoe" },
		{ "name zo\xc3\xa9\n", "name zo\xc3\xa9\nname zo\xc3\xa9\n" }, { "recovery-codes 2", "recovery-codes 1" },
		{ "recovery-codes 2", "recovery-codes 3" }, { "recovery-codes 2", "recovery-codes 11" },
		{ "recovery-set 3", "recovery-set 0" }, { "recovery-key 0123abcd\n", "" },
		{ "recovery-key 0123abcd", "recovery-key -" }, { "recovery-key 0123abcd", "recovery-key " },
		{ "recovery-key 0123abcd", "recovery-key 0123abc" }, { "recovery-key 0123abcd", "recovery-key 0123ABCD" },
		{ "recovery-key 0123abcd", "recovery-key 0123abcde" },
		{ "token confirmed", "token none" }, { "sealed 0123abcd ", "sealed 0123ABCD " },
		{ "sealed 0123abcd ", "sealed 0123abcd" },
		{ "password-set 1700000000", "password-set 9223372036854775808" },
		{ "hash $y$", "hash " HASH HASH HASH HASH HASH HASH HASH },
		{ "hash $y", "hash  $y" }, { "\nmust-change", "\ninvited-until 0\nmust-change" },
	};
	char text[LBR_ACCOUNT_TEXT_MAX];
	struct lbr_account account;
	size_t i, len;

	/* The way of sealing is right: the unchanged body passes. */
	len = rewrite(text, "generation 7", "generation 7");
	ck_assert_int_eq(lbr_account_decode(text, len, "zo\xc3\xa9", keyring, &account, NULL), LBR_OK);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		enum lbr_error error;

		len = rewrite(text, changes[i][0], changes[i][1]);
		error = lbr_account_decode(text, len, "zo\xc3\xa9", keyring, &account, NULL);
		ck_assert_msg(error == LBR_ERR_DAMAGED, "'%s' was read", changes[i][1]);
	}
}
END_TEST

START_TEST(a_key_that_the_ring_lacks_is_named)
{
	struct lbr_keyring *foreign = ring_of(KEY_B);
	struct lbr_account account = sample();
	struct lbr_reason reason = { .text = "" };
	char text[LBR_ACCOUNT_TEXT_MAX];
	size_t len = encode(&account, text);

	ck_assert_int_eq(lbr_account_decode(text, len, "zo\xc3\xa9", foreign, &account, &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_nonnull(strstr(reason.text, "0123abcd"));
	lbr_keyring_free(foreign);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("account");
	TCase *tcase = tcase_create("account");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, load, unload);
	tcase_add_test(tcase, accounts_come_back);
	tcase_add_test(tcase, longest_account_fits);
	tcase_add_test(tcase, every_flipped_bit_is_seen);
	tcase_add_test(tcase, every_truncation_is_seen);
	tcase_add_test(tcase, sec_1_67_another_persons_account_is_refused);
	tcase_add_test(tcase, sec_1_41_no_field_carries_control_or_unseen_characters);
	tcase_add_test(tcase, values_out_of_range_are_not_written);
	tcase_add_test(tcase, sec_1_40_only_one_spelling_is_read);
	tcase_add_test(tcase, a_key_that_the_ring_lacks_is_named);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
