/* Every page in every state, byte for byte: tests/unit/portal_pages/NAME.LANGUAGE.html. GOLDEN=write writes them anew: read the
 * difference before you commit it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

#include "support/check_main.h"
#include "support/child.h"
#include "support/page_states.h"

static const struct lbr_look look = {
	.base = "/liberations", .name = "Intranet ACME", .help = "Le bureau, poste 1234", .issuer = "Lib\303\251rations",
};
static char bytes[LBR_PAGE_BYTES];

static size_t written(const char *name, enum lbr_language language, const struct lbr_look *with, const char *data)
{
	struct lbr_page page = state_of(name, language, with, data);
	struct lbr_html html;

	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_OK);
	ck_assert_uint_eq(html.len, strlen(bytes));
	return html.len;
}

START_TEST(each_page_is_the_golden_one)
{
	const char *name = state_names[_i / 2];
	enum lbr_language language = _i % 2 == 0 ? LBR_LANGUAGE_EN : LBR_LANGUAGE_FR;
	static char wanted[LBR_PAGE_BYTES];
	bool write = getenv("GOLDEN") != NULL;
	size_t len, got;
	char path[160];
	FILE *file;

	len = written(name, language, &look, "alice");
	snprintf(path, sizeof(path), "tests/unit/portal_pages/%s.%s.html", name, lbr_language_name(language));
	file = fopen(path, write ? "we" : "re");
	ck_assert_ptr_nonnull(file);
	if (write)
		ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
	got = write ? len : fread(wanted, 1, sizeof(wanted), file);
	ck_assert_int_eq(fclose(file), 0);
	if (!write && (got != len || memcmp(wanted, bytes, len) != 0))
		ck_abort_msg("%s differs; GOLDEN=write writes it anew", path);
}
END_TEST

/* What the settings say, in figures that people use. */
START_TEST(the_rules_of_a_password_are_the_settings)
{
	static const struct { struct lbr_age age; unsigned history; const char *texts[2][2]; } cases[] = {
		{ { LBR_AGE_NEVER, 0 }, 1,
		  { { "It does not expire.", "Your last password is kept so that it is not reused." },
		    { "Le mot de passe n&#39;expire pas.", "conserve le dernier mot de passe" } } },
		{ { LBR_AGE_MONTHS, 1 }, 2,
		  { { "renewed every month.", "Your last 2 passwords are kept" }, { "à tous les mois.", "les 2 derniers mots" } } },
		{ { LBR_AGE_MONTHS, 6 }, 10,
		  { { "renewed every 6 months.", "Your last 10 passwords" }, { "à tous les 6 mois.", "les 10 derniers mots" } } },
		{ { LBR_AGE_MONTHS, 12 }, 9,
		  { { "renewed every year.", "Your last 9 passwords" }, { "à tous les ans.", "les 9 derniers mots" } } },
		{ { LBR_AGE_MONTHS, 24 }, 9,
		  { { "renewed every 2 years.", "Your last 9 passwords" }, { "à tous les 2 ans.", "les 9 derniers mots" } } },
		{ { LBR_AGE_MONTHS, 18 }, 9,
		  { { "renewed every 18 months.", "Your last 9 passwords" }, { "à tous les 18 mois.", "les 9 derniers mots" } } },
		{ { LBR_AGE_DAYS, 1 }, 9,
		  { { "renewed every day.", "Your last 9 passwords" }, { "à tous les jours.", "les 9 derniers mots" } } },
		{ { LBR_AGE_DAYS, 45 }, 9,
		  { { "renewed every 45 days.", "Your last 9 passwords" }, { "à tous les 45 jours.", "les 9 derniers mots" } } },
	};
	static const char *const states[] = { "password-first", "change" };
	bool french = _i % 2 == 1;
	struct lbr_html html;
	struct lbr_page page;
	size_t at;

	for (at = 0; at < sizeof(cases) / sizeof(cases[0]); at++) {
		page = state_of(states[_i / 2], french ? LBR_LANGUAGE_FR : LBR_LANGUAGE_EN, &look, "alice");
		page.max_age = cases[at].age;
		page.history = cases[at].history;
		ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_OK);
		ck_assert_ptr_nonnull(strstr(bytes, cases[at].texts[french][0]));
		ck_assert_ptr_nonnull(strstr(bytes, cases[at].texts[french][1]));
	}
	page.history = 0; /* not known: nothing is said of it */
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_OK);
	ck_assert_ptr_null(strstr(bytes, french ? "renouvel" : "renewed"));
}
END_TEST

static const char *const hostile[] = {
	"<script>alert(1)</script>", "\"/><img src=x onerror=alert(1)>", "' onfocus='alert(1)", "</title></head><body onload=x>",
	"&#60;b&#62;", "]]>", "<!--", "-->", "%1%2", "\342\200\256txt", "a\tb\rc", "javascript:alert(1)", "\357\273\277",
};
#define HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

static unsigned count(const char *text, const char *wanted)
{
	unsigned found = 0;

	for (; (text = strstr(text, wanted)) != NULL; text++)
		found++;
	return found;
}

/* With any data a page has the tags of the plain one, and no others. */
START_TEST(portal_p04_no_data_changes_the_tags_of_a_page)
{
	struct lbr_look other = look;
	unsigned tags, quotes;
	size_t at, which;

	for (which = 0; which < STATES; which++) {
		written(state_names[which], LBR_LANGUAGE_FR, &look, "alice");
		tags = count(bytes, "<");
		quotes = count(bytes, "\"");
		for (at = 0; at < HOSTILE; at++) {
			other.name = other.help = other.issuer = hostile[at];
			written(state_names[which], LBR_LANGUAGE_FR, &other, hostile[at]);
			ck_assert_uint_eq(count(bytes, "<"), tags);
			ck_assert_uint_eq(count(bytes, "\""), quotes);
			ck_assert(strstr(bytes, "<script") == NULL && strstr(bytes, "\342\200\256") == NULL);
		}
	}
}
END_TEST

/* xmllint: the judge of each page, with data that would break it. */
START_TEST(each_page_is_well_formed)
{
	static const char *const judge[] = { "xmllint", "--noout", "--nonet", "-", NULL };
	const char *name = state_names[_i / 2];
	enum lbr_language language = _i % 2 == 0 ? LBR_LANGUAGE_EN : LBR_LANGUAGE_FR;
	char *said;

	said = run_child(judge, bytes, written(name, language, &look, "<a href=\"&x;\">]]> & '"));
	if (said == NULL)
		ck_abort_msg("%s: xmllint finds faults", name);
	free(said);
}
END_TEST

/* What each page promises, in one place: no script, no inline style, one h1, a label for each box. */
START_TEST(each_page_keeps_the_rules_of_all)
{
	const char *name = state_names[_i / 2], *at;
	char wanted[80];
	size_t len;

	written(name, _i % 2 == 0 ? LBR_LANGUAGE_EN : LBR_LANGUAGE_FR, &look, "alice");
	ck_assert(strstr(bytes, "<script") == NULL && strstr(bytes, " style=") == NULL && strstr(bytes, "<style") == NULL);
	ck_assert(strstr(bytes, " onclick") == NULL && strstr(bytes, "javascript:") == NULL && strstr(bytes, "http-equiv") == NULL);
	ck_assert(strstr(bytes, "maxlength") == NULL);
	ck_assert_uint_eq(count(bytes, "<h1>"), 1);
	ck_assert_uint_eq(count(bytes, "<main "), 1);
	ck_assert_uint_eq(count(bytes, "class=\"skip\" href=\"#main\""), 1);
	ck_assert_uint_eq(count(bytes, "poste 1234"), 1);
	ck_assert_uint_le(count(bytes, "autofocus=\""), 1);
	ck_assert_uint_eq(count(bytes, "method=\"post\""), count(bytes, "name=\"number\" value=\"bnVtYmVy\""));
	for (at = bytes; (at = strstr(at, "<input id=\"")) != NULL; at++) {
		len = strcspn(at + 11, "\"");
		snprintf(wanted, sizeof(wanted), "<label for=\"%.*s\">", (int)len, at + 11);
		ck_assert_uint_eq(count(bytes, wanted), 1);
		snprintf(wanted, sizeof(wanted), " id=\"%.*s\"", (int)len, at + 11);
		ck_assert_uint_eq(count(bytes, wanted), 1);
	}
}
END_TEST

/* What password managers go by; and no browser stores a recovery code. */
START_TEST(portal_p42_boxes_say_what_belongs_into_them)
{
	written("sign-in", LBR_LANGUAGE_EN, &look, "alice");
	ck_assert_uint_eq(count(bytes, "name=\"user\" type=\"text\" autocomplete=\"username\" autocapitalize=\"none\""), 1);
	ck_assert_uint_eq(count(bytes, "name=\"password\" type=\"password\" autocomplete=\"current-password\""), 1);
	ck_assert_uint_eq(count(bytes, "name=\"token\" type=\"text\" autocomplete=\"one-time-code\" inputmode=\"numeric\""), 1);
	written("sign-in-recovery", LBR_LANGUAGE_EN, &look, "alice");
	ck_assert_uint_eq(count(bytes, "name=\"token\" type=\"text\" autocomplete=\"off\""), 1);
	ck_assert_ptr_null(strstr(bytes, "inputmode"));
	written("password-first", LBR_LANGUAGE_EN, &look, "alice");
	ck_assert_uint_eq(count(bytes, "autocomplete=\"new-password\""), 2);
	ck_assert_uint_eq(count(bytes, "autocomplete=\"username\" readonly=\"readonly\" value=\"alice\""), 1);
	written("change", LBR_LANGUAGE_EN, &look, "alice");
	ck_assert_uint_eq(count(bytes, "name=\"old\" type=\"password\" autocomplete=\"current-password\""), 1);
	written("change-refused", LBR_LANGUAGE_EN, &look, "alice");
	ck_assert_ptr_null(strstr(bytes, "name=\"old\""));
	ck_assert_uint_eq(count(bytes, "autocomplete=\"new-password\""), 2);
}
END_TEST

/* What Chromium's manager needs to store a new password and to fill the old one: in one form the name first, and one box that is
 * the present password at most; the two new ones follow each other. */
START_TEST(portal_p42_one_form_holds_the_name_before_its_passwords)
{
	static const char *const states[] = { "sign-in", "password-first", "change", "phone" };
	const char *form, *end, *name, *password;
	size_t at;

	for (at = 0; at < sizeof(states) / sizeof(states[0]); at++) {
		written(states[at], LBR_LANGUAGE_EN, &look, "alice");
		form = strstr(bytes, "<form id=\"form\"");
		ck_assert_ptr_nonnull(form);
		end = strstr(form, "</form>");
		name = strstr(form, "autocomplete=\"username\"");
		password = strstr(form, "type=\"password\"");
		ck_assert_uint_eq(count(bytes, "autocomplete=\"username\""), 1);
		ck_assert_ptr_nonnull(name);
		ck_assert_ptr_nonnull(password);
		ck_assert(name < password && password < end);
		ck_assert_ptr_null(strstr(end, "type=\"password\""));
		ck_assert_uint_le(count(bytes, "autocomplete=\"current-password\""), 1);
		ck_assert_uint_eq(count(bytes, "autocomplete=\"new-password\"") % 2, 0);
	}
}
END_TEST

START_TEST(the_name_stays_after_a_refusal_and_nothing_else)
{
	written("sign-in-no", LBR_LANGUAGE_EN, &look, "alice");
	ck_assert_uint_eq(count(bytes, "value=\"alice\""), 1);
	ck_assert_uint_eq(count(bytes, " value=\""), 9);
	ck_assert_uint_eq(count(bytes, "role=\"alert\""), 1);
	ck_assert_uint_eq(count(bytes, "aria-invalid=\"true\""), 3);
}
END_TEST

START_TEST(a_page_that_cannot_be_written_leaves_no_bytes)
{
	struct lbr_page page = state_of("set-up", LBR_LANGUAGE_FR, &look, "alice");
	size_t size, whole = written("set-up", LBR_LANGUAGE_FR, &look, "alice");
	struct lbr_html html;

	for (size = 1; size <= whole; size += size < whole - 40 ? 97 : 1) {
		memset(bytes, 'x', sizeof(bytes));
		ck_assert_int_eq(lbr_page_write(&page, &html, bytes, size), LBR_ERR_RANGE);
		ck_assert(html.len == 0 && bytes[0] == '\0' && bytes[size] == 'x');
	}
	page.uri = "javascript:alert(1)";
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_ERR_SYNTAX);
	page.uri = "otpauth://totp/a?secret=A\" onclick=\"x";
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_ERR_SYNTAX);
	page.uri = NULL;
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_ERR_SYNTAX);
	page.kind = LBR_PAGE_KINDS;
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_ERR_SYNTAX);
}
END_TEST

/* The longest address that an account can have. */
START_TEST(the_longest_key_address_fits)
{
	struct lbr_page page = state_of("set-up", LBR_LANGUAGE_FR, &look, "alice");
	char uri[768];
	struct lbr_html html;

	memset(uri, '0', sizeof(uri) - 1);
	memcpy(uri, "otpauth://totp/", 15);
	uri[sizeof(uri) - 1] = '\0';
	page.uri = uri;
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_OK);
}
END_TEST

/* The picture that a phone sees is the address: drawn from the path of the page, read by zbarimg. */
START_TEST(the_picture_of_the_page_bears_the_address)
{
	static const char *const judge[] = { "zbarimg", "--quiet", "--nodbus", "--raw", "pgm:-", NULL };
	enum { SCALE = 4, SIDE_MAX = 120 };
	static char image[SIDE_MAX * SCALE * SIDE_MAX * SCALE + 64];
	unsigned side, row, column, run, x, y;
	const char *at, *end;
	size_t head;
	char *said;

	written("set-up", LBR_LANGUAGE_EN, &look, "alice");
	at = strstr(bytes, "viewBox=\"0 0 ");
	ck_assert(at != NULL && sscanf(at, "viewBox=\"0 0 %u", &side) == 1 && side < SIDE_MAX);
	head = (size_t)snprintf(image, 64, "P5 %u %u 255\n", side * SCALE, side * SCALE);
	memset(image + head, 255, (size_t)side * SCALE * side * SCALE);
	at = strstr(at, " d=\"") + 4;
	end = strchr(at, '"');
	for (; at < end; at = strchr(at, 'z') + 1) {
		ck_assert_int_eq(sscanf(at, "M%u %uh%uv1", &column, &row, &run), 3);
		ck_assert(column >= 4 && row >= 4 && column + run <= side - 4 && row < side - 4);
		for (y = row * SCALE; y < (row + 1) * SCALE; y++)
			for (x = column * SCALE; x < (column + run) * SCALE; x++)
				image[head + y * side * SCALE + x] = 0;
	}
	said = run_child(judge, image, head + (size_t)side * SCALE * side * SCALE);
	ck_assert_ptr_nonnull(said);
	said[strcspn(said, "\n")] = '\0';
	ck_assert_str_eq(said, state_uri);
	free(said);
}
END_TEST

START_TEST(words_of_said_are_the_list_and_no_other)
{
	int said;

	for (said = LBR_SAID_NO; said < LBR_SAIDS; said++) {
		ck_assert_str_ne(lbr_said_word((enum lbr_said)said), "");
		ck_assert_int_eq(lbr_said_of(lbr_said_word((enum lbr_said)said)), said);
	}
	ck_assert_int_eq(lbr_said_of(""), LBR_SAID_NOTHING);
	ck_assert_int_eq(lbr_said_of("No"), LBR_SAID_NOTHING);
	ck_assert_int_eq(lbr_said_of("<b>"), LBR_SAID_NOTHING);
	ck_assert_str_eq(lbr_said_word(LBR_SAIDS), "");
}
END_TEST

START_TEST(the_style_sheet_is_the_file)
{
	static char wanted[65536];
	FILE *file = fopen("portal/html/style.css", "re");
	const char *style;
	size_t len, got;

	ck_assert_ptr_nonnull(file);
	got = fread(wanted, 1, sizeof(wanted), file);
	ck_assert_int_eq(fclose(file), 0);
	style = lbr_page_style(&len);
	ck_assert_uint_eq(len, got);
	ck_assert_mem_eq(style, wanted, len);
	ck_assert_ptr_null(strstr(style, "url("));
	ck_assert_ptr_nonnull(strstr(style, "prefers-color-scheme: dark"));
	ck_assert_ptr_nonnull(strstr(style, "forced-colors: active"));
	ck_assert_ptr_nonnull(strstr(style, "@media print"));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_pages");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, each_page_is_the_golden_one, 0, 2 * STATES);
	tcase_add_test(tests, portal_p04_no_data_changes_the_tags_of_a_page);
	tcase_add_loop_test_with(tests, each_page_is_well_formed, 0, 2 * STATES, "xmllint", "libxml2-utils");
	tcase_add_loop_test(tests, the_rules_of_a_password_are_the_settings, 0, 4);
	tcase_add_loop_test(tests, each_page_keeps_the_rules_of_all, 0, 2 * STATES);
	tcase_add_test(tests, portal_p42_one_form_holds_the_name_before_its_passwords);
	tcase_add_test(tests, portal_p42_boxes_say_what_belongs_into_them);
	tcase_add_test(tests, the_name_stays_after_a_refusal_and_nothing_else);
	tcase_add_test(tests, a_page_that_cannot_be_written_leaves_no_bytes);
	tcase_add_test(tests, the_longest_key_address_fits);
	tcase_add_test_with(tests, the_picture_of_the_page_bears_the_address, "zbarimg", "zbar-tools");
	tcase_add_test(tests, words_of_said_are_the_list_and_no_other);
	tcase_add_test(tests, the_style_sheet_is_the_file);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
