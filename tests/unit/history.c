/* The ten last passwords: their text, and how they heal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/history.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

static struct lbr_keyring *keyring;

static void load(void)
{
	keyring = ring_of(KEY_A);
}

static void unload(void)
{
	lbr_keyring_free(keyring);
}

/* "3:c 2:b" is a history of two entries; each hash is one letter. */
static struct lbr_history history_of(const char *text)
{
	struct lbr_history history = {0};

	for (; *text != '\0'; text += strcspn(text, " "), text += *text == ' ') {
		struct lbr_history_entry *entry = &history.entries[history.count++];

		entry->set_s = strtol(text, NULL, 10);
		entry->hash[0] = *(strchr(text, ':') + 1);
	}
	return history;
}

static const char *text_of(const struct lbr_history *history)
{
	static char text[256];
	size_t used = 0;
	unsigned i;

	text[0] = '\0';
	for (i = 0; i < history->count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%ld:%s", i > 0 ? " " : "",
		                         (long)history->entries[i].set_s, history->entries[i].hash);
	return text;
}

static void heals(const char *before, const char *account_password, unsigned keep, const char *after)
{
	struct lbr_history history = history_of(before), password = history_of(account_password);
	struct lbr_account account = { .password_kind = LBR_PASSWORD_OWN, .password_set_s = password.entries[0].set_s };
	static const struct lbr_history_entry none;
	unsigned i, round;

	memcpy(account.password_hash, password.entries[0].hash, sizeof(account.password_hash));
	for (round = 0; round < 2; round++) { /* the second round changes nothing */
		lbr_history_heal(&history, &account, keep);
		ck_assert_str_eq(text_of(&history), after);
		for (i = history.count; i < LBR_HISTORY_MAX; i++)
			ck_assert_int_eq(memcmp(&history.entries[i], &none, sizeof(none)), 0);
	}
}

START_TEST(heals_after_a_crash_between_the_files)
{
	heals("", "1:a", 10, "1:a");
	heals("1:a", "1:a", 10, "1:a");
	heals("2:b 1:a", "3:c", 10, "3:c 2:b 1:a");
	heals("2:b 1:a", "2:x", 10, "2:x 1:a");           /* a rehash is not a new password */
	heals("3:c 2:b 1:a", "4:a", 10, "4:a 3:c 2:b");   /* a known hash moves to the front */
	heals("3:c 2:b 1:a", "9:c", 10, "9:c 2:b 1:a");
}
END_TEST

START_TEST(eleventh_falls_off)
{
	heals("10:j 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b 1:a", "11:k", 10, "11:k 10:j 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b");
	heals("10:j 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b 1:a", "11:a", 10, "11:a 10:j 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b");
	heals("10:j 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b 1:a", "10:k", 10, "10:k 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b 1:a");
}
END_TEST

START_TEST(sec_1_39_a_lower_limit_keeps_the_newest)
{
	heals("5:e 4:d 3:c 2:b 1:a", "5:e", 3, "5:e 4:d 3:c");
	heals("5:e 4:d 3:c", "6:f", 10, "6:f 5:e 4:d 3:c");
	heals("5:e 4:d 3:c", "6:f", 1, "6:f");
}
END_TEST

START_TEST(temporary_password_never_enters)
{
	struct lbr_history history = history_of("2:b 1:a");
	struct lbr_account account = { .password_kind = LBR_PASSWORD_TEMPORARY, .password_set_s = 3, .password_hash = "t" };

	lbr_history_heal(&history, &account, 10);
	ck_assert_str_eq(text_of(&history), "2:b 1:a");
	lbr_history_heal(&history, &account, 1);
	ck_assert_str_eq(text_of(&history), "2:b");
}
END_TEST

static size_t encode(const struct lbr_history *history, char *text)
{
	size_t len;

	ck_assert_int_eq(lbr_history_encode(history, "bob", keyring, text, &len, NULL), LBR_OK);
	return len;
}

static void damaged(const char *text, size_t len, const char *name)
{
	static const struct lbr_history none;
	struct lbr_history history;

	memset(&history, 'x', sizeof(history));
	ck_assert_int_eq(lbr_history_decode(text, len, name, keyring, &history, NULL), LBR_ERR_DAMAGED);
	ck_assert_int_eq(memcmp(&history, &none, sizeof(none)), 0);
}

START_TEST(histories_come_back)
{
	static const char *const all[] = { "", "0:a", "10:j 9:i 8:h 7:g 6:f 5:e 4:d 3:c 2:b 1:a" };
	char text[LBR_HISTORY_TEXT_MAX], again[LBR_HISTORY_TEXT_MAX];
	struct lbr_history history, back;
	size_t i, len;

	for (i = 0; i < 3; i++) {
		history = history_of(all[i]);
		len = encode(&history, text);
		ck_assert_int_eq(lbr_history_decode(text, len, "bob", keyring, &back, NULL), LBR_OK);
		ck_assert_str_eq(text_of(&back), all[i]);
		ck_assert_uint_eq(encode(&back, again), len);
		ck_assert_mem_eq(again, text, len);
	}
	for (i = 0; i < history.count; i++) {
		memset(history.entries[i].hash, 'h', LBR_HASH_MAX - 1);
		history.entries[i].set_s = INT64_MAX;
	}
	len = encode(&history, text);
	ck_assert_int_eq(lbr_history_decode(text, len, "bob", keyring, &back, NULL), LBR_OK);
	ck_assert_mem_eq(&back, &history, sizeof(back));
}
END_TEST

/* Among them: a high bit on the slash in the MAC, which a lax base64 reader takes for the same slash. */
START_TEST(sec_1_39_every_flip_and_truncation_is_seen)
{
	struct lbr_history history = history_of("3:c 2:b 1:a");
	char text[LBR_HISTORY_TEXT_MAX];
	size_t len = encode(&history, text), i;

	for (i = 0; i < 8 * len; i++) {
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		damaged(text, len, "bob");
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
	}
	for (i = 0; i < len; i++)
		damaged(text, i, "bob");
}
END_TEST

START_TEST(sec_1_67_another_persons_history_is_refused)
{
	struct lbr_history history = history_of("3:c 2:b 1:a");
	char text[LBR_HISTORY_TEXT_MAX];
	size_t len = encode(&history, text);

	damaged(text, len, "bobby");
	damaged(text, len, "bo");
	damaged(text, len, "");
}
END_TEST

START_TEST(what_cannot_be_read_back_is_not_written)
{
	struct lbr_history history = history_of("3:c 2:b 1:a");
	char text[LBR_HISTORY_TEXT_MAX];
	size_t len;

	history.entries[1].hash[0] = '\n';
	ck_assert_int_eq(lbr_history_encode(&history, "bob", keyring, text, &len, NULL), LBR_ERR_SYNTAX);
	ck_assert_int_eq(text[0], 0);
	history.entries[1].hash[0] = '\0';
	ck_assert_int_eq(lbr_history_encode(&history, "bob", keyring, text, &len, NULL), LBR_ERR_SYNTAX);
	history = history_of("3:c");
	history.entries[0].set_s = -1;
	ck_assert_int_eq(lbr_history_encode(&history, "bob", keyring, text, &len, NULL), LBR_ERR_SYNTAX);
	history.count = LBR_HISTORY_MAX + 1;
	ck_assert_int_eq(lbr_history_encode(&history, "bob", keyring, text, &len, NULL), LBR_ERR_SYNTAX);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("history");
	TCase *tcase = tcase_create("history");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, load, unload);
	tcase_add_test(tcase, heals_after_a_crash_between_the_files);
	tcase_add_test(tcase, eleventh_falls_off);
	tcase_add_test(tcase, sec_1_39_a_lower_limit_keeps_the_newest);
	tcase_add_test(tcase, temporary_password_never_enters);
	tcase_add_test(tcase, histories_come_back);
	tcase_add_test(tcase, sec_1_39_every_flip_and_truncation_is_seen);
	tcase_add_test(tcase, sec_1_67_another_persons_history_is_refused);
	tcase_add_test(tcase, what_cannot_be_read_back_is_not_written);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
