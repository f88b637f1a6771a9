/* One strict grammar for the configuration file and the module's arguments. */
#include <liberations/grammar.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/texts.h>

#include "grammar_value.h"

#define SENTENCE_MAX 640
#define SHOWN_MAX 60 /* bytes of a wrong word that a sentence repeats */

struct reading {
	const char               *where;
	const struct lbr_keyword *table;
	void                     *out;
	lbr_fault                *fault;
	void                     *context;
	unsigned                  line; /* 0: words, not lines */
	uint64_t                  seen; /* one bit for each keyword of the table */
	bool                      failed;
};

/* The word is what somebody wrote, so it is cut and cleaned before a log or a terminal meets it. */
static void complain(struct reading *reading, const char *word, const char *cause)
{
	char sentence[SENTENCE_MAX], line[32] = "";

	reading->failed = true;
	if (reading->line > 0)
		snprintf(line, sizeof(line), "line %u: ", reading->line);
	snprintf(sentence, sizeof(sentence), "%.*s: %s%.*s: %s", 255, reading->where, line, SHOWN_MAX, word, cause);
	lbr_text_sanitise(sentence, false);
	if (reading->fault != NULL)
		reading->fault(reading->context, sentence);
}

/* The keyword, noted as seen; or NULL and a fault. */
static const struct lbr_keyword *find(struct reading *reading, const char *word)
{
	unsigned at;

	for (at = 0; at < 64 && reading->table[at].word != NULL; at++) {
		if (strcmp(reading->table[at].word, word) != 0)
			continue;
		if (reading->seen >> at & 1) {
			complain(reading, word, "given twice, once is allowed");
			return NULL;
		}
		reading->seen |= UINT64_C(1) << at;
		return &reading->table[at];
	}
	complain(reading, word, "no such keyword");
	return NULL;
}

static void read_pair(struct reading *reading, const char *word, const char *value)
{
	const struct lbr_keyword *keyword = find(reading, word);
	char allowed[160], cause[SENTENCE_MAX / 2];

	if (keyword == NULL || lbr_value_read(keyword, value, reading->out))
		return;
	lbr_value_allowed(keyword, allowed, sizeof(allowed));
	snprintf(cause, sizeof(cause), "\"%.*s\" is not allowed; allowed: %s", SHOWN_MAX, value, allowed);
	complain(reading, word, cause);
}

static void read_flag(struct reading *reading, const char *word)
{
	const struct lbr_keyword *keyword = find(reading, word);
	bool given = true;

	if (keyword == NULL)
		return;
	if (keyword->kind != LBR_VALUE_FLAG)
		complain(reading, word, "a value is missing: write KEYWORD=VALUE");
	else
		memcpy((char *)reading->out + keyword->offset, &given, sizeof(given));
}

/* Faults of the bytes alone, whatever they mean. `text` is a scratch copy with a closing NUL; `len` its true length. */
static bool is_sound(struct reading *reading, const char *text, size_t len)
{
	char word[SHOWN_MAX], cause[64], clean[LBR_LINE_MAX + 1];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(text, " =\r"), text);
	if (len > LBR_LINE_MAX) {
		snprintf(cause, sizeof(cause), "longer than the %d bytes that are allowed", LBR_LINE_MAX);
		complain(reading, word, cause);
		return false;
	}
	if (strlen(text) != len) {
		complain(reading, word, "a NUL byte");
		return false;
	}
	if (strchr(text, '\r') != NULL) {
		complain(reading, word, "a carriage return; lines end with a line feed alone");
		return false;
	}
	memcpy(clean, text, len + 1);
	lbr_text_sanitise(clean, false);
	if (strcmp(clean, text) != 0)
		complain(reading, word, "a control character (a tab is one) or bytes that are not UTF-8");
	return strcmp(clean, text) == 0;
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
	if (!is_sound(reading, line, len) || line[0] == '#')
		return;
	word = cut_spaces(line);
	equals = strchr(word, '=');
	if (equals != NULL) {
		*equals = '\0';
		read_pair(reading, cut_spaces(word), cut_spaces(equals + 1));
	} else if (*word != '\0') {
		complain(reading, word, "not a line \"keyword = value\"");
	}
}

enum lbr_error lbr_grammar_read_text(const char *file, const char *text, size_t len, const struct lbr_keyword *table,
                                     void *out, lbr_fault *fault, void *context)
{
	struct reading reading = { file, table, out, fault, context, 0, 0, false };
	const char *end;

	while (len > 0) {
		end = memchr(text, '\n', len);
		reading.line++;
		read_line(&reading, text, end != NULL ? (size_t)(end - text) : len);
		if (end == NULL) {
			complain(&reading, "end of file", "the last line has no line feed; the file may have been cut short");
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
	struct reading reading = { what, table, out, fault, context, 0, 0, false };
	int at;

	for (at = 0; at < count; at++) {
		if (words[at] != NULL)
			read_argument(&reading, words[at]);
		else
			complain(&reading, "(null)", "no word");
	}
	return reading.failed ? LBR_ERR_SYNTAX : LBR_OK;
}
