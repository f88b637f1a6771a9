/* The length of a text message, as carriers count it, and typographic signs. */
#include <string.h>

#include "../../cli/message/sms.h"
#include "support/check_main.h"

/* `one` sign `count` times, then `more`. */
static struct sms_size of(const char *one, unsigned count, const char *more)
{
	static char text[8192];
	struct sms_size size;
	size_t len = strlen(one), at;

	for (at = 0; at < count; at++)
		memcpy(text + at * len, one, len + 1);
	memcpy(text + count * len, more, strlen(more) + 1);
	cli_sms_measure(text, &size);
	return size;
}

static void is(struct sms_size size, bool gsm, unsigned units, unsigned segments)
{
	ck_assert_int_eq(size.gsm, gsm);
	ck_assert_uint_eq(size.units, units);
	ck_assert_uint_eq(size.segments, segments);
}

START_TEST(segments_are_counted_as_carriers_do)
{
	is(of("", 0, ""), true, 0, 1);
	is(of("a", 160, ""), true, 160, 1);
	is(of("a", 161, ""), true, 161, 2);
	is(of("a", 306, ""), true, 306, 2);
	is(of("a", 307, ""), true, 307, 3);
	is(of("\303\251", 160, ""), true, 160, 1);
	is(of("\342\202\254", 80, ""), true, 160, 1);
	is(of("[", 80, "a"), true, 161, 2);
	is(of("a", 152, "[aaaaaaaa"), true, 162, 2);
	is(of("[", 153, ""), true, 306, 3); /* 76 fit one segment: the escape is not split from its sign */
	is(of("\303\252", 70, ""), false, 70, 1);
	is(of("a", 70, "\303\252"), false, 71, 2);
	is(of("a", 133, "\303\252"), false, 134, 2);
	is(of("\360\237\230\200", 35, ""), false, 70, 1);
	is(of("\360\237\230\200", 67, ""), false, 134, 3); /* 33 fit: a surrogate pair is not split */
	ck_assert_str_eq(of("a", 3, "\303\247\303\252").first, "\303\247");
	is(of("`", 1, ""), false, 1, 1);
}
END_TEST

START_TEST(every_sign_of_the_table_counts)
{
	is(of("@\302\243$\302\245\303\250\303\251\303\271\303\254\303\262\303\207\303\230\303\270\303\205\303\245\316\224_\316\246\316\223"
	      "\316\233\316\251\316\240\316\250\316\243\316\230\316\236\303\206\303\246\303\237\303\211 !\"#\302\244%&'()*+,-./:;<=>?\302\241"
	      "\303\204\303\226\303\221\303\234\302\247\302\277\303\244\303\266\303\261\303\274\303\240", 1, ""), true, 63, 1);
	is(of("\342\202\254^{}\\[~]|", 1, ""), true, 18, 1);
}
END_TEST

START_TEST(typographic_signs_become_plain)
{
	static const struct { const char *text, *plain; } rows[] = {
		{ "l\342\200\231\303\251t\303\251", "l'\303\251t\303\251" }, { "\302\253\302\240oui\302\240\302\273", "\"oui\"" },
		{ "\302\253 oui \302\273 !", "\"oui\" !" }, { "\342\200\234a\342\200\235", "\"a\"" }, { "\342\200\246", "..." },
		{ "c\305\223ur \305\222", "coeur OE" }, { "a\342\200\223b\342\200\224c", "a-b-c" },
		{ "20\302\240h\342\200\257?", "20 h ?" }, { "\303\247\303\252", "\303\247\303\252" },
		{ "a\nb", NULL }, { "a\rb", NULL }, { "\033[2J", NULL }, { "a\302\205", NULL }, { "\342\200\256x", NULL },
		{ "\342\200\250", NULL }, { "\377", NULL }, { "\303", NULL }, { "\355\240\200", NULL }, { "", "" },
	};
	char plain[CLI_SMS_TEXT_MAX], large[CLI_SMS_TEXT_MAX + 1];
	size_t at;

	for (at = 0; at < sizeof(rows) / sizeof(rows[0]); at++) {
		ck_assert_msg(cli_sms_plain(rows[at].text, false, plain) == (rows[at].plain != NULL), "%zu", at);
		ck_assert_str_eq(plain, rows[at].plain != NULL ? rows[at].plain : "");
	}
	ck_assert(cli_sms_plain("Fran\303\247ois, d\303\251p\303\252che-toi \303\200", true, plain));
	ck_assert_str_eq(plain, "Francois, d\303\251peche-toi A");
	memset(large, 'a', CLI_SMS_TEXT_MAX);
	large[CLI_SMS_TEXT_MAX] = '\0';
	ck_assert(!cli_sms_plain(large, false, plain));
	large[CLI_SMS_TEXT_MAX - 1] = '\0';
	ck_assert(cli_sms_plain(large, false, plain));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cli_sms");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, segments_are_counted_as_carriers_do);
	tcase_add_test(tests, every_sign_of_the_table_counts);
	tcase_add_test(tests, typographic_signs_become_plain);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
