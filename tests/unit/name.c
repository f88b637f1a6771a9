/* Names: byte for byte, never syntax, never a path. */
#include <liberations/name.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"

#define NFC_ZOE "zo\xc3\xa9"
#define NFD_ZOE "zoe\xcc\x81"

static void refused(const char *name, enum lbr_error expected)
{
	char file[LBR_NAME_FILE_MAX + 1], folded[LBR_NAME_FOLDED_MAX + 1], shard[3];

	ck_assert_msg(lbr_name_check(name) == expected, "'%s'", name);
	ck_assert_int_eq(lbr_name_encode(name, file), expected);
	ck_assert_str_eq(file, "");
	ck_assert_int_eq(lbr_name_fold(name, folded), expected);
	ck_assert_str_eq(folded, "");
	ck_assert_int_eq(lbr_name_shard(name, shard), expected);
	ck_assert_str_eq(shard, "");
}

static void becomes(const char *name, const char *expected)
{
	char file[LBR_NAME_FILE_MAX + 1], back[LBR_NAME_MAX + 1];

	ck_assert_msg(lbr_name_encode(name, file) == LBR_OK, "'%s'", name);
	ck_assert_str_eq(file, expected);
	ck_assert_int_eq(lbr_name_decode(file, back), LBR_OK);
	ck_assert_str_eq(back, name);
}

static bool same_person(const char *one, const char *other)
{
	char a[LBR_NAME_FOLDED_MAX + 1], b[LBR_NAME_FOLDED_MAX + 1], shard_a[3], shard_b[3];
	bool same;

	ck_assert_msg(lbr_name_fold(one, a) == LBR_OK, "'%s'", one);
	ck_assert_msg(lbr_name_fold(other, b) == LBR_OK, "'%s'", other);
	ck_assert_int_eq(lbr_name_shard(one, shard_a), LBR_OK);
	ck_assert_int_eq(lbr_name_shard(other, shard_b), LBR_OK);
	same = strcmp(a, b) == 0;
	if (same)
		ck_assert_str_eq(shard_a, shard_b);
	return same;
}

START_TEST(names_become_files)
{
	becomes("r.roy", "r.roy");
	becomes("Alice-2_b@dom+x", "Alice-2_b@dom+x");
	becomes(NFC_ZOE, "zo%C3%A9");
	becomes(NFD_ZOE, "zoe%CC%81");
	becomes("@wheel", "@wheel");
	becomes("+", "+");
	becomes("\xe5\xbc\xa0\xe4\xbc\x9f", "%E5%BC%A0%E4%BC%9F");
	becomes("_liberations", "_liberations");
}
END_TEST

START_TEST(sec_1_21_syntax_is_no_name)
{
	static const char *const names[] = { "#x", "a,b", "a:b", "-x", "%n", "..", ".", ".x", "--help", "a b", " a", "a ",
	                                     "a=b",
	                                     "a\\b", "a'b", "a\"b", "a*b", "a!b", "$a", "a;b", "a|b", "~a", "a(b" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		refused(names[i], LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(sec_1_38_no_name_is_a_path)
{
	char name[301];
	int c;

	refused("", LBR_ERR_RANGE);
	refused("a/b", LBR_ERR_SYNTAX);
	refused("../etc/shadow", LBR_ERR_SYNTAX);
	refused("/", LBR_ERR_SYNTAX);
	memset(name, 'a', sizeof(name));
	name[300] = '\0';
	refused(name, LBR_ERR_RANGE);
	name[65] = '\0';
	refused(name, LBR_ERR_RANGE);
	name[64] = '\0';
	ck_assert_int_eq(lbr_name_check(name), LBR_OK);
	for (c = 1; c < ' '; c++) {
		snprintf(name, sizeof(name), "a%cb", c);
		refused(name, LBR_ERR_SYNTAX);
	}
	refused("a\x7f", LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(sec_1_41_unicode_that_is_no_letter)
{
	static const char *const names[] = {
		"a\xff", "\xc3", "a\xc0\xaf", "\xed\xa0\x80x", "\xf5\x80\x80\x80",
		/* not UTF-8: stray, cut, over-long, surrogate */
		"a\xe2\x80\xae" "b", "a\xe2\x80\xa8" "b", "a\xe2\x80\x8b" "b", "a\xc2\xa0" "b", /* U+202E, 2028, 200B, 00A0 */
		"a\xc2\x85", "a\xef\xbb\xbf", "a\xf0\x9f\x98\x80", "a\xe2\x91\xa0", /* C1, BOM, an emoji, circled one */
		"\xcc\x81" "a", "1\xcc\x81", /* a mark on nothing, a mark on a digit */
		"\xe3\x85\xa4", "a\xef\xb8\x8f", /* Hangul filler, variation selector: unseen */
		"a\xd9\xa0", /* a digit of another script */
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		refused(names[i], LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(sec_1_10_look_alikes_fold_together)
{
	ck_assert(same_person("alice", "ALICE"));
	ck_assert(same_person("alice", "Alice"));
	ck_assert(same_person(NFC_ZOE, NFD_ZOE));
	ck_assert(same_person(NFC_ZOE, "ZO\xc3\x89"));
	ck_assert(same_person("stra\xc3\x9f" "e", "STRASSE"));
	ck_assert(same_person("alice", "\xef\xbd\x81lice")); /* full width */
	ck_assert(same_person("h", "\xe2\x84\x8c"));         /* black-letter H: a letter whose NFKC is a capital */
	ck_assert(same_person("\xcf\x83", "\xcf\x82"));      /* sigma, final sigma */
	ck_assert(!same_person("alice", "alice@dom"));
	ck_assert(!same_person("bob", "bobby"));
	ck_assert(!same_person("zoe", NFC_ZOE));
	ck_assert(!same_person("a.b", "ab"));
}
END_TEST

START_TEST(folding_that_grows_too_long_is_refused)
{
	char name[LBR_NAME_MAX + 1] = "", folded[LBR_NAME_FOLDED_MAX + 1], shard[3];
	size_t i;

	for (i = 0; i < 21; i++)
		memcpy(name + 3 * i, "\xef\xb7\xba", 3); /* one letter that NFKC spells with eighteen */
	ck_assert_int_eq(lbr_name_fold(name, folded), LBR_ERR_RANGE);
	ck_assert_str_eq(folded, "");
	ck_assert_int_eq(lbr_name_shard(name, shard), LBR_ERR_RANGE);
}
END_TEST

START_TEST(shards_spread)
{
	unsigned seen[256] = {0}, used = 0;
	char name[16], shard[3];
	unsigned i;

	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		ck_assert_int_eq(lbr_name_shard(name, shard), LBR_OK);
		ck_assert_uint_eq(strspn(shard, "0123456789abcdef"), 2);
		seen[strtoul(shard, NULL, 16)]++;
	}
	for (i = 0; i < 256; i++)
		used += seen[i] > 0;
	ck_assert_uint_gt(used, 240);
}
END_TEST

START_TEST(only_one_file_name_per_name)
{
	static const char *const files[] = { "%41", "zo%c3%a9", "a%", "a%4", "%2E%2E", "..", ".x", "%00", "a%00", "a/b",
	                                     "-x", "",
	                                     "zo\xc3\xa9", "%FF", "a%2Fb", ".r.roy.tmp" };
	char back[LBR_NAME_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		memset(back, 'x', sizeof(back));
		ck_assert_msg(lbr_name_decode(files[i], back) != LBR_OK, "'%s'", files[i]);
		ck_assert_str_eq(back, "");
	}
}
END_TEST

START_TEST(longest_names_fit)
{
	char name[LBR_NAME_MAX + 1] = "", file[LBR_NAME_FILE_MAX + 1], back[LBR_NAME_MAX + 1];
	size_t i;

	for (i = 0; i < LBR_NAME_MAX; i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	ck_assert_int_eq(lbr_name_encode(name, file), LBR_OK);
	ck_assert_uint_eq(strlen(file), LBR_NAME_FILE_MAX);
	ck_assert_int_eq(lbr_name_decode(file, back), LBR_OK);
	ck_assert_str_eq(back, name);
}
END_TEST

START_TEST(lists_have_commas_between)
{
	static const struct { const char *list, *second; bool sound; } rows[] = {
		{"alice,bob", "bob", true}, {" alice , bob ", "bob", true}, {",alice,,bob,", "bob", true}, {"alice, b b", "b b", false},
		{"alice", NULL, true}, {"alice,-x", "-x", false}, {"alice, ", NULL, true},
	};
	char name[LBR_NAME_MAX + 1], longer[LBR_NAME_MAX + 8] = "alice,";
	const char *at;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		at = lbr_names_next(rows[i].list, name);
		ck_assert_str_eq(name, "alice");
		at = lbr_names_next(at, name);
		ck_assert(rows[i].second == NULL ? at == NULL : at != NULL && strcmp(name, rows[i].second) == 0);
		ck_assert_int_eq(lbr_names_are_sound(rows[i].list), rows[i].sound);
		ck_assert(lbr_names_have(rows[i].list, "alice") && !lbr_names_have(rows[i].list, "ali"));
		ck_assert(rows[i].second == NULL || lbr_names_have(rows[i].list, rows[i].second));
	}
	memset(longer + 6, 'x', LBR_NAME_MAX + 1);
	ck_assert(!lbr_names_are_sound(longer) && !lbr_names_have(longer, longer + 6));
	ck_assert(lbr_names_are_sound("") && lbr_names_are_sound(" , ") && lbr_names_next(" , ", name) == NULL);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("name");
	TCase *tcase = tcase_create("name");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, names_become_files);
	tcase_add_test(tcase, sec_1_21_syntax_is_no_name);
	tcase_add_test(tcase, sec_1_38_no_name_is_a_path);
	tcase_add_test(tcase, sec_1_41_unicode_that_is_no_letter);
	tcase_add_test(tcase, sec_1_10_look_alikes_fold_together);
	tcase_add_test(tcase, folding_that_grows_too_long_is_refused);
	tcase_add_test(tcase, shards_spread);
	tcase_add_test(tcase, only_one_file_name_per_name);
	tcase_add_test(tcase, longest_names_fit);
	tcase_add_test(tcase, lists_have_commas_between);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
