/* The reasons of lib/ in French: no setting's fault keeps an English clause, and what differs stays as it was. */
#include "../../cli/reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <liberations/error.h>
#include <liberations/settings.h>

#include "support/check_main.h"

static char said[CLI_REASON_MAX];
static unsigned heard;

static const char *french(const char *sentence)
{
	return cli_reason(LBR_LANGUAGE_FR, sentence, said);
}

START_TEST(english_is_left_as_it_is)
{
	ck_assert_str_eq(cli_reason(LBR_LANGUAGE_EN, "alice: there already", said), "alice: there already");
	ck_assert_str_eq(cli_reason(LBR_LANGUAGE_EN, "", said), "");
}
END_TEST

static const struct { const char *en, *fr; } sentences[] = {
	{ "", "" },
	{ "there already", "existe déjà" },
	{ "alice: there already", "alice : existe déjà" },
	{ "bob: looks like alice, which is there already", "bob : ressemble à alice, qui existe déjà" },
	{ "/x: locked for longer than 2000 ms", "/x : verrouillé depuis plus de 2000 ms" },
	{ "/x: belongs to user 5, this is user 7", "/x : appartient à l'utilisateur 5, vous êtes 7" },
	{ "/x: write: No space left on device", "/x : write : plus d'espace sur le disque" },
	{ "c: line 3: w: \"\" is not allowed; allowed: auto, en or fr",
	  "c : ligne 3 : w : «  » n'est pas permis ; permis : auto, en ou fr" },
	/* What somebody wrote is no clause, whatever it holds. */
	{ "c: line 3: w: \"a: no value\" is not allowed; allowed: a number from 0 to 2",
	  "c : ligne 3 : w : « a: no value » n'est pas permis ; permis : un nombre de 0 à 2" },
	{ "c: line 3: w: \"%1 %2 %s\" is not allowed; allowed: x", "c : ligne 3 : w : « %1 %2 %s » n'est pas permis ; permis : x" },
	/* An account may be called like anything that has no space. */
	{ "empty: missing: lock", "empty : missing : lock" },
	{ "what nobody says: there already, nearly", "what nobody says : there already, nearly" },
};

START_TEST(clauses_are_put_into_french)
{
	ck_assert_str_eq(french(sentences[_i].en), sentences[_i].fr);
}
END_TEST

/* No setting takes an empty value, so each says what it allows. */
static void hear(void *context, const char *sentence)
{
	const char *allowed = strstr(sentence, "; allowed: ");

	(void)context;
	heard++;
	ck_assert_ptr_nonnull(allowed);
	ck_assert_msg(strstr(french(sentence), "n'est pas permis ; permis : ") != NULL, "%s", said);
	ck_assert_msg(strstr(said, allowed + strlen("; allowed: ")) == NULL, "%s: still English", said);
}

START_TEST(every_setting_says_in_french_what_it_allows)
{
	struct lbr_settings settings;
	const struct lbr_keyword *keyword;
	char line[64];

	for (keyword = lbr_settings_keywords; keyword->word != NULL; keyword++) {
		heard = 0;
		snprintf(line, sizeof(line), "%s = \n", keyword->word);
		lbr_settings_default(&settings);
		ck_assert_int_eq(lbr_grammar_read_text("F", line, strlen(line), lbr_settings_keywords, &settings, hear, NULL),
		                 LBR_ERR_SYNTAX);
		ck_assert_uint_eq(heard, 1);
	}
}
END_TEST

START_TEST(a_system_error_has_french)
{
	struct lbr_reason reason;

	ck_assert_int_eq(lbr_fail_system(&reason, EROFS, "%s: rename", "alice"), LBR_ERR_SYSTEM);
	ck_assert_str_eq(french(reason.text), "alice : rename : système de fichiers en lecture seule");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_FR, EACCES), "permission refusée");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_EN, EACCES), "Permission denied");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_FR, 1234567), "erreur inconnue");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_EN, 1234567), "unknown error");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_FR, EL2HLT), "Level 2 halted"); /* no daily use, no French */
}
END_TEST

/* A reason is cut at its end and not in the middle of a character; nothing is written behind the buffer. */
START_TEST(what_does_not_fit_is_left_out)
{
	char sentence[4 * CLI_REASON_MAX] = "";
	size_t len = 0;

	while (len + 32 < sizeof(sentence))
		len += (size_t)snprintf(sentence + len, sizeof(sentence) - len, "there already: ");
	ck_assert_uint_lt(strlen(french(sentence)), CLI_REASON_MAX);
	ck_assert_uint_ge(strlen(said), CLI_REASON_MAX - 32);
	ck_assert_uint_lt(strlen(cli_reason(LBR_LANGUAGE_EN, sentence, said)), CLI_REASON_MAX);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_reason");
	TCase *test = tcase_create("cli_reason");

	tcase_add_test(test, english_is_left_as_it_is);
	tcase_add_loop_test(test, clauses_are_put_into_french, 0, (int)(sizeof(sentences) / sizeof(sentences[0])));
	tcase_add_test(test, every_setting_says_in_french_what_it_allows);
	tcase_add_test(test, a_system_error_has_french);
	tcase_add_test(test, what_does_not_fit_is_left_out);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
