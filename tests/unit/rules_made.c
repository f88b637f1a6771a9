/* Nothing that a password manager or generator makes may fall over the rules: LBR_EACH (200) of each kind, in `make soak` a thousand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rules_stage.h"

#include <liberations/random.h>

static unsigned each = 200;

static void set_up(void)
{
	if (getenv("LBR_EACH") != NULL)
		each = (unsigned)strtoul(getenv("LBR_EACH"), NULL, 10);
	lbr_settings_default(&settings);
}

static char draw(const char *alphabet)
{
	unsigned char byte, fits = (unsigned char)(256 - 256 % strlen(alphabet));

	do
		ck_assert_int_eq(lbr_random(&byte, 1), LBR_OK);
	while (fits != 0 && byte >= fits);
	return alphabet[byte % strlen(alphabet)];
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define SIGNS "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

/* The presets of KeePass and KeePassXC, and what people set there. */
static const struct { const char *alphabet; unsigned len; } kinds[] = {
	{ LOWER UPPER DIGITS, 20 }, { LOWER UPPER DIGITS SIGNS, 16 }, { "0123456789abcdef", 32 }, { DIGITS, 20 },
};
#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))

START_TEST(what_keepass_makes_passes)
{
	char text[130];
	unsigned at, round;

	for (round = 0; round < each; round++) {
		for (at = 0; at < kinds[_i].len; at++)
			text[at] = draw(kinds[_i].alphabet);
		text[at] = '\0';
		expect(text, LBR_OBJECTION_NONE);
	}
}
END_TEST

/* KeePassXC's passphrases: words of a long list with a separator between them; here a list of our own. */
START_TEST(what_keepassxc_makes_of_words_passes)
{
	static const char *const list[] = {
		"acorn", "barley", "cobalt", "drizzle", "ember", "fjord", "gravel", "hazel", "igloo", "juggle",
		"kelp", "ladder", "mango", "nectar", "oyster", "parsley", "quill", "ribbon", "saddle", "thimble",
		"umbrella", "velvet", "walnut", "yodel", "zipper", "anchor", "bucket", "candle", "dagger", "engine",
		"feather", "goblet", "hammer", "insect", "jigsaw", "kettle", "lantern", "mitten", "needle",
		"outlet", "pebble", "quiver", "rafter", "shovel", "tunnel", "upward", "vessel", "wicker", "yonder",
		"blanket", "cabbage", "doorbell", "elbow", "fiddle", "gherkin", "hopscotch", "ivory", "jasper",
		"knapsack", "lobster", "mulberry", "nutshell", "obelisk", "pewter",
	};
	char text[256];
	unsigned word, round, count = (unsigned)_i;
	unsigned char bytes[8];

	for (round = 0; round < each; round++) {
		ck_assert_int_eq(lbr_random(bytes, count), LBR_OK);
		text[0] = '\0';
		for (word = 0; word < count; word++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", word > 0 ? " " : "",
			         list[bytes[word] % 64]);
		expect(text, LBR_OBJECTION_NONE);
	}
}
END_TEST

/* pwqgen(1) as it is, and with more bits. Of its default a few are shorter than our twelve: told so. One in ten thousand or so is
 * nothing but three of the commonest words: a thousand have none, or one. */
START_TEST(what_pwqgen_makes_passes)
{
	static const int bits[] = { 47, 68 };
	char script[128], *lines, *line, *rest;
	const char *const argv[] = { "sh", "-c", script, NULL };
	unsigned count = 0, common = 0;

	expect("sam!Son2hello", LBR_OBJECTION_WORDS);
	snprintf(script, sizeof(script), "i=0; while [ $i -lt %u ]; do pwqgen random=%d; i=$((i+1)); done", each,
	         bits[_i]);
	lines = run_child(argv, "", 0);
	ck_assert_ptr_nonnull(lines);
	for (line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest), count++) {
		if (judge(line) == LBR_OBJECTION_WORDS)
			common++;
		else
			expect(line, strlen(line) < 12 ? LBR_OBJECTION_SHORT : LBR_OBJECTION_NONE);
	}
	ck_assert_uint_eq(count, each);
	ck_assert_uint_le(common, each / 100);
	free(lines);
}
END_TEST

START_TEST(what_this_project_draws_passes)
{
	struct lbr_secret drawn;
	unsigned round;

	for (round = 0; round < each; round++) {
		ck_assert_int_eq(lbr_random_password(&drawn), LBR_OK);
		expect(drawn.bytes, LBR_OBJECTION_NONE);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("rules_made");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, what_keepass_makes_passes, 0, KINDS);
	tcase_add_loop_test(tests, what_keepassxc_makes_of_words_passes, 6, 7);
	tcase_add_loop_test_with(tests, what_pwqgen_makes_passes, 0, 2, "pwqgen", "passwdqc");
	tcase_add_test(tests, what_this_project_draws_passes);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
