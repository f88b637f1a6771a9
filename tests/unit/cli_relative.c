/* How far a time is from now, in words, at the edges of each unit. */
#include "../../cli/relative.h"

#include <stddef.h>

#include "support/check_main.h"

#define NOW INT64_C(1800000000)
#define HOURS 3600
#define DAYS 86400

static const struct {
	int64_t     distance_s;
	const char *english, *french;
} rows[] = {
	{ 0, "just now", "à l'instant" },
	{ -119, "just now", "à l'instant" },
	{ 1, "in a moment", "dans un instant" },
	{ 119, "in a moment", "dans un instant" },
	{ 120, "in 2 minutes", "dans 2 minutes" },
	{ -120, "2 minutes ago", "il y a 2 minutes" },
	{ 2 * HOURS - 1, "in 119 minutes", "dans 119 minutes" },
	{ -2 * HOURS, "2 hours ago", "il y a 2 heures" },
	{ 2 * DAYS - 1, "in 47 hours", "dans 47 heures" },
	{ 2 * DAYS, "in 2 days", "dans 2 jours" },
	{ -3 * DAYS - 5, "3 days ago", "il y a 3 jours" },
	{ 12 * DAYS + HOURS, "in 12 days", "dans 12 jours" },
	{ -NOW, "20833 days ago", "il y a 20833 jours" },
	{ INT64_MAX - NOW, "in 106751991146467 days", "dans 106751991146467 jours" },
};

START_TEST(each_distance_has_its_words_in_both_languages)
{
	char text[CLI_RELATIVE_MAX];
	size_t at;

	for (at = 0; at < sizeof(rows) / sizeof(rows[0]); at++) {
		ck_assert_str_eq(cli_relative(LBR_LANGUAGE_EN, NOW + rows[at].distance_s, NOW, text), rows[at].english);
		ck_assert_str_eq(cli_relative(LBR_LANGUAGE_FR, NOW + rows[at].distance_s, NOW, text), rows[at].french);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cli_relative");
	TCase *tests = tcase_create("cli_relative");

	tcase_add_test(tests, each_distance_has_its_words_in_both_languages);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
