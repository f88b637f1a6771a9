/* The table of texts, and what makes a text fit for its reader. */
#include <stdbool.h>
#include <string.h>

#include <liberations/texts.h>
#include <liberations/wire.h>

#include "support/check_main.h"

/* The conversions of a format, in order: "us" for "%u ... %s"; '!' for one that is not ours. */
static void conversions(const char *format, char ret[16])
{
	size_t used = 0;

	for (; *format != '\0' && used < 15; format++)
		if (*format == '%')
			ret[used++] = format[1] == 'u' || format[1] == 's' ? format[1] : '!';
	ret[used] = '\0';
}

static size_t count(const char *text, char wanted)
{
	size_t found = 0;

	for (; *text != '\0'; text++)
		found += *text == wanted;
	return found;
}

START_TEST(every_text_stands_in_both_languages_with_the_same_conversions)
{
	char english[16], french[16];
	int at;

	for (at = 0; at < LBR_TEXTS; at++) {
		const char *en = lbr_text((enum lbr_text)at, LBR_LANGUAGE_EN);
		const char *fr = lbr_text((enum lbr_text)at, LBR_LANGUAGE_FR);

		ck_assert(*en != '\0' && *fr != '\0');
		ck_assert_str_ne(en, fr);
		conversions(en, english);
		conversions(fr, french);
		ck_assert_str_eq(english, french);
		ck_assert_ptr_null(strchr(english, '!'));
	}
	ck_assert_str_eq(lbr_text(LBR_TEXT_PROMPT_TOKEN, LBR_LANGUAGE_NONE), "Security token: ");
	ck_assert_str_eq(lbr_text(LBR_TEXT_PROMPT_TOKEN, LBR_LANGUAGE_FR), "Jeton de s\303\251curit\303\251 : ");
	ck_assert_str_eq(lbr_text(LBR_TEXTS, LBR_LANGUAGE_EN), "");
}
END_TEST

START_TEST(every_text_survives_ascii_and_a_terminal)
{
	char text[512], clean[512];
	int at, language;

	for (at = 0; at < LBR_TEXTS; at++)
		for (language = LBR_LANGUAGE_EN; language <= LBR_LANGUAGE_FR; language++) {
			const char *whole = lbr_text((enum lbr_text)at, (enum lbr_language)language);

			ck_assert_uint_lt(strlen(whole), sizeof(text));
			memcpy(text, whole, strlen(whole) + 1);
			memcpy(clean, whole, strlen(whole) + 1);
			lbr_text_sanitise(clean, true);
			ck_assert_str_eq(clean, whole);
			lbr_text_to_ascii(text);
			ck_assert_uint_eq(count(text, '?'), count(whole, '?'));
			ck_assert_uint_eq(strspn(text, "\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			                               "[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"), strlen(text));
		}
}
END_TEST

START_TEST(formatting_puts_the_number_where_it_belongs)
{
	char text[200], small[8];

	lbr_text_format(LBR_TEXT_WAIT_MANY, LBR_LANGUAGE_FR, false, 900, NULL, text, sizeof(text));
	ck_assert_str_eq(text, "Trop d'erreurs. Attendez 900 secondes, puis tapez le prochain code.");
	lbr_text_format(LBR_TEXT_WAIT_MANY, LBR_LANGUAGE_FR, true, 4294967295u, "unused", text, sizeof(text));
	ck_assert_str_eq(text, "Trop d'erreurs. Attendez 4294967295 secondes, puis tapez le prochain code.");
	lbr_text_format(LBR_TEXT_TRY_LATER, LBR_LANGUAGE_EN, false, 0, "%n%s", text, sizeof(text));
	ck_assert_str_eq(text, "This is not possible right now. Tell your administrator.");
	memset(small, 'z', sizeof(small));
	lbr_text_format(LBR_TEXT_TRY_LATER, LBR_LANGUAGE_EN, false, 0, NULL, small, 0);
	ck_assert_int_eq(small[0], 'z');
	lbr_text_format(LBR_TEXT_TRY_LATER, LBR_LANGUAGE_EN, false, 0, NULL, small, 1);
	ck_assert_str_eq(small, "");
	ck_assert_int_eq(small[1], 'z');
}
END_TEST

/* ssh(1) shows what stands alone before a refusal with its other bytes as numbers. */
START_TEST(what_is_told_by_itself_is_ascii_in_every_language)
{
	const char *text;
	int at, told = 0;

	for (at = 0; at < LBR_TEXTS; at++) {
		if (!lbr_text_is_told((enum lbr_text)at))
			continue;
		told++;
		for (text = lbr_text((enum lbr_text)at, LBR_LANGUAGE_FR); *text != '\0'; text++)
			ck_assert_msg((unsigned char)*text < 0x80, "%s", lbr_text((enum lbr_text)at, LBR_LANGUAGE_FR));
	}
	ck_assert_int_gt(told, 20);
	ck_assert(lbr_text_is_told(LBR_TEXT_NOT_CHANGED) && lbr_text_is_told(LBR_TEXT_CHANGED));
	ck_assert(!lbr_text_is_told(LBR_TEXT_PROMPT_TOKEN) && !lbr_text_is_told(LBR_TEXTS));
}
END_TEST

/* A client that shows pages chooses its own words by these, and the wire has room for them. */
START_TEST(each_text_has_its_name_as_a_word)
{
	int at;

	ck_assert_str_eq(lbr_text_word(LBR_TEXT_WAIT_MANY), "WAIT_MANY");
	ck_assert_str_eq(lbr_text_word(LBR_TEXT_PROMPT_TOKEN), "PROMPT_TOKEN");
	ck_assert_str_eq(lbr_text_word(LBR_TEXTS), "");
	for (at = 0; at < LBR_TEXTS; at++) {
		ck_assert_uint_gt(strlen(lbr_text_word((enum lbr_text)at)), 0);
		ck_assert_uint_lt(strlen(lbr_text_word((enum lbr_text)at)), LBR_WIRE_WORD_MAX);
	}
}
END_TEST

START_TEST(no_line_is_longer_than_78_columns)
{
	char text[512];
	int at, language;

	for (at = 0; at < LBR_TEXTS; at++)
		for (language = LBR_LANGUAGE_EN; language <= LBR_LANGUAGE_FR; language++) {
			char *line, *rest = text;

			lbr_text_format((enum lbr_text)at, (enum lbr_language)language, true, 900, NULL, text, sizeof(text));
			while ((line = strsep(&rest, "\n")) != NULL)
				ck_assert_msg(strlen(line) <= 78, "%zu columns: %s", strlen(line), line);
		}
}
END_TEST

START_TEST(a_text_cut_at_any_size_stays_whole_utf8)
{
	const char *whole = lbr_text(LBR_TEXT_PROMPT_TOKEN, LBR_LANGUAGE_FR);
	char text[64], clean[64];
	size_t size;

	for (size = 1; size <= strlen(whole) + 1; size++) {
		memset(text, 'z', sizeof(text));
		lbr_text_format(LBR_TEXT_PROMPT_TOKEN, LBR_LANGUAGE_FR, false, 0, NULL, text, size);
		ck_assert_int_eq(strncmp(text, whole, strlen(text)), 0);
		ck_assert_uint_ge(strlen(text) + 2, size);
		ck_assert_int_eq(text[size], 'z');
		memcpy(clean, text, sizeof(clean));
		lbr_text_sanitise(clean, false);
		ck_assert_str_eq(clean, text);
	}
	ck_assert_str_eq(text, whole);
}
END_TEST

static const struct { const char *from, *to; } ascii_rows[] = {
	{ "", "" }, { "plain ~", "plain ~" }, { "\303\251\303\250\303\252\303\253\303\240\303\242\303\247\303\271", "eeeeaacu" },
	{ "\303\211\303\200\303\207\305\270\303\277", "EACYy" }, { "\305\223uvre \305\222", "oeuvre OE" },
	{ "\303\246 \303\206", "ae AE" }, { "\302\253 oui \302\273", "\" oui \"" },
	{ "a\342\200\223b\342\200\224c\342\200\246", "a-b-c..." }, { "l\342\200\231eau", "l'eau" },
	{ "\342\226\210", "?" }, { "\360\237\230\200!", "?!" }, { "\377\376x", "??x" }, { "\303", "?" },
	{ "\302\240", "?" }, { "\355\240\200", "???" }, { "\300\257", "??" },
};

START_TEST(ascii_rows_become_what_is_expected)
{
	char text[64];

	memcpy(text, ascii_rows[_i].from, strlen(ascii_rows[_i].from) + 1);
	lbr_text_to_ascii(text);
	ck_assert_str_eq(text, ascii_rows[_i].to);
}
END_TEST

static const struct { const char *from, *to; bool lines; } clean_rows[] = {
	{ "zo\303\251 \342\226\210 \360\237\230\200", "zo\303\251 \342\226\210 \360\237\230\200", false },
	{ "a\nb", "a?b", false }, { "a\nb", "a\nb", true }, { "a\r\nb\t", "a?\nb?", true },
	{ "\033[2J", "?[2J", false }, { "\x01\x1f\x7f", "???", true }, { "\302\205\302\233\302\237x", "???x", true },
	{ "a\302\240b", "a\302\240b", false }, { "a\342\200\250b\342\200\251", "a?b?", true },
	{ "\342\200\252\342\200\253\342\200\254\342\200\255\342\200\256", "?????", false },
	{ "\342\201\246\342\201\247\342\201\250\342\201\251\342\201\252", "????\342\201\252", false },
	{ "\342\200\247\342\200\257", "\342\200\247\342\200\257", false },
	{ "\300\200\340\200\200\360\200\200\200", "?????????", false }, { "\355\240\200", "???", false },
	{ "\364\220\200\200", "????", false }, { "\370\210\200\200\200", "?????", false }, { "ab\342\202", "ab??", false },
	{ "\342\202x", "??x", false }, { "\200", "?", false }, { "%s%n", "%s%n", false },
};

START_TEST(sec_1_47_sec_1_48_nothing_that_drives_a_terminal_or_breaks_a_log_line_passes)
{
	char text[64];

	memcpy(text, clean_rows[_i].from, strlen(clean_rows[_i].from) + 1);
	lbr_text_sanitise(text, clean_rows[_i].lines);
	ck_assert_str_eq(text, clean_rows[_i].to);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("texts");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, every_text_stands_in_both_languages_with_the_same_conversions);
	tcase_add_test(tests, every_text_survives_ascii_and_a_terminal);
	tcase_add_test(tests, formatting_puts_the_number_where_it_belongs);
	tcase_add_test(tests, each_text_has_its_name_as_a_word);
	tcase_add_test(tests, what_is_told_by_itself_is_ascii_in_every_language);
	tcase_add_test(tests, no_line_is_longer_than_78_columns);
	tcase_add_test(tests, a_text_cut_at_any_size_stays_whole_utf8);
	tcase_add_loop_test(tests, ascii_rows_become_what_is_expected, 0, sizeof(ascii_rows) / sizeof(ascii_rows[0]));
	tcase_add_loop_test(tests, sec_1_47_sec_1_48_nothing_that_drives_a_terminal_or_breaks_a_log_line_passes, 0,
	                    sizeof(clean_rows) / sizeof(clean_rows[0]));
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
