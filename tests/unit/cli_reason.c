/* The reasons of lib/ in French: every clause has both columns with the same arguments, and what differs stays as it was. */
#include "../../cli/said/reason.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/settings.h>

#include "support/check_main.h"

static char said[CLI_REASON_MAX];
static struct lbr_reason reason;
static unsigned heard;

static const char *const english[LBR_REASONS] = {
#define LBR_REASON(name, en, fr) [LBR_REASON_##name] = en,
#include <liberations/reasons.def>
#undef LBR_REASON
};

static const char *french(void)
{
	return cli_reason(LBR_LANGUAGE_FR, &reason, said);
}

/* --- the table ----------------------------------------------------------------------------------------------------------- */

/* What a column takes, one letter an argument in the order of the arguments. */
static void list_arguments(const char *form, char ret[LBR_CLAUSE_WORDS + 1])
{
	unsigned next = 0, at;

	memset(ret, 0, LBR_CLAUSE_WORDS + 1);
	for (form = strchr(form, '%'); form != NULL; form = strchr(form, '%')) {
		at = next++;
		form++;
		if (form[0] >= '1' && form[0] <= '9' && form[1] == '$') {
			at = (unsigned)(form[0] - '1');
			form += 2;
		}
		ck_assert_msg(at < LBR_CLAUSE_WORDS && ret[at] == '\0', "%s: an argument twice, or too many", form);
		if (form[0] == '.')
			form += 1 + strspn(form + 1, "0123456789");
		else if (strncmp(form, "04o", 3) == 0)
			form += 2;
		ck_assert_msg(*form != '\0' && strchr("sudo", *form) != NULL && (*form != 'o' || form[-1] == '4'), "%s", form);
		ret[at] = *form;
	}
}

START_TEST(both_columns_take_the_same_arguments)
{
	const char *form = cli_reason_french((enum lbr_clause)_i);
	char of_english[LBR_CLAUSE_WORDS + 1], of_french[LBR_CLAUSE_WORDS + 1];

	ck_assert_ptr_nonnull(form);
	ck_assert_msg(form[0] != '\0' && strcmp(form, english[_i]) != 0, "%s", form);
	list_arguments(english[_i], of_english);
	list_arguments(form, of_french);
	ck_assert_msg(strcmp(of_english, of_french) == 0, "%s: %s", english[_i], form);
	ck_assert_ptr_null(strchr(english[_i], '$'));
}
END_TEST

START_TEST(no_two_clauses_are_the_same)
{
	int other;

	for (other = 0; other < _i; other++)
		ck_assert_msg(strcmp(english[other], english[_i]) != 0, "%s", english[_i]);
}
END_TEST

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
static void say(enum lbr_clause clause, const char *arguments)
{
	const char *form = english[clause];

	if (strcmp(arguments, "") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form);
	else if (strcmp(arguments, "s") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, "w1");
	else if (strcmp(arguments, "ss") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, "w1", "w2");
	else if (strcmp(arguments, "u") == 0 || strcmp(arguments, "d") == 0 || strcmp(arguments, "o") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, 3901);
	else if (strcmp(arguments, "uu") == 0 || strcmp(arguments, "dd") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, 3901, 3902);
	else if (strcmp(arguments, "suu") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, "w1", 3902, 3903);
	else if (strcmp(arguments, "usus") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, 3901, "w2", 3903, "w4");
	else if (strcmp(arguments, "uuss") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, 3901, 3902, "w3", "w4");
	else if (strcmp(arguments, "uoss") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, 3901, 3902, "w3", "w4");
	else if (strcmp(arguments, "uosss") == 0)
		lbr_fail(&reason, LBR_ERR_RANGE, clause, form, 3901, 3902, "w3", "w4", "w5");
	else
		ck_abort_msg("\"%s\" of %s: teach this test these arguments", arguments, form);
}
#pragma GCC diagnostic pop

START_TEST(every_clause_is_said_in_both_languages)
{
	char arguments[LBR_CLAUSE_WORDS + 1], word[16];
	unsigned at;

	list_arguments(english[_i], arguments);
	say((enum lbr_clause)_i, arguments);
	french();
	ck_assert_msg(strchr(reason.text, '%') == NULL && strchr(said, '%') == NULL, "%s: %s", reason.text, said);
	ck_assert_uint_eq(reason.count, 1 + strlen(arguments));
	for (at = 0; arguments[at] != '\0'; at++) {
		snprintf(word, sizeof(word), arguments[at] == 's' ? "w%u" : arguments[at] == 'o' ? "%o" : "390%u",
		         arguments[at] == 'o' ? 3901 + at : at + 1);
		ck_assert_msg(strstr(reason.text, word) != NULL, "%s: no %s", reason.text, word);
		ck_assert_msg(strstr(said, word) != NULL, "%s: no %s", said, word);
	}
	ck_assert_msg(strcmp(said, reason.text) != 0, "%s: English", said);
}
END_TEST

/* --- chains -------------------------------------------------------------------------------------------------------------- */

START_TEST(english_is_left_as_it_is)
{
	lbr_fail_at(&reason, LBR_ERR_EXISTS, "alice", LBR_WHY(EXISTS));
	ck_assert_str_eq(cli_reason(LBR_LANGUAGE_EN, &reason, said), reason.text);
	reason = (struct lbr_reason){ .text = "" };
	ck_assert_str_eq(cli_reason(LBR_LANGUAGE_EN, &reason, said), "");
	ck_assert_str_eq(french(), "");
}
END_TEST

START_TEST(clauses_are_put_into_french)
{
	lbr_fail(&reason, LBR_ERR_EXISTS, LBR_WHY(EXISTS));
	ck_assert_str_eq(french(), "existe déjà");
	lbr_fail_at(&reason, LBR_ERR_EXISTS, "bob", LBR_WHY(LOOK_ALIKE), "alice");
	ck_assert_str_eq(french(), "bob : ressemble à alice, qui existe déjà");
	lbr_fail_at(&reason, LBR_ERR_BUSY, "/x", LBR_WHY(LOCKED_TOO_LONG), 2000);
	ck_assert_str_eq(french(), "/x : verrouillé depuis plus de 2000 ms");
	lbr_fail_at(&reason, LBR_ERR_UNSAFE, "/x", LBR_WHY(STATE_OF_ANOTHER), 5U, 7U);
	ck_assert_str_eq(french(), "/x : appartient à l'utilisateur 5, vous êtes 7");
	lbr_fail_bare(&reason, LBR_ERR_STALE);
	lbr_reason_prefix(&reason, "alice");
	ck_assert_str_eq(french(), "alice : stale");
}
END_TEST

START_TEST(places_and_clauses_go_before_a_clause)
{
	lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(EITHER_WORD), "auto, en", "fr");
	lbr_reason_prefix_clause(&reason, LBR_WHY(NOT_ALLOWED), "");
	lbr_reason_prefix(&reason, "w");
	lbr_reason_prefix_clause(&reason, LBR_WHY(LINE), 3U);
	lbr_reason_prefix(&reason, "c");
	ck_assert_str_eq(reason.text, "c: line 3: w: \"\" is not allowed; allowed: auto, en or fr");
	ck_assert_str_eq(french(), "c : ligne 3 : w : «  » n'est pas permis; permis : auto, en ou fr");
}
END_TEST

/* What somebody wrote is no clause, no joint and no form, whatever it holds. */
START_TEST(what_somebody_wrote_stays_as_it_is)
{
	lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(NUMBER), 0U, 2U);
	lbr_reason_prefix_clause(&reason, LBR_WHY(NOT_ALLOWED), "a: no value %1$s %s");
	lbr_reason_prefix(&reason, "not enough memory");
	ck_assert_str_eq(french(), "not enough memory : « a: no value %1$s %s » n'est pas permis; permis : un nombre de 0 à 2");
	lbr_fail_system(&reason, EROFS, "%s: open", "/no: memory");
	ck_assert_str_eq(french(), "/no: memory : open : système de fichiers en lecture seule");
}
END_TEST

START_TEST(a_system_error_has_french)
{
	ck_assert_int_eq(lbr_fail_system(&reason, EROFS, "%s: rename", "alice"), LBR_ERR_SYSTEM);
	ck_assert_str_eq(french(), "alice : rename : système de fichiers en lecture seule");
	lbr_fail_system_at(&reason, ENOSPC, "/x", LBR_WHY(SYNCING_PARENT));
	ck_assert_str_eq(french(), "/x : fsync de son répertoire : plus d'espace sur le disque");
	lbr_fail_system_at(&reason, 1234567, NULL, LBR_WHY(FINDING_HERE));
	ck_assert_str_eq(reason.text, "the current directory: unknown error");
	ck_assert_str_eq(french(), "le répertoire courant : erreur 65535 du système");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_FR, EACCES), "permission refusée");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_EN, EACCES), "Permission denied");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_FR, 1234567), "erreur 1234567 du système");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_EN, 1234567), "unknown error");
	ck_assert_str_eq(cli_errno(LBR_LANGUAGE_FR, EL2HLT), "erreur 51 du système"); /* no daily use, no words */
}
END_TEST

/* No setting takes an empty value, so each says what it allows. */
static void hear(void *context, const struct lbr_reason *fault)
{
	const char *allowed = strstr(fault->text, "; allowed: ");

	(void)context;
	heard++;
	reason = *fault;
	ck_assert_ptr_nonnull(allowed);
	ck_assert_msg(strstr(french(), "cette valeur n'est pas permise; permis : ") != NULL, "%s", said);
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

/* --- what does not fit ---------------------------------------------------------------------------------------------------- */

/* Cut anywhere: the text ends with a whole character, no piece leaves it, and French is written of what is left. */
START_TEST(a_long_reason_is_cut)
{
	char where[LBR_REASON_MAX + 8];
	unsigned piece;
	size_t len;

	for (len = 0; len + 1 < sizeof(where); len++) {
		memset(where, 'w', len);
		where[len] = '\0';
		lbr_fail(&reason, LBR_ERR_EXISTS, LBR_WHY(LOOK_ALIKE), "z\303\251z\303\251");
		lbr_reason_prefix(&reason, where);
		ck_assert_uint_lt(strlen(reason.text), LBR_REASON_MAX);
		for (piece = 0; piece < reason.count; piece++)
			ck_assert_uint_le(reason.pieces[piece].at + reason.pieces[piece].len, strlen(reason.text));
		ck_assert_int_eq(strncmp(french(), where, strlen(reason.text) < len ? strlen(reason.text) : len), 0);
		ck_assert(((unsigned char)reason.text[strlen(reason.text) - 1]) != 0xc3);
	}
	ck_assert_str_eq(said, reason.text);
}
END_TEST

/* More pieces than are kept: the English is whole, so it is said in both languages. */
START_TEST(a_chain_of_too_many_pieces_is_said_in_english)
{
	unsigned at;

	lbr_fail(&reason, LBR_ERR_EXISTS, LBR_WHY(LOOK_ALIKE), "alice");
	for (at = 2; at < LBR_PIECES_MAX; at++)
		lbr_reason_prefix(&reason, "p");
	ck_assert_ptr_nonnull(strstr(french(), "p : p : ressemble à alice"));
	lbr_reason_prefix(&reason, "q");
	ck_assert_str_eq(french(), reason.text);
	ck_assert_int_eq(strncmp(said, "q: p: p: ", 9), 0);
	lbr_reason_prefix(&reason, "r");
	ck_assert_str_eq(french(), reason.text);
	lbr_fail(&reason, LBR_ERR_EXISTS, LBR_WHY(EXISTS));
	ck_assert_str_eq(french(), "existe déjà");
}
END_TEST

/* The longest reasons fit in French. */
START_TEST(french_has_room)
{
	char where[LBR_REASON_MAX];

	memset(where, 'w', sizeof(where) - 1);
	where[sizeof(where) - 1] = '\0';
	lbr_fail(&reason, LBR_ERR_ABSENT, LBR_WHY(SHARD_GONE));
	while (strlen(reason.text) + strlen(english[LBR_REASON_SHARD_GONE]) + 2 < LBR_REASON_MAX)
		lbr_reason_prefix_clause(&reason, LBR_WHY(SHARD_GONE));
	ck_assert_ptr_nonnull(strstr(french(), "en fait un vide"));
	ck_assert_uint_lt(strlen(said), CLI_REASON_MAX);
	lbr_reason_prefix(&reason, where);
	ck_assert_str_eq(french(), where);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("cli_reason");
	TCase *test = tcase_create("cli_reason");

	tcase_add_loop_test(test, both_columns_take_the_same_arguments, 0, LBR_REASONS);
	tcase_add_loop_test(test, no_two_clauses_are_the_same, 0, LBR_REASONS);
	tcase_add_loop_test(test, every_clause_is_said_in_both_languages, 0, LBR_REASONS);
	tcase_add_test(test, english_is_left_as_it_is);
	tcase_add_test(test, clauses_are_put_into_french);
	tcase_add_test(test, places_and_clauses_go_before_a_clause);
	tcase_add_test(test, what_somebody_wrote_stays_as_it_is);
	tcase_add_test(test, every_setting_says_in_french_what_it_allows);
	tcase_add_test(test, a_system_error_has_french);
	tcase_add_test(test, a_long_reason_is_cut);
	tcase_add_test(test, a_chain_of_too_many_pieces_is_said_in_english);
	tcase_add_test(test, french_has_room);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
