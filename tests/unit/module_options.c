/* The module's arguments: each is read, each mistake is refused. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <liberations/settings.h>

#include "support/check_main.h"

struct heard {
	unsigned count;
	char     last[800];
};

static void hear(void *context, const struct lbr_reason *reason)
{
	struct heard *heard = context;

	heard->count++;
	snprintf(heard->last, sizeof(heard->last), "%s", reason->text);
}

/* A field of the options, seen as bytes. */
struct row {
	const char *argument;
	size_t      offset;
	int         value;
};
#define ROW(argument, field, value) { argument, offsetof(struct lbr_module_options, field), value }

static const struct row choices[] = {
	ROW("factors=password+token", factors, LBR_FACTORS_BOTH), ROW("factors=token", factors, LBR_FACTORS_TOKEN),
	ROW("factors=password", factors, LBR_FACTORS_PASSWORD), ROW("entry=auto", entry, LBR_ENTRY_AUTO),
	ROW("entry=separate", entry, LBR_ENTRY_SEPARATE), ROW("entry=combined", entry, LBR_ENTRY_COMBINED),
	ROW("password=own", password_source, LBR_PASSWORD_FROM_HERE), ROW("password=stack", password_source, LBR_PASSWORD_FROM_STACK),
	ROW("unknown=deny", unknown, LBR_UNKNOWN_DENY), ROW("unknown=ignore", unknown, LBR_UNKNOWN_IGNORE),
	ROW("expired=signin", expired, LBR_EXPIRED_SIGNIN), ROW("expired=always", expired, LBR_EXPIRED_ALWAYS),
	ROW("expired=auth", expired, LBR_EXPIRED_AUTH), ROW("qr=utf8", qr, LBR_QR_UTF8), ROW("qr=ascii", qr, LBR_QR_ASCII),
	ROW("qr=none", qr, LBR_QR_NONE), ROW("messages=utf8", messages, LBR_MESSAGES_UTF8),
	ROW("messages=ascii", messages, LBR_MESSAGES_ASCII), ROW("language=en", language, LBR_LANGUAGE_EN),
	ROW("language=fr", language, LBR_LANGUAGE_FR), ROW("enroll=yes", enroll, LBR_ENROLL_YES),
	ROW("enroll=no", enroll, LBR_ENROLL_NO),
};

START_TEST(every_choice_is_read_and_changes_its_own_field_alone)
{
	const struct row *row = &choices[_i];
	struct heard heard = { 0 };
	struct lbr_module_options options, defaults;
	int value;

	ck_assert_int_eq(lbr_module_options_read("sshd", 1, &row->argument, &options, hear, &heard), LBR_OK);
	memcpy(&value, (char *)&options + row->offset, sizeof(value));
	ck_assert_int_eq(value, row->value);
	lbr_module_options_default(&defaults);
	memcpy((char *)&defaults + row->offset, &value, sizeof(value));
	ck_assert_mem_eq(&options, &defaults, sizeof(options));
}
END_TEST

START_TEST(the_defaults_are_the_strictest)
{
	struct lbr_module_options options;

	memset(&options, 0xff, sizeof(options));
	ck_assert_int_eq(lbr_module_options_read("sshd", 0, NULL, &options, NULL, NULL), LBR_OK);
	ck_assert_int_eq(options.factors, LBR_FACTORS_BOTH);
	ck_assert_int_eq(options.entry, LBR_ENTRY_AUTO);
	ck_assert_int_eq(options.password_source, LBR_PASSWORD_FROM_HERE);
	ck_assert_int_eq(options.unknown, LBR_UNKNOWN_DENY);
	ck_assert_int_eq(options.expired, LBR_EXPIRED_SIGNIN);
	ck_assert_int_eq(options.language, LBR_LANGUAGE_NONE);
	ck_assert(!options.use_first_pass && !options.try_first_pass && !options.use_authtok && !options.debug);
	ck_assert_str_eq(options.socket, "/run/liberations/agent.sock");
	ck_assert_str_eq(options.agent, "");
	ck_assert_str_eq(options.config, "");
}
END_TEST

START_TEST(flags_and_paths_are_read)
{
	static const char *const arguments[] = { "use_first_pass", "try_first_pass", "use_authtok", "debug",
	                                         "socket=/a", "agent=/b/c", "config=/d e" };
	struct heard heard = { 0 };
	struct lbr_module_options options;

	ck_assert_int_eq(lbr_module_options_read("sshd", 7, arguments, &options, hear, &heard), LBR_OK);
	ck_assert(options.use_first_pass && options.try_first_pass && options.use_authtok && options.debug);
	ck_assert_str_eq(options.socket, "/a");
	ck_assert_str_eq(options.agent, "/b/c");
	ck_assert_str_eq(options.config, "/d e");
}
END_TEST

static const char *const mistakes[] = {
	"factors", "factors=", "factors=token+password", "factors=none", "entry=both", "password=stacked", "unknown=allow",
	"expired=never", "qr=svg", "messages=latin1", "language=auto", "language=de", "language=fr_CA", "enroll=maybe",
	"socket=run/x", "agent=liberations-agent", "config=../x", "debug=1", "use_first_pass=yes", "nullok", "failmode=safe",
	"Factors=token", "factors =token", "", "qr=utf8\n", "issuer=ACME",
};

START_TEST(sec_1_20_every_mistake_in_an_argument_is_refused)
{
	const char *const arguments[] = { "use_authtok", mistakes[_i], "try_first_pass" };
	struct heard heard = { 0 };
	struct lbr_module_options options, defaults;

	lbr_module_options_default(&defaults);
	ck_assert_int_eq(lbr_module_options_read("sshd", 3, arguments, &options, hear, &heard), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 1);
	ck_assert_int_eq(strncmp(heard.last, "pam.d line of sshd: argument 2: ", 32), 0);
	ck_assert_mem_eq(&options, &defaults, sizeof(options));
}
END_TEST

START_TEST(sec_1_20_every_argument_given_twice_is_refused)
{
	const struct lbr_keyword *keyword = &lbr_module_options_keywords[_i];
	struct heard heard = { 0 };
	struct lbr_module_options options;
	char argument[64], sentence[128];
	const char *const arguments[] = { argument, argument };

	if (keyword->kind == LBR_VALUE_FLAG)
		snprintf(argument, sizeof(argument), "%s", keyword->word);
	else
		snprintf(argument, sizeof(argument), "%s=%s", keyword->word,
		         keyword->kind == LBR_VALUE_WORD ? keyword->words[0] : "/x");
	ck_assert_int_eq(lbr_module_options_read("su", 1, arguments, &options, hear, &heard), LBR_OK);
	ck_assert_int_eq(lbr_module_options_read("su", 2, arguments, &options, hear, &heard), LBR_ERR_SYNTAX);
	snprintf(sentence, sizeof(sentence), "pam.d line of su: argument 2: %s: given twice; once is allowed", keyword->word);
	ck_assert_str_eq(heard.last, sentence);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("options");
	TCase *tests = tcase_create("all");
	int keywords = 0;

	while (lbr_module_options_keywords[keywords].word != NULL)
		keywords++;
	tcase_add_loop_test(tests, every_choice_is_read_and_changes_its_own_field_alone, 0,
	                    sizeof(choices) / sizeof(choices[0]));
	tcase_add_test(tests, the_defaults_are_the_strictest);
	tcase_add_test(tests, flags_and_paths_are_read);
	tcase_add_loop_test(tests, sec_1_20_every_mistake_in_an_argument_is_refused, 0,
	                    sizeof(mistakes) / sizeof(mistakes[0]));
	tcase_add_loop_test(tests, sec_1_20_every_argument_given_twice_is_refused, 0, keywords);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
