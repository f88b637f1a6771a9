/* The configuration: defaults, template, and every fault in what is written. */
#include <stdio.h>
#include <string.h>

#include <liberations/settings.h>

#include "support/check_main.h"
#include "support/config.h"

/* The defaults, written out a second time: one slip must not change both. */
START_TEST(the_defaults_are_those_of_the_manual)
{
	struct lbr_settings settings;

	lbr_settings_default(&settings);
	ck_assert_str_eq(settings.state, "/var/lib/liberations");
	ck_assert_str_eq(settings.seal_key, "/etc/liberations/seal.key");
	ck_assert_str_eq(settings.issuer, "Lib\xc3\xa9rations");
	ck_assert_int_eq(settings.language, LBR_LANGUAGE_NONE);
	ck_assert_uint_eq(settings.window, 1);
	ck_assert(settings.max_age.unit == LBR_AGE_MONTHS && settings.max_age.count == 6);
	ck_assert_uint_eq(settings.warn_s, 1209600);
	ck_assert_uint_eq(settings.min_age_s, 86400);
	ck_assert_uint_eq(settings.min_length, 12);
	ck_assert_uint_eq(settings.history, 10);
	ck_assert_uint_eq(settings.hash_cost, 5);
	ck_assert_uint_eq(settings.lock_after, 100);
	ck_assert_uint_eq(settings.invitation_life_s, 259200);
	ck_assert_str_eq(settings.breached, "");
	ck_assert_str_eq(settings.words, "");
	ck_assert_str_eq(settings.sendmail, "/usr/sbin/sendmail");
	ck_assert_uint_eq(settings.sendmail_wait_s, 60);
	ck_assert_str_eq(settings.mail_from, "root");
	ck_assert_str_eq(settings.command, "");
	ck_assert_uint_eq(settings.messages_a_day, 10);
	ck_assert(settings.organisation[0] == '\0' && settings.where[0] == '\0' && settings.help[0] == '\0');
	ck_assert(settings.prompt_password[0] == '\0' && settings.prompt_token[0] == '\0');
}
END_TEST

/* Takes the mark before each "#keyword = value" away; comments begin with "# ". */
static size_t uncomment(const char *template, char *ret)
{
	const char *at;
	size_t len = 0;

	for (at = template; *at != '\0'; at++)
		if (*at != '#' || (at != template && at[-1] != '\n') || at[1] == ' ')
			ret[len++] = *at;
	ret[len] = '\0';
	return len;
}

START_TEST(the_template_names_every_keyword_at_its_default)
{
	const char *template = lbr_settings_template();
	char text[8192], line[64];
	struct lbr_settings settings, defaults;
	struct heard heard = { 0 };
	size_t at, len;

	ck_assert_uint_lt(strlen(template), sizeof(text));
	len = uncomment(template, text);
	memset(&settings, 0, sizeof(settings));
	memset(&defaults, 0, sizeof(defaults));
	lbr_settings_default(&defaults);
	ck_assert_int_eq(lbr_grammar_read_text("T", text, len, lbr_settings_keywords, &settings, hear, &heard), LBR_OK);
	ck_assert_mem_eq(&settings, &defaults, sizeof(settings));
	for (at = 0; lbr_settings_keywords[at].word != NULL; at++) {
		snprintf(line, sizeof(line), "\n#%s = ", lbr_settings_keywords[at].word);
		ck_assert_ptr_nonnull(strstr(template, line));
	}
	write_file(template, strlen(template));
	ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	ck_assert_mem_eq(&settings, &defaults, sizeof(settings));
}
END_TEST

static const struct { const char *word, *other, *bad; } flips[] = {
	{ "state", "/srv/x", "srv/x" }, { "user", "lib", "a:b" }, { "seal-key", "/srv/k", "/srv//k" },
	{ "store", "postgres", "sqlite" }, { "store-socket", "/srv/s", "srv/s" }, { "local", "root, \303\251va", "" },
	{ "issuer", "ACME", "a:b" },
	{ "language", "fr", "french" }, { "window", "0", "3" }, { "max-age", "never", "6" }, { "warn", "0 s", "91 d" },
	{ "min-age", "0 s", "31 d" }, { "min-length", "8", "7" }, { "history", "1", "11" }, { "hash-cost", "1", "12" },
	{ "lock-after", "10", "101" }, { "invitation-life", "1 h", "22 d" },
	{ "breached", "/srv/filter", "filter" }, { "words", "acme, head office", "" },
	{ "sendmail", "/srv/sendmail", "sendmail -t" }, { "sendmail-wait", "2 s", "0 s" }, { "mail-from", "it@x.example", "-it@x" },
	{ "command", "/srv/sms --now", "\"/srv/sms\"" }, { "messages-a-day", "1", "0" },
	{ "organisation", "ACME", "\"ACME\"" }, { "where", "ssh login.example.org", "'ssh login.example.org'" },
	{ "help", "the desk, 1234", "" }, { "prompt-password", "Secret:", "\302\253Secret\302\273" }, { "prompt-token", "Code:", "\"\"" },
};
#define FLIPS (int)(sizeof(flips) / sizeof(flips[0]))

START_TEST(every_keyword_changes_its_own_field_alone)
{
	struct lbr_settings settings, defaults;
	const struct lbr_keyword *keyword = &lbr_settings_keywords[_i];
	struct heard heard;
	size_t at, end;
	char text[96];

	ck_assert_str_eq(keyword->word, flips[_i].word);
	ck_assert_ptr_null(lbr_settings_keywords[FLIPS].word);
	snprintf(text, sizeof(text), "%s = %s\n", flips[_i].word, flips[_i].other);
	write_file(text, strlen(text));
	ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	lbr_settings_default(&defaults);
	end = _i + 1 < FLIPS ? keyword[1].offset : sizeof(settings);
	ck_assert_mem_ne((char *)&settings + keyword->offset, (char *)&defaults + keyword->offset, end - keyword->offset);
	for (at = 0; at < sizeof(settings); at++)
		if (at < keyword->offset || at >= end)
			ck_assert_int_eq(((char *)&settings)[at], ((char *)&defaults)[at]);
}
END_TEST

/* Loads the text and expects one fault on that line, with that word; NULL: with none. */
static void refuse(const char *text, size_t len, unsigned line, const char *word)
{
	struct heard heard;
	char begin[160], named[80];

	ck_assert_int_eq(load_text(text, len, &heard), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 1);
	snprintf(begin, sizeof(begin), "%s: line %u", path, line);
	snprintf(named, sizeof(named), ": %s: ", word != NULL ? word : "");
	if (strncmp(heard.all, begin, strlen(begin)) != 0 || (word != NULL && strstr(heard.all, named) == NULL))
		ck_abort_msg("%s instead of %s%s", heard.all, begin, named);
}

START_TEST(sec_1_20_every_keyword_with_every_fault_is_refused)
{
	const char *word = flips[_i].word, *good = flips[_i].other;
	char text[1200];
	int len;

	len = snprintf(text, sizeof(text), "%s = %s\n", word, flips[_i].bad);
	refuse(text, (size_t)len, 1, word);
	len = snprintf(text, sizeof(text), "\n%s =\n", word);
	refuse(text, (size_t)len, 2, word);
	len = snprintf(text, sizeof(text), "%s = %s\n#\n%s = %s\n", word, good, word, good);
	refuse(text, (size_t)len, 3, word);
	len = snprintf(text, sizeof(text), "%s = %s\r\n", word, good);
	refuse(text, (size_t)len, 1, NULL);
	len = snprintf(text, sizeof(text), "%s = %s#\n", word, good);
	text[len - 2] = '\0';
	refuse(text, (size_t)len, 1, NULL);
	len = snprintf(text, sizeof(text), "%s = %s%600s\n", word, good, "");
	refuse(text, (size_t)len, 1, NULL);
	len = snprintf(text, sizeof(text), "x%s = %s\n", word, good);
	refuse(text, (size_t)len, 1, NULL);
	len = snprintf(text, sizeof(text), "#\n%s = %s", word, good);
	refuse(text, (size_t)len, 2, "end of file");
}
END_TEST

START_TEST(sec_1_20_two_faults_are_two_reports)
{
	static const char text[] = "window = 3\nlanguage = fr\nhistory = 12x\n";
	struct heard heard;

	ck_assert_int_eq(load_text(text, sizeof(text) - 1, &heard), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 2);
	ck_assert_ptr_nonnull(strstr(heard.all, "line 1, column 10: window: this value is not allowed; allowed: a number from 0 to 2\n"));
	ck_assert_ptr_nonnull(strstr(heard.all, "line 3, column 11: history: this value is not allowed; allowed: a number from 1 to 10\n"));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, the_defaults_are_those_of_the_manual);
	tcase_add_test(tests, the_template_names_every_keyword_at_its_default);
	tcase_add_loop_test(tests, every_keyword_changes_its_own_field_alone, 0, FLIPS);
	tcase_add_loop_test(tests, sec_1_20_every_keyword_with_every_fault_is_refused, 0, FLIPS);
	tcase_add_test(tests, sec_1_20_two_faults_are_two_reports);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
