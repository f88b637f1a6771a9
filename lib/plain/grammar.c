/* One strict grammar for the configuration file and the module's arguments. A fault is told by its place and at most a keyword
 * that is known: who asks may not be allowed to read the file. */
#include <liberations/grammar.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/texts.h>

#include "grammar_value.h"

#define WHERE_MAX 255 /* bytes of a file's name that a sentence repeats */

struct reading {
	const char               *where;
	const struct lbr_keyword *table;
	void                     *out;
	lbr_fault                *fault;
	void                     *context;
	unsigned                  line;     /* 0: words, not lines */
	unsigned                  argument; /* 0: lines, not words */
	const char               *text;     /* of this line or argument; what stands in it is never repeated */
	uint64_t                  seen;     /* one bit for each keyword of the table */
	bool                      failed;
};

/* The column of `at` in the text, in characters from 1; a byte that is no UTF-8 counts as one. */
static unsigned column_of(const struct reading *reading, const char *at)
{
	const char *byte = reading->text;
	unsigned column = 1;

	for (; byte < at; byte++)
		column += ((unsigned char)*byte & 0xc0) != 0x80;
	return column;
}

/* `at` is the place in the text, `word` a keyword of the table; each may be NULL. */
static void report(struct reading *reading, const char *at, const char *word, struct lbr_reason *reason)
{
	char where[WHERE_MAX + 1];

	reading->failed = true;
	if (reading->fault == NULL)
		return;
	if (word != NULL)
		lbr_reason_prefix(reason, word);
	if (reading->argument > 0)
		lbr_reason_prefix_clause(reason, LBR_WHY(ARGUMENT), reading->argument);
	else if (at != NULL)
		lbr_reason_prefix_clause(reason, LBR_WHY(LINE_COLUMN), reading->line, column_of(reading, at));
	else if (reading->line > 0)
		lbr_reason_prefix_clause(reason, LBR_WHY(LINE), reading->line);
	snprintf(where, sizeof(where), "%s", reading->where);
	lbr_reason_prefix(reason, where);
	reading->fault(reading->context, reason);
}

static void __attribute__((format(printf, 5, 6)))
complain(struct reading *reading, const char *at, const char *word, enum lbr_clause clause, const char *english, ...)
{
	struct lbr_reason reason;
	va_list words;

	va_start(words, english);
	lbr_reason_set(&reason, clause, english, words);
	va_end(words);
	report(reading, at, word, &reason);
}

/* The keyword, marked as seen; or NULL, with a fault reported. */
static const struct lbr_keyword *find(struct reading *reading, const char *word)
{
	unsigned at;

	for (at = 0; at < 64 && reading->table[at].word != NULL; at++) {
		if (strcmp(reading->table[at].word, word) != 0)
			continue;
		if (reading->seen >> at & 1) {
			complain(reading, word, reading->table[at].word, LBR_WHY(GIVEN_TWICE));
			return NULL;
		}
		reading->seen |= UINT64_C(1) << at;
		return &reading->table[at];
	}
	complain(reading, word, NULL, LBR_WHY(NO_KEYWORD));
	return NULL;
}

static void read_pair(struct reading *reading, const char *word, const char *value)
{
	const struct lbr_keyword *keyword = find(reading, word);
	struct lbr_reason reason;

	if (keyword == NULL || lbr_value_read(keyword, value, reading->out))
		return;
	lbr_value_allowed(keyword, &reason);
	lbr_reason_prefix_clause(&reason, LBR_WHY(VALUE_NOT_ALLOWED));
	report(reading, value, keyword->word, &reason);
}

static void read_flag(struct reading *reading, const char *word)
{
	const struct lbr_keyword *keyword = find(reading, word);
	bool given = true;

	if (keyword == NULL)
		return;
	if (keyword->kind != LBR_VALUE_FLAG)
		complain(reading, word, keyword->word, LBR_WHY(VALUE_MISSING));
	else
		memcpy((char *)reading->out + keyword->offset, &given, sizeof(given));
}

/* Faults in the bytes themselves, before their meaning. `text` is a scratch copy with a closing NUL; `len` its true length. */
static bool is_sound(struct reading *reading, const char *text, size_t len)
{
	char clean[LBR_LINE_MAX + 1];
	size_t at = 0;

	if (len > LBR_LINE_MAX) {
		complain(reading, NULL, NULL, LBR_WHY(LINE_TOO_LONG), LBR_LINE_MAX);
		return false;
	}
	if (strlen(text) != len) {
		complain(reading, text + strlen(text), NULL, LBR_WHY(NUL_BYTE));
		return false;
	}
	if (strchr(text, '\r') != NULL) {
		complain(reading, strchr(text, '\r'), NULL, LBR_WHY(CARRIAGE_RETURN));
		return false;
	}
	memcpy(clean, text, len + 1);
	lbr_text_sanitise(clean, false);
	while (at < len && clean[at] == text[at])
		at++;
	if (at < len)
		complain(reading, text + at, NULL, LBR_WHY(CONTROL_CHARACTER));
	return at == len;
}

static char *cut_spaces(char *text)
{
	size_t len;

	text += strspn(text, " ");
	for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
	return text;
}

static void read_line(struct reading *reading, const char *bytes, size_t len)
{
	char line[LBR_LINE_MAX + 1];
	size_t copied = len < sizeof(line) ? len : sizeof(line) - 1;
	char *word, *equals;

	memcpy(line, bytes, copied);
	line[copied] = '\0';
	reading->text = line;
	if (!is_sound(reading, line, len) || line[0] == '#')
		return;
	word = cut_spaces(line);
	equals = strchr(word, '=');
	if (equals != NULL) {
		*equals = '\0';
		read_pair(reading, cut_spaces(word), cut_spaces(equals + 1));
	} else if (*word != '\0') {
		complain(reading, word, NULL, LBR_WHY(NOT_A_LINE));
	}
}

enum lbr_error lbr_grammar_read_text(const char *file, const char *text, size_t len, const struct lbr_keyword *table,
                                     void *out, lbr_fault *fault, void *context)
{
	struct reading reading = { .where = file, .table = table, .out = out, .fault = fault, .context = context };
	struct lbr_reason reason;
	const char *end;

	while (len > 0) {
		end = memchr(text, '\n', len);
		reading.line++;
		read_line(&reading, text, end != NULL ? (size_t)(end - text) : len);
		if (end == NULL) {
			lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(LAST_LINE_OPEN));
			lbr_reason_prefix_clause(&reason, LBR_WHY(END_OF_FILE));
			report(&reading, NULL, NULL, &reason);
			break;
		}
		len -= (size_t)(end - text) + 1;
		text = end + 1;
	}
	return reading.failed ? LBR_ERR_SYNTAX : LBR_OK;
}

static void read_argument(struct reading *reading, const char *argument)
{
	size_t len = strlen(argument), copied = len < LBR_LINE_MAX ? len : LBR_LINE_MAX;
	char word[LBR_LINE_MAX + 1], *equals;

	memcpy(word, argument, copied);
	word[copied] = '\0';
	reading->text = word;
	if (!is_sound(reading, word, len))
		return;
	equals = strchr(word, '=');
	if (equals == NULL) {
		read_flag(reading, word);
		return;
	}
	*equals = '\0';
	read_pair(reading, word, equals + 1);
}

enum lbr_error lbr_grammar_read_words(const char *what, int count, const char *const *words,
                                      const struct lbr_keyword *table, void *out, lbr_fault *fault, void *context)
{
	struct reading reading = { .where = what, .table = table, .out = out, .fault = fault, .context = context };
	int at;

	for (at = 0; at < count; at++) {
		reading.argument++;
		if (words[at] != NULL)
			read_argument(&reading, words[at]);
		else
			complain(&reading, NULL, NULL, LBR_WHY(NO_WORD));
	}
	return reading.failed ? LBR_ERR_SYNTAX : LBR_OK;
}

enum lbr_error lbr_grammar_read_value(const struct lbr_keyword *keyword, const char *value, void *out, struct lbr_reason *reason)
{
	if (lbr_value_read(keyword, value, out))
		return LBR_OK;
	lbr_value_allowed(keyword, reason);
	lbr_reason_prefix_clause(reason, LBR_WHY(NOT_ALLOWED), value);
	lbr_reason_prefix(reason, keyword->word);
	return LBR_ERR_SYNTAX;
}
