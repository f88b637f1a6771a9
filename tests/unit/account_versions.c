/* Accounts across releases: version 1 is read, version 2 bears the key of its recovery codes, a later one is called by its name.
 * tests/unit/version_1/make tells what made the files of version 1. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/recovery.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

#define ID_A "0123abcd"
#define ID_B "fedc9876"

/* A whole file of the release before; static, terminated. */
static const char *old_file(const char *name)
{
	static char text[LBR_ACCOUNT_TEXT_MAX];
	char path[64];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "tests/unit/version_1/%s", name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s cannot be read from here", path);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	ck_assert_int_eq(fclose(file), 0);
	return text;
}

static void decode(const struct lbr_keyring *keyring, const char *text, const char *name, struct lbr_account *ret)
{
	struct lbr_reason reason = { .text = "" };

	ck_assert_msg(lbr_account_decode(text, strlen(text), name, keyring, ret, &reason) == LBR_OK, "%s", reason.text);
}

static void encode(const struct lbr_keyring *keyring, const struct lbr_account *account, char text[LBR_ACCOUNT_TEXT_MAX])
{
	size_t len;

	ck_assert_int_eq(lbr_account_encode(account, keyring, text, &len, NULL), LBR_OK);
}

static unsigned match(const struct lbr_keyring *keyring, const struct lbr_account *account, const char *code)
{
	struct lbr_secret typed;

	ck_assert_int_eq(lbr_secret_set(&typed, code, strlen(code)), LBR_OK);
	return lbr_recovery_match(keyring, account, &typed);
}

/* How many of the sheet's codes are recognised, each as its own number. */
static unsigned recognised(const struct lbr_keyring *keyring, const struct lbr_account *account,
                           const struct lbr_recovery_sheet *sheet)
{
	unsigned number, count = 0;

	for (number = 1; number <= LBR_RECOVERY_CODES; number++) {
		unsigned found = match(keyring, account, sheet->codes[number - 1]);

		ck_assert(found == number || found == 0);
		count += found == number;
	}
	return count;
}

static struct lbr_recovery_sheet old_sheet(void)
{
	struct lbr_recovery_sheet sheet;
	const char *at = old_file("codes");
	unsigned i;

	for (i = 0; i < LBR_RECOVERY_CODES; i++, at += LBR_RECOVERY_TEXT_MAX)
		snprintf(sheet.codes[i], sizeof(sheet.codes[i]), "%.11s", at);
	ck_assert_uint_eq((unsigned)*at, 0);
	return sheet;
}

START_TEST(version_1_is_read_and_written_as_version_2)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	struct lbr_recovery_sheet sheet = old_sheet();
	struct lbr_account account, back;
	char text[LBR_ACCOUNT_TEXT_MAX];

	decode(keyring, old_file("account"), "alice", &account);
	ck_assert_str_eq(account.contact, "alice@example.org");
	ck_assert_str_eq(account.recovery_key, ID_A);
	ck_assert_uint_eq(recognised(keyring, &account, &sheet), LBR_RECOVERY_CODES);
	encode(keyring, &account, text);
	ck_assert_int_eq(strncmp(text, "liberations-account 2\n", 22), 0);
	ck_assert_ptr_nonnull(strstr(text, "\nrecovery-key " ID_A "\nrecovery-codes 10\n"));
	decode(keyring, text, "alice", &back);
	ck_assert_mem_eq(&back, &account, sizeof(back));

	decode(keyring, old_file("invited"), "bob", &account);
	ck_assert_str_eq(account.recovery_key, "");
	encode(keyring, &account, text);
	ck_assert_ptr_nonnull(strstr(text, "\nrecovery-key -\nrecovery-codes 0\n"));
	lbr_keyring_free(keyring);
}
END_TEST

START_TEST(version_1_codes_outlive_a_change_of_key)
{
	struct lbr_keyring *both = ring_of(KEY_B KEY_A);
	struct lbr_recovery_sheet sheet = old_sheet();
	struct lbr_account account;
	char text[LBR_ACCOUNT_TEXT_MAX];

	decode(both, old_file("account"), "alice", &account);
	ck_assert_uint_eq(recognised(both, &account, &sheet), LBR_RECOVERY_CODES);
	encode(both, &account, text);
	decode(both, text, "alice", &account);
	ck_assert_str_eq(account.recovery_key, ID_A);
	ck_assert_uint_eq(recognised(both, &account, &sheet), LBR_RECOVERY_CODES);
	lbr_keyring_free(both);
}
END_TEST

/* The release before had voided this set already: nothing says that its codes are key A's. */
START_TEST(version_1_codes_voided_before_stay_void)
{
	struct lbr_keyring *both = ring_of(KEY_B KEY_A);
	struct lbr_recovery_sheet sheet = old_sheet();
	struct lbr_account account;

	decode(both, old_file("account-rekeyed"), "alice", &account);
	ck_assert_str_eq(account.recovery_key, ID_B);
	ck_assert_uint_eq(recognised(both, &account, &sheet), 0);
	lbr_keyring_free(both);
}
END_TEST

START_TEST(another_key_in_force_voids_no_sheet)
{
	struct lbr_keyring *one = ring_of(KEY_A), *both = ring_of(KEY_B KEY_A), *other = ring_of(KEY_B);
	struct lbr_recovery_sheet sheet, fresh;
	struct lbr_account account;
	char text[LBR_ACCOUNT_TEXT_MAX];

	decode(one, old_file("invited"), "bob", &account);
	ck_assert_int_eq(lbr_recovery_draw(one, &account, &sheet), LBR_OK);
	ck_assert_str_eq(account.recovery_key, ID_A);
	encode(one, &account, text);
	decode(both, text, "bob", &account);
	ck_assert_uint_eq(recognised(both, &account, &sheet), LBR_RECOVERY_CODES);
	encode(both, &account, text); /* any later commit, now under key B */
	decode(both, text, "bob", &account);
	ck_assert_uint_eq(recognised(both, &account, &sheet), LBR_RECOVERY_CODES);
	ck_assert_uint_eq(recognised(other, &account, &sheet), 0);

	ck_assert_int_eq(lbr_recovery_draw(both, &account, &fresh), LBR_OK);
	ck_assert_str_eq(account.recovery_key, ID_B);
	ck_assert_uint_eq(recognised(both, &account, &fresh), LBR_RECOVERY_CODES);
	ck_assert_uint_eq(recognised(other, &account, &fresh), LBR_RECOVERY_CODES);
	ck_assert_uint_eq(recognised(both, &account, &sheet), 0);
	lbr_keyring_free(one);
	lbr_keyring_free(both);
	lbr_keyring_free(other);
}
END_TEST

START_TEST(no_key_no_code)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	struct lbr_recovery_sheet sheet;
	struct lbr_account account;

	decode(keyring, old_file("invited"), "bob", &account);
	ck_assert_int_eq(lbr_recovery_draw(keyring, &account, &sheet), LBR_OK);
	ck_assert_uint_eq(recognised(keyring, &account, &sheet), LBR_RECOVERY_CODES);
	memset(account.recovery_key, 0, sizeof(account.recovery_key));
	ck_assert_uint_eq(recognised(keyring, &account, &sheet), 0);
	ck_assert_int_eq(lbr_recovery_draw(keyring, &account, &sheet), LBR_OK);
	lbr_recovery_clear(&account);
	ck_assert_uint_eq(recognised(keyring, &account, &sheet), 0);
	ck_assert_str_eq(account.recovery_key, "");
	lbr_keyring_free(keyring);
}
END_TEST

/* The file as a release to come would begin it, with a MAC that verifies. */
static void put_version(const struct lbr_keyring *keyring, const char *version, char text[LBR_ACCOUNT_TEXT_MAX])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char mac[LBR_MAC_LEN + 1] = { 0 };
	char coded[48] = "";
	size_t i, len;

	len = (size_t)snprintf(text, LBR_ACCOUNT_TEXT_MAX, "liberations-account %s\nname alice\nnew-field 1\n", version);
	ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, "account", "alice", text, len, mac), LBR_OK);
	for (i = 0; i < 43; i++)
		coded[i] = alphabet[(((unsigned)mac[i * 6 / 8] << 8 | (i * 6 / 8 < 31 ? mac[i * 6 / 8 + 1] : 0u)) >>
		                     (10 - i * 6 % 8)) & 63];
	coded[43] = '=';
	snprintf(text + len, LBR_ACCOUNT_TEXT_MAX - len, "mac %s %s\n", ID_A, coded);
}

START_TEST(a_newer_release_is_called_by_its_name)
{
	static const char newer[] = "written by a newer release of liberations, in format liberations-account %s (this one reads up to 4); "
	                            "install the release that wrote it, or a newer one";
	char wanted[LBR_REASON_MAX];
	struct lbr_keyring *keyring = ring_of(KEY_A);
	struct lbr_reason reason = { .text = "" };
	struct lbr_account account;
	char text[LBR_ACCOUNT_TEXT_MAX];
	static const char *const versions[] = { "5", "10", "4294967295" };
	size_t i;

	for (i = 0; i < 3; i++) {
		put_version(keyring, versions[i], text);
		ck_assert_int_eq(lbr_account_decode(text, strlen(text), "alice", keyring, &account, &reason), LBR_ERR_NEWER);
		snprintf(wanted, sizeof(wanted), newer, versions[i]);
		ck_assert_str_eq(reason.text, wanted);
	}
	text[20] = '6'; /* damage is not taken for it */
	ck_assert_int_eq(lbr_account_decode(text, strlen(text), "alice", keyring, &account, &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_null(strstr(reason.text, "newer release"));
	put_version(keyring, "4294967296", text);
	ck_assert_int_eq(lbr_account_decode(text, strlen(text), "alice", keyring, &account, &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_null(strstr(reason.text, "newer release"));
	lbr_keyring_free(keyring);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("account_versions");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, version_1_is_read_and_written_as_version_2);
	tcase_add_test(tests, version_1_codes_outlive_a_change_of_key);
	tcase_add_test(tests, version_1_codes_voided_before_stay_void);
	tcase_add_test(tests, another_key_in_force_voids_no_sheet);
	tcase_add_test(tests, no_key_no_code);
	tcase_add_test(tests, a_newer_release_is_called_by_its_name);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
