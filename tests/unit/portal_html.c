/* The one writer of HTML: nothing that a person types is ever markup. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "html.h"
#include "page_texts.h"

#include "support/check_main.h"

static char bytes[8192];

static const char *escaped(const char *text)
{
	struct lbr_html html;

	lbr_html_begin(&html, bytes, sizeof(bytes));
	html_text(&html, text);
	return lbr_html_end(&html) == LBR_OK ? bytes : "(refused)";
}

START_TEST(portal_p04_what_means_something_in_markup_is_a_reference)
{
	ck_assert_str_eq(escaped("<b a=\"1\" b='2'>&amp;</b>"),
	                 "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
	ck_assert_str_eq(escaped("zo\303\251 \360\237\230\200"), "zo\303\251 \360\237\230\200");
	ck_assert_str_eq(escaped(""), "");
	ck_assert_str_eq(escaped(NULL), "");
	ck_assert_str_eq(escaped("a\nb"), "a\nb");
}
END_TEST

/* Each byte alone, and each code point of the lower planes: no output holds a bare mark, a control or what is no UTF-8. */
START_TEST(portal_p04_no_code_point_becomes_markup_or_a_control)
{
	uint32_t point;
	char text[5];

	for (point = 1; point < 0x11000; point++) {
		const char *out;

		memset(text, 0, sizeof(text));
		if (point < 0x80) {
			text[0] = (char)point;
		} else if (point < 0x800) {
			text[0] = (char)(0xc0 | point >> 6);
			text[1] = (char)(0x80 | (point & 0x3f));
		} else if (point < 0x10000) {
			text[0] = (char)(0xe0 | point >> 12);
			text[1] = (char)(0x80 | (point >> 6 & 0x3f));
			text[2] = (char)(0x80 | (point & 0x3f));
		} else {
			text[0] = (char)(0xf0 | point >> 18);
			text[1] = (char)(0x80 | (point >> 12 & 0x3f));
			text[2] = (char)(0x80 | (point >> 6 & 0x3f));
			text[3] = (char)(0x80 | (point & 0x3f));
		}
		out = escaped(text);
		if (point >= 0xd800 && point <= 0xdfff) {
			ck_assert_str_eq(out, "(refused)");
			continue;
		}
		ck_assert_ptr_null(strpbrk(out, "<>\"'"));
		ck_assert(out[0] != '&' || out[strlen(out) - 1] == ';');
		if ((point < 0x20 && point != '\n') || (point >= 0x7f && point <= 0x9f) || point == 0x202e || point == 0xfffe ||
		    point == 0xffff || point == 0x2066 || point == 0x200f)
			ck_assert_str_eq(out, "\357\277\275");
	}
}
END_TEST

START_TEST(portal_p04_what_is_no_utf8_is_refused_whole)
{
	static const char *const broken[] = { "\200", "a\303", "\300\200", "\355\240\200", "\364\220\200\200", "\370\210\200\200\200",
		"ok\377", "\303(", "\340\200\257" };
	struct lbr_html html;
	size_t at;

	for (at = 0; at < sizeof(broken) / sizeof(broken[0]); at++) {
		lbr_html_begin(&html, bytes, sizeof(bytes));
		html_lit(&html, "<p>before</p>");
		html_text(&html, broken[at]);
		html_lit(&html, "<p>behind</p>");
		ck_assert_int_eq(lbr_html_end(&html), LBR_ERR_SYNTAX);
		ck_assert_uint_eq(html.len, 0);
		ck_assert(bytes[0] == '\0' && memchr(bytes, 'b', sizeof(bytes)) == NULL);
	}
}
END_TEST

START_TEST(what_does_not_fit_is_an_error_and_leaves_nothing)
{
	static const char wanted[] = "<p>&lt;7</p>";
	struct lbr_html html;
	char room[32];
	size_t size;

	for (size = 1; size <= sizeof(room); size++) {
		memset(room, 'x', sizeof(room));
		lbr_html_begin(&html, room, size);
		html_lit(&html, "<p>");
		html_text(&html, "<");
		html_number(&html, 7);
		html_lit(&html, "</p>");
		if (size >= sizeof(wanted)) {
			ck_assert_int_eq(lbr_html_end(&html), LBR_OK);
			ck_assert_str_eq(room, wanted);
			ck_assert_uint_eq(html.len, sizeof(wanted) - 1);
		} else {
			ck_assert_int_eq(lbr_html_end(&html), LBR_ERR_RANGE);
			ck_assert(html.len == 0 && room[0] == '\0');
		}
		if (size < sizeof(room))
			ck_assert_int_eq(room[size], 'x');
	}
}
END_TEST

START_TEST(numbers_are_decimal)
{
	struct lbr_html html;

	lbr_html_begin(&html, bytes, sizeof(bytes));
	html_number(&html, 0);
	html_lit(&html, " ");
	html_number(&html, 4294967295UL);
	ck_assert_int_eq(lbr_html_end(&html), LBR_OK);
	ck_assert_str_eq(bytes, "0 4294967295");
}
END_TEST

/* "12" for "%1 ... %2", in the order of the numbers. */
static void places(const char *text, char ret[8])
{
	size_t used = 0;
	char digit;

	for (digit = '1'; digit <= '9'; digit++) {
		const char *at;

		for (at = text; *at != '\0'; at++)
			if (at[0] == '%' && at[1] == digit && used < 7)
				ret[used++] = digit;
	}
	ret[used] = '\0';
}

START_TEST(every_text_of_the_pages_stands_in_both_languages_with_the_same_places)
{
	char english[8], french[8];
	struct lbr_html html;
	int at;

	for (at = 0; at < LBR_PAGE_TEXTS; at++) {
		const char *en = lbr_page_text((enum lbr_page_text)at, LBR_LANGUAGE_EN);
		const char *fr = lbr_page_text((enum lbr_page_text)at, LBR_LANGUAGE_FR);

		ck_assert(*en != '\0' && *fr != '\0');
		places(en, english);
		places(fr, french);
		ck_assert_str_eq(english, french);
		lbr_html_begin(&html, bytes, sizeof(bytes));
		html_say(&html, (enum lbr_page_text)at, LBR_LANGUAGE_FR, "ONE", "TWO");
		ck_assert_int_eq(lbr_html_end(&html), LBR_OK);
		ck_assert_ptr_null(strchr(bytes, '%'));
		/* No line may begin with a mark of the word before. */
		ck_assert(strstr(bytes, " :") == NULL && strstr(bytes, " ?") == NULL && strstr(bytes, " ;") == NULL);
	}
	ck_assert_str_eq(lbr_page_text(LBR_PAGE_TEXTS, LBR_LANGUAGE_EN), "");
	ck_assert_str_eq(lbr_page_text(LBR_PAGE_SIGN_IN, LBR_LANGUAGE_NONE), "Sign in");
}
END_TEST

START_TEST(portal_p04_data_in_a_text_is_escaped_and_never_read_as_a_place)
{
	struct lbr_html html;

	lbr_html_begin(&html, bytes, sizeof(bytes));
	html_say(&html, LBR_PAGE_APP_LISTS, LBR_LANGUAGE_FR, "<i>%1 %2</i>", "no");
	ck_assert_int_eq(lbr_html_end(&html), LBR_OK);
	ck_assert_str_eq(bytes, "L&#39;application affiche maintenant \302\253\302\240&lt;i&gt;%1 %2&lt;/i&gt;\302\240\302\273; "
	                        "le jeton se renouvelle aux 30 secondes.");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_html");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, portal_p04_what_means_something_in_markup_is_a_reference);
	tcase_add_test(tests, portal_p04_no_code_point_becomes_markup_or_a_control);
	tcase_add_test(tests, portal_p04_what_is_no_utf8_is_refused_whole);
	tcase_add_test(tests, what_does_not_fit_is_an_error_and_leaves_nothing);
	tcase_add_test(tests, numbers_are_decimal);
	tcase_add_test(tests, every_text_of_the_pages_stands_in_both_languages_with_the_same_places);
	tcase_add_test(tests, portal_p04_data_in_a_text_is_escaped_and_never_read_as_a_place);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
