/* The seal: what is not ours, not whole or not in its place does not open. */
#include <liberations/keyring.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

static const unsigned char secret[LBR_TOKEN_KEY_LEN] = "the token's secret!";
static struct lbr_keyring *keyring;

static void load(void)
{
	keyring = ring_of(KEY_A);
}

static void unload(void)
{
	lbr_keyring_free(keyring);
}

static bool is_zero(const unsigned char *bytes, size_t len)
{
	return sodium_is_zero(bytes, len) == 1;
}

START_TEST(key_lines_are_strict)
{
	static const char *const good[] = { KEY_A, KEY_A KEY_B, "# why\n" KEY_A, "\n" KEY_B "# end\n" };
	static const char *const bad[] = {
		"", "#\n", "\n", "0123abcd\n", "0123ABCD 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		"0123abcd 000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f\n",
		"0123abcd  00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		"0123abc 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0\n",
		" " KEY_A, KEY_A KEY_A, KEY_A "x\n",
		"0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f \n",
		"0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\r\n",
		"0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e\n",
	};
	struct lbr_reason reason = { .text = "" };
	struct lbr_keyring *other;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(ring_try(good[i], strlen(good[i]), 0640, &other, &reason) == LBR_OK, "%s", reason.text);
		lbr_keyring_free(other);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enum lbr_error error = ring_try(bad[i], strlen(bad[i]), 0600, &other, &reason);

		ck_assert_msg(error == LBR_ERR_SYNTAX || (i == 0 && error == LBR_ERR_DAMAGED), "%zu", i);
		ck_assert_ptr_null(other);
		ck_assert_msg(strstr(reason.text, "1d1e") == NULL, "a key in the sentence");
	}
	ck_assert_int_eq(ring_try(KEY_A "\0", strlen(KEY_A) + 1, 0600, &other, &reason), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(key_file_must_be_closed_to_others)
{
	static const mode_t bad[] = { 0644, 0660, 0620, 0604, 0602, 0601, 0666 };
	struct lbr_keyring *other;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(ring_try(KEY_A, strlen(KEY_A), bad[i], &other, NULL) == LBR_ERR_UNSAFE, "%o", bad[i]);
		ck_assert_ptr_null(other);
	}
}
END_TEST

START_TEST(sec_1_05_key_file_is_a_file)
{
	char dir[128], path[160], other[160];
	struct lbr_keyring *loaded;

	ring_scratch_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	ck_assert_int_eq(lbr_keyring_load(path, &loaded, NULL), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_keyring_load(dir, &loaded, NULL), LBR_ERR_UNSAFE);
	ring_write_file(other, KEY_A, strlen(KEY_A), 0600);
	ck_assert_int_eq(symlink(other, path), 0);
	ck_assert_int_eq(lbr_keyring_load(path, &loaded, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(link(other, path), 0);
	ck_assert_int_eq(lbr_keyring_load(path, &loaded, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(lbr_keyring_load(path, &loaded, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(unlink(other), 0);
	/* The way there must be free of links too. */
	snprintf(path, sizeof(path), "%s/way", dir);
	ck_assert_int_eq(symlink(dir, path), 0);
	snprintf(other, sizeof(other), "%s/way/key", dir);
	ck_assert_int_eq(lbr_keyring_load(other, &loaded, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(dir), 0);
	ck_assert_ptr_null(loaded);
}
END_TEST

START_TEST(new_lines_load_and_differ)
{
	char one[LBR_KEY_LINE_MAX], other[LBR_KEY_LINE_MAX], both[2 * LBR_KEY_LINE_MAX];
	struct lbr_keyring *fresh;

	ck_assert_int_eq(lbr_keyring_new_line(one), LBR_OK);
	ck_assert_int_eq(lbr_keyring_new_line(other), LBR_OK);
	ck_assert_str_ne(one, other);
	snprintf(both, sizeof(both), "%s%s", one, other);
	fresh = ring_of(both);
	ck_assert_int_eq(memcmp(lbr_keyring_id(fresh), one, LBR_KEY_ID_LEN), 0);
	lbr_keyring_free(fresh);
}
END_TEST

START_TEST(token_opens_for_its_owner_alone)
{
	unsigned char open[LBR_TOKEN_KEY_LEN];
	struct lbr_sealed sealed, again;

	ck_assert_int_eq(lbr_token_seal(keyring, "bob", secret, &sealed), LBR_OK);
	ck_assert_int_eq(lbr_token_seal(keyring, "bob", secret, &again), LBR_OK);
	ck_assert_int_ne(memcmp(sealed.bytes, again.bytes, sizeof(again.bytes)), 0);
	ck_assert_int_eq(lbr_token_unseal(keyring, "bob", &sealed, open), LBR_OK);
	ck_assert_mem_eq(open, secret, sizeof(secret));
	ck_assert_int_eq(lbr_token_unseal(keyring, "bobby", &sealed, open), LBR_ERR_DAMAGED);
	ck_assert(is_zero(open, sizeof(open)));
	ck_assert_int_eq(lbr_token_unseal(keyring, "", &sealed, open), LBR_ERR_DAMAGED);
}
END_TEST

START_TEST(every_flipped_bit_of_a_sealed_token_is_seen)
{
	unsigned char open[LBR_TOKEN_KEY_LEN];
	struct lbr_sealed sealed;
	size_t i;

	ck_assert_int_eq(lbr_token_seal(keyring, "bob", secret, &sealed), LBR_OK);
	for (i = 0; i < 8 * lbr_sealed_len(&sealed); i++) {
		sealed.bytes[i / 8] ^= (unsigned char)(1u << i % 8);
		ck_assert_int_eq(lbr_token_unseal(keyring, "bob", &sealed, open), LBR_ERR_DAMAGED);
		ck_assert(is_zero(open, sizeof(open)));
		sealed.bytes[i / 8] ^= (unsigned char)(1u << i % 8);
	}
	ck_assert_int_eq(lbr_token_unseal(keyring, "bob", &sealed, open), LBR_OK);
	memset(sealed.key_id, 'x', sizeof(sealed.key_id));
	ck_assert_int_eq(lbr_token_unseal(keyring, "bob", &sealed, open), LBR_ERR_DAMAGED);
}
END_TEST

START_TEST(older_keys_still_open_and_foreign_ones_do_not)
{
	struct lbr_keyring *turned = ring_of(KEY_B KEY_A), *foreign = ring_of(KEY_B);
	unsigned char open[LBR_TOKEN_KEY_LEN], one[LBR_MAC_LEN], other[LBR_MAC_LEN];
	struct lbr_sealed sealed;

	ck_assert_int_eq(lbr_token_seal(keyring, "bob", secret, &sealed), LBR_OK);
	ck_assert_str_eq(sealed.key_id, "0123abcd");
	ck_assert_int_eq(lbr_token_unseal(turned, "bob", &sealed, open), LBR_OK);
	ck_assert_int_eq(lbr_token_unseal(foreign, "bob", &sealed, open), LBR_ERR_ABSENT);
	ck_assert(is_zero(open, sizeof(open)));
	ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, "account", "bob", "x", 1, one), LBR_OK);
	ck_assert_int_eq(lbr_keyring_mac(turned, "0123abcd", "account", "bob", "x", 1, other), LBR_OK);
	ck_assert_mem_eq(one, other, sizeof(one));
	ck_assert_int_eq(lbr_keyring_mac(turned, NULL, "account", "bob", "x", 1, other), LBR_OK);
	ck_assert_mem_ne(one, other, sizeof(one));
	ck_assert_int_eq(lbr_keyring_mac(foreign, "0123abcd", "account", "bob", "x", 1, other), LBR_ERR_ABSENT);
	ck_assert(is_zero(other, sizeof(other)));
	lbr_keyring_free(turned);
	lbr_keyring_free(foreign);
}
END_TEST

/* The three parts never run into one another. */
START_TEST(sec_1_67_mac_binds_kind_name_and_content)
{
	static const char *const parts[][3] = { { "account", "bob", "text" }, { "account", "bobt", "ext" },
	                                        { "accountb", "ob", "text" },
	                                        { "account", "bo", "btext" }, { "history", "bob", "text" },
	                                        { "account", "bob", "texT" },
	                                        { "account", "bob", "" }, { "", "accountbob", "text" },
	                                        { "counters", "bob", "text" } };
	const size_t count = sizeof(parts) / sizeof(parts[0]);
	unsigned char macs[sizeof(parts) / sizeof(parts[0])][LBR_MAC_LEN];
	size_t i, j;

	for (i = 0; i < count; i++)
		ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, parts[i][0], parts[i][1], parts[i][2], strlen(parts[i][2]), macs[i]),
		                 LBR_OK);
	for (i = 0; i < count; i++)
		for (j = 0; j < i; j++)
			ck_assert_mem_ne(macs[i], macs[j], LBR_MAC_LEN);
}
END_TEST

START_TEST(decoys_are_spread_and_steady)
{
	struct lbr_keyring *other = ring_of(KEY_B);
	unsigned used = 0, same = 0, i;
	bool seen[256] = {false};
	char name[16];

	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "?%u\n", i); /* any bytes at all */
		seen[lbr_keyring_decoy(keyring, name)] = true;
		same += lbr_keyring_decoy(keyring, name) == lbr_keyring_decoy(other, name);
		ck_assert_uint_eq(lbr_keyring_decoy(keyring, name), lbr_keyring_decoy(keyring, name));
	}
	for (i = 0; i < 256; i++)
		used += seen[i];
	ck_assert_uint_gt(used, 240);
	ck_assert_uint_lt(same, 60); /* keyed: another key chooses otherwise */
	lbr_keyring_free(other);
}
END_TEST

/* The nonce stays, the same secret opens, and nothing names the old key. */
START_TEST(a_token_is_sealed_again)
{
	struct lbr_keyring *both = ring_of(KEY_B KEY_A), *foreign = ring_of(KEY_B);
	unsigned char open[LBR_TOKEN_KEY_LEN];
	struct lbr_sealed sealed, before;

	ck_assert_int_eq(lbr_token_seal(keyring, "bob", secret, &sealed), LBR_OK);
	before = sealed;
	ck_assert_int_eq(lbr_token_reseal(foreign, "bob", &sealed), LBR_ERR_ABSENT);
	ck_assert_int_eq(lbr_token_reseal(both, "eve", &sealed), LBR_ERR_DAMAGED);
	ck_assert_mem_eq(&sealed, &before, sizeof(sealed));
	ck_assert_int_eq(lbr_token_reseal(both, "bob", &sealed), LBR_OK);
	ck_assert_mem_eq(sealed.bytes, before.bytes, LBR_SEALED_NONCE_LEN);
	ck_assert_mem_ne(sealed.bytes + LBR_SEALED_NONCE_LEN, before.bytes + LBR_SEALED_NONCE_LEN, LBR_TOKEN_SHORT_LEN);
	ck_assert_int_eq(lbr_token_unseal(foreign, "bob", &sealed, open), LBR_OK);
	ck_assert_mem_eq(open, secret, sizeof(open));
	ck_assert_uint_eq(lbr_keyring_count(both), 2);
	ck_assert_str_eq(lbr_keyring_id_at(both, 1), lbr_keyring_id(keyring));
	lbr_keyring_free(both);
	lbr_keyring_free(foreign);
}
END_TEST

/* Replaced, written or removed: a process that loaded it before writes no record any more. */
START_TEST(a_replaced_key_file_is_noticed)
{
	char dir[128], path[160], other[160];
	struct lbr_keyring *loaded;

	ring_scratch_dir(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s/seal.key", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	ring_write_file(path, KEY_A, strlen(KEY_A), 0600);
	ck_assert_int_eq(lbr_keyring_load(path, &loaded, NULL), LBR_OK);
	ck_assert(lbr_keyring_is_current(loaded));
	if (_i == 0) {
		ring_write_file(other, KEY_A, strlen(KEY_A), 0600);
		ck_assert_int_eq(rename(other, path), 0);
	} else if (_i == 1) {
		ring_write_file(path, KEY_A KEY_B, strlen(KEY_A KEY_B), 0600);
	} else {
		ck_assert_int_eq(unlink(path), 0);
	}
	ck_assert(!lbr_keyring_is_current(loaded));
	lbr_keyring_free(loaded);
	(void)unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("seal");
	TCase *tcase = tcase_create("seal");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, load, unload);
	tcase_add_test(tcase, key_lines_are_strict);
	tcase_add_test(tcase, key_file_must_be_closed_to_others);
	tcase_add_test(tcase, sec_1_05_key_file_is_a_file);
	tcase_add_test(tcase, new_lines_load_and_differ);
	tcase_add_test(tcase, token_opens_for_its_owner_alone);
	tcase_add_test(tcase, every_flipped_bit_of_a_sealed_token_is_seen);
	tcase_add_test(tcase, older_keys_still_open_and_foreign_ones_do_not);
	tcase_add_test(tcase, sec_1_67_mac_binds_kind_name_and_content);
	tcase_add_test(tcase, decoys_are_spread_and_steady);
	tcase_add_test(tcase, a_token_is_sealed_again);
	tcase_add_loop_test(tcase, a_replaced_key_file_is_noticed, 0, 3);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
