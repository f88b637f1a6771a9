/* The grammar: which values pass, which words are refused, and what the sentences say. */
#include <liberations/grammar.h>

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <liberations/calendar.h>

#include "support/check_main.h"

struct sample {
	bool           flag;
	int            word;
	unsigned       number, duration;
	struct lbr_age age;
	char           path[24], text[8], label[8];
};

static const char *const words[] = { "one", "two", "three", NULL };
static const struct lbr_keyword table[] = {
	{ "flag", LBR_VALUE_FLAG, offsetof(struct sample, flag), 0, 0, NULL },
	{ "word", LBR_VALUE_WORD, offsetof(struct sample, word), 1, 0, words },
	{ "number", LBR_VALUE_NUMBER, offsetof(struct sample, number), 0, UINT_MAX, NULL },
	{ "small", LBR_VALUE_NUMBER, offsetof(struct sample, number), 2, 10, NULL },
	{ "duration", LBR_VALUE_DURATION, offsetof(struct sample, duration), 0, UINT_MAX, NULL },
	{ "life", LBR_VALUE_DURATION, offsetof(struct sample, duration), 3600, 1814400, NULL },
	{ "age", LBR_VALUE_AGE, offsetof(struct sample, age), 0, 0, NULL },
	{ "path", LBR_VALUE_PATH, offsetof(struct sample, path), 0, 24, NULL },
	{ "text", LBR_VALUE_TEXT, offsetof(struct sample, text), 0, 8, NULL },
	{ "label", LBR_VALUE_LABEL, offsetof(struct sample, label), 0, 8, NULL },
	{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL }
};

struct heard {
	unsigned count;
	char     last[800];
	char     all[4000];
};

static void hear(void *context, const struct lbr_reason *reason)
{
	struct heard *heard = context;

	heard->count++;
	snprintf(heard->last, sizeof(heard->last), "%s", reason->text);
	snprintf(heard->all + strlen(heard->all), sizeof(heard->all) - strlen(heard->all), "%s\n", reason->text);
}

static unsigned faults_of_text(const char *text, size_t len, struct sample *sample, struct heard *heard)
{
	enum lbr_error error;

	memset(sample, 0, sizeof(*sample));
	heard->count = 0;
	heard->last[0] = '\0';
	heard->all[0] = '\0';
	error = lbr_grammar_read_text("FILE", text, len, table, sample, hear, heard);
	ck_assert_int_eq(error, heard->count == 0 ? LBR_OK : LBR_ERR_SYNTAX);
	return heard->count;
}

static unsigned faults_of_word(const char *word, struct sample *sample, struct heard *heard)
{
	enum lbr_error error;

	memset(sample, 0, sizeof(*sample));
	heard->count = 0;
	heard->all[0] = '\0';
	error = lbr_grammar_read_words("WORDS", 1, &word, table, sample, hear, heard);
	ck_assert_int_eq(error, heard->count == 0 ? LBR_OK : LBR_ERR_SYNTAX);
	return heard->count;
}

static const struct { const char *word; unsigned value; } good_numbers[] = {
	{ "number=0", 0 }, { "number=7", 7 }, { "number=4294967295", UINT_MAX }, { "small=2", 2 }, { "small=10", 10 },
};

START_TEST(good_numbers_are_read)
{
	struct sample sample;
	struct heard heard;

	ck_assert_uint_eq(faults_of_word(good_numbers[_i].word, &sample, &heard), 0);
	ck_assert_uint_eq(sample.number, good_numbers[_i].value);
}
END_TEST

static const struct { const char *word; unsigned value; } good_durations[] = {
	{ "duration=0 s", 0 }, { "duration=90 s", 90 }, { "duration=15 min", 900 }, { "duration=72 h", 259200 },
	{ "duration=21 d", 1814400 }, { "duration=4294967295 s", UINT_MAX }, { "duration=49710 d", 4294944000u },
	{ "life=1 h", 3600 }, { "life=21 d", 1814400 },
};

START_TEST(good_durations_are_read)
{
	struct sample sample;
	struct heard heard;

	ck_assert_uint_eq(faults_of_word(good_durations[_i].word, &sample, &heard), 0);
	ck_assert_uint_eq(sample.duration, good_durations[_i].value);
}
END_TEST

static const struct { const char *word; struct lbr_age value; } good_ages[] = {
	{ "age=never", { LBR_AGE_NEVER, 0 } }, { "age=1 month", { LBR_AGE_MONTHS, 1 } },
	{ "age=0", { LBR_AGE_NEVER, 0 } }, { "age=0 months", { LBR_AGE_NEVER, 0 } }, { "age=0 days", { LBR_AGE_NEVER, 0 } },
	{ "age=6 months", { LBR_AGE_MONTHS, 6 } }, { "age=1200 months", { LBR_AGE_MONTHS, 1200 } },
	{ "age=1 day", { LBR_AGE_DAYS, 1 } }, { "age=36500 days", { LBR_AGE_DAYS, 36500 } },
};

START_TEST(good_ages_are_read)
{
	struct sample sample;
	struct heard heard;

	ck_assert_uint_eq(faults_of_word(good_ages[_i].word, &sample, &heard), 0);
	ck_assert_int_eq(sample.age.unit, good_ages[_i].value.unit);
	ck_assert_uint_eq(sample.age.count, good_ages[_i].value.count);
}
END_TEST

START_TEST(good_words_paths_and_texts_are_read)
{
	struct sample sample;
	struct heard heard;

	ck_assert_uint_eq(faults_of_word("flag", &sample, &heard), 0);
	ck_assert(sample.flag);
	ck_assert_uint_eq(faults_of_word("word=three", &sample, &heard), 0);
	ck_assert_int_eq(sample.word, 3);
	ck_assert_uint_eq(faults_of_word("path=/a/.b/..c/d e/2345678", &sample, &heard), 0);
	ck_assert_str_eq(sample.path, "/a/.b/..c/d e/2345678");
	ck_assert_uint_eq(faults_of_word("path=/2345678901234567890123", &sample, &heard), 0);
	ck_assert_uint_eq(faults_of_word("text=a=b: c", &sample, &heard), 0);
	ck_assert_str_eq(sample.text, "a=b: c");
	ck_assert_uint_eq(faults_of_word("label=1\303\251 #45", &sample, &heard), 0);
	ck_assert_str_eq(sample.label, "1\303\251 #45");
}
END_TEST

static const char *const bad_words[] = {
	"", "=", "=1", "number", "number=", "number= 1", "number=1 ", "number=+1", "number=-1", "number=01", "number=00",
	"number=12x", "number=0x1", "number=1e1", "number=1.0", "number=4294967296", "number=42949672950",
	"number=99999999999999999999", "number=\331\241", "small=1", "small=11", "duration=90", "duration=90s",
	"duration=90  s", "duration=90 sec", "duration=90 s ", "duration= 90 s", "duration=1 d 2 h", "duration=0.5 h",
	"duration=4294967296 s", "duration=49711 d", "duration=71582789 min", "duration=-1 s", "duration=s", "duration=",
	"life=59 min", "life=3599 s", "life=22 d", "life=505 h", "age=", "age=Never", "age=never ", "age=00", "age=0 ", "age=0 weeks",
	"age=1201 months", "age=36501 days", "age=6", "age=6 m", "age=6months", "age=6 Months",
	"age=6 months 1 day", "age=06 months", "age=-6 months", "age=4294967302 months", "path=", "path=a", "path=./a",
	"path=/", "path=//a", "path=/a/", "path=/a//b", "path=/a/../b", "path=/..", "path=/a/.", "path=/./a", "path=~/a",
	"path=/23456789012345678901234", "text=", "text=12345678", "text=a\tb", "text=a\nb", "text=a\rb", "text=\033[m",
	"text=\302\205", "text=\377", "text=\303", "text=\342\200\256", "label=a:b", "label=:", "label=", "word=",
	"word=four", "word=One", "word=one ", "word=one,two", "word=1", "flag=", "flag=yes", "flag ", " flag", "Flag",
	"nothing", "nothing=1", "Number=1", "number =1", "num=1", "numbers=1", "#number=1", "@wheel", "-x", "%n%s",
};

START_TEST(sec_1_20_bad_words_are_refused_with_a_sentence)
{
	struct sample sample, none = { 0 };
	struct heard heard;

	ck_assert_uint_eq(faults_of_word(bad_words[_i], &sample, &heard), 1);
	ck_assert_mem_eq(&sample, &none, sizeof(none));
	ck_assert_int_eq(strncmp(heard.last, "WORDS: ", 7), 0);
	ck_assert_ptr_null(strpbrk(heard.last, "\t\n\r\033"));
}
END_TEST

static const struct { const char *text, *sentence; } sentences[] = {
	{ "small = 11\n", "FILE: line 1, column 9: small: this value is not allowed; allowed: a number from 2 to 10" },
	{ "\n\nword = x\n", "FILE: line 3, column 8: word: this value is not allowed; allowed: one, two or three" },
	{ "life = 1 s\n", "FILE: line 1, column 8: life: this value is not allowed; allowed: "
	                  "a duration \"N s\", \"N min\", \"N h\" or \"N d\", from 1 h to 21 d" },
	{ "age = x\n", "FILE: line 1, column 7: age: this value is not allowed; allowed: "
	               "\"N months\" (1 to 1200), \"N days\" (1 to 36500) or \"never\"" },
	{ "path = x\n", "FILE: line 1, column 8: path: this value is not allowed; allowed: "
	                "an absolute path of at most 23 bytes, without \".\", \"..\" or \"//\"" },
	{ "label = a:b\n", "FILE: line 1, column 9: label: this value is not allowed; allowed: "
	                   "1 to 7 bytes of text without a colon, and without quotation marks around it" },
	{ "numbre = 1\n", "FILE: line 1, column 1: unknown keyword" },
	{ "  numbre = 1\n", "FILE: line 1, column 3: unknown keyword" },
	{ "number = 1\nnumber = 1\n", "FILE: line 2, column 1: number: given twice; once is allowed" },
	{ "number 1\n", "FILE: line 1, column 1: not a \"keyword = value\" line" },
	{ "flag = yes\n", "FILE: line 1, column 8: flag: this value is not allowed; allowed: no value" },
	{ "flag\n", "FILE: line 1, column 1: not a \"keyword = value\" line" },
	{ "number = 1\r\n", "FILE: line 1, column 11: a carriage return; lines end with a line feed only" },
	{ "#\tx\n", "FILE: line 1, column 2: a control character (such as a tab) or invalid UTF-8" },
	{ "# \303\251\303\251\tx\n", "FILE: line 1, column 5: a control character (such as a tab) or invalid UTF-8" },
	{ "number = 1", "FILE: line 1: end of file: the last line has no line feed; the file may be truncated" },
	{ " # x\n", "FILE: line 1, column 2: not a \"keyword = value\" line" },
};

START_TEST(sec_1_20_sentences_hold_file_line_word_and_what_is_allowed)
{
	struct sample sample;
	struct heard heard;

	ck_assert_uint_eq(faults_of_text(sentences[_i].text, strlen(sentences[_i].text), &sample, &heard), 1);
	ck_assert_str_eq(heard.last, sentences[_i].sentence);
}
END_TEST

/* What a file holds may not be shown: the person who names it as an option need not be allowed to read it. */
static const char *const secrets[] = {
	"SECRET\n", "SECRET = 1\n", "  SECRET\n", "SECRET:x:SECRET\n", "number = SECRET\n", "number = 1SECRET\n", "word=SECRET\n",
	"text = SECRETSECRET\n", "path = SECRET\n", "path = /SECRET/..\n", "label = SECRET:\n", "age = SECRET\n", "life = SECRET\n",
	"flag = SECRET\n", "flagSECRET\n", "number\tSECRET = 1\n", "SECRET\r\n", "SECRET\033\n", "number = 1\nnumber = SECRET\n",
	"SECRET", "number = SECRET", "=SECRET\n", "SECRET=\n", "SECRET\377\n",
};

START_TEST(a_fault_repeats_nothing_that_stands_in_the_input)
{
	struct sample sample;
	struct heard heard;
	char word[64];

	ck_assert_uint_ge(faults_of_text(secrets[_i], strlen(secrets[_i]), &sample, &heard), 1);
	ck_assert_ptr_null(strstr(heard.all, "SECRET"));
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(secrets[_i], "\n"), secrets[_i]);
	(void)faults_of_word(word, &sample, &heard);
	ck_assert_ptr_null(strstr(heard.all, "SECRET"));
}
END_TEST

START_TEST(nor_of_a_line_that_is_too_long_or_holds_a_nul)
{
	char text[LBR_LINE_MAX + 20];
	struct sample sample;
	struct heard heard;

	memset(text, 'x', sizeof(text));
	memcpy(text, "SECRET", 6);
	text[sizeof(text) - 1] = '\n';
	ck_assert_uint_eq(faults_of_text(text, sizeof(text), &sample, &heard), 1);
	ck_assert_str_eq(heard.all, "FILE: line 1: longer than the 512 bytes allowed\n");
	ck_assert_uint_eq(faults_of_text("SECRET\0SECRET\n", 14, &sample, &heard), 1);
	ck_assert_str_eq(heard.all, "FILE: line 1, column 7: a NUL byte\n");
}
END_TEST

START_TEST(a_typed_value_is_repeated)
{
	const struct lbr_keyword keyword = { "--life", LBR_VALUE_DURATION, offsetof(struct sample, duration), 3600, 7200, NULL };
	struct sample sample = { 0 };
	struct lbr_reason reason;

	ck_assert_int_eq(lbr_grammar_read_value(&keyword, "1 h", &sample, &reason), LBR_OK);
	ck_assert_uint_eq(sample.duration, 3600);
	ck_assert_int_eq(lbr_grammar_read_value(&keyword, "5 x", &sample, &reason), LBR_ERR_SYNTAX);
	ck_assert_str_eq(reason.text, "--life: \"5 x\" is not allowed; allowed: a duration \"N s\", \"N min\", \"N h\" or \"N d\", "
	                 "from 1 h to 2 h");
}
END_TEST

START_TEST(a_good_file_is_read_whole)
{
	static const char text[] = "# comment = 1\n\n   \nnumber=7\n  word   =   two  \nage = 30 days\ntext = a  b\n#\n";
	struct sample sample;
	struct heard heard;

	ck_assert_uint_eq(faults_of_text(text, sizeof(text) - 1, &sample, &heard), 0);
	ck_assert_uint_eq(sample.number, 7);
	ck_assert_int_eq(sample.word, 2);
	ck_assert_int_eq(sample.age.unit, LBR_AGE_DAYS);
	ck_assert_str_eq(sample.text, "a  b");
	ck_assert_uint_eq(faults_of_text("", 0, &sample, &heard), 0);
}
END_TEST

START_TEST(sec_1_20_lines_have_a_greatest_length_and_no_nul)
{
	char line[LBR_LINE_MAX + 3] = "#";
	struct sample sample;
	struct heard heard;
	const char *argument = line;

	memset(line + 1, 'x', sizeof(line) - 2);
	line[LBR_LINE_MAX] = '\n';
	ck_assert_uint_eq(faults_of_text(line, LBR_LINE_MAX + 1, &sample, &heard), 0);
	line[LBR_LINE_MAX] = 'x';
	line[LBR_LINE_MAX + 1] = '\n';
	ck_assert_uint_eq(faults_of_text(line, LBR_LINE_MAX + 2, &sample, &heard), 1);
	ck_assert_ptr_nonnull(strstr(heard.last, "longer than the 512 bytes"));
	line[LBR_LINE_MAX + 1] = '\0';
	ck_assert_uint_eq(faults_of_word(argument, &sample, &heard), 1);
	ck_assert_ptr_nonnull(strstr(heard.last, "longer than the 512 bytes"));
	ck_assert_uint_eq(faults_of_text("text = a\0b\n", 11, &sample, &heard), 1);
	ck_assert_str_eq(heard.last, "FILE: line 1, column 9: a NUL byte");
	ck_assert_uint_eq(faults_of_text("# a\0b\n", 6, &sample, &heard), 1);
}
END_TEST

START_TEST(every_fault_is_reported)
{
	static const char *const arguments[] = { "number=x", "flag", "flag", NULL, "what", "word=one" };
	static const char text[] = "number = x\nnumber = 1\ntext\n\nfoo = 1\n";
	struct sample sample = { 0 };
	struct heard heard = { 0 };

	ck_assert_uint_eq(faults_of_text(text, sizeof(text) - 1, &sample, &heard), 4);
	ck_assert_str_eq(heard.last, "FILE: line 5, column 1: unknown keyword");
	heard.count = 0;
	ck_assert_int_eq(lbr_grammar_read_words("W", 6, arguments, table, &sample, hear, &heard), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 4);
	ck_assert_int_eq(lbr_grammar_read_words("W", 1, arguments, table, &sample, NULL, NULL), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_grammar_read_words("W", 0, NULL, table, &sample, hear, &heard), LBR_OK);
}
END_TEST

#define ROWS(list) (int)(sizeof(list) / sizeof((list)[0]))

static Suite *suite(void)
{
	Suite *suite = suite_create("grammar");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, good_numbers_are_read, 0, ROWS(good_numbers));
	tcase_add_loop_test(tests, good_durations_are_read, 0, ROWS(good_durations));
	tcase_add_loop_test(tests, good_ages_are_read, 0, ROWS(good_ages));
	tcase_add_test(tests, good_words_paths_and_texts_are_read);
	tcase_add_loop_test(tests, sec_1_20_bad_words_are_refused_with_a_sentence, 0, ROWS(bad_words));
	tcase_add_loop_test(tests, sec_1_20_sentences_hold_file_line_word_and_what_is_allowed, 0, ROWS(sentences));
	tcase_add_loop_test(tests, a_fault_repeats_nothing_that_stands_in_the_input, 0, ROWS(secrets));
	tcase_add_test(tests, nor_of_a_line_that_is_too_long_or_holds_a_nul);
	tcase_add_test(tests, a_typed_value_is_repeated);
	tcase_add_test(tests, a_good_file_is_read_whole);
	tcase_add_test(tests, sec_1_20_lines_have_a_greatest_length_and_no_nul);
	tcase_add_test(tests, every_fault_is_reported);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
