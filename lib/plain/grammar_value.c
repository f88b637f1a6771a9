/* One value of the grammar. */
#include "grammar_value.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <liberations/address.h>
#include <liberations/calendar.h>

#define MONTHS_MAX 1200
#define DAYS_MAX LBR_AGE_COUNT_MAX

struct unit {
	const char *word;
	unsigned    factor;
};

static const struct unit duration_units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };
#define DURATION_UNITS (sizeof(duration_units) / sizeof(duration_units[0]))

/* Reads decimal digits without sign, leading zero or overflow. Returns what follows them, or NULL. */
static const char *read_digits(const char *text, unsigned *ret)
{
	unsigned number = 0;
	const char *at;

	for (at = text; *at >= '0' && *at <= '9'; at++) {
		unsigned digit = (unsigned)(*at - '0');

		if (number > (UINT_MAX - digit) / 10)
			return NULL;
		number = number * 10 + digit;
	}
	if (at == text || (text[0] == '0' && at - text > 1))
		return NULL;
	*ret = number;
	return at;
}

static bool put_unsigned(const struct lbr_keyword *keyword, unsigned number, char *field)
{
	if (number < keyword->min || number > keyword->max)
		return false;
	memcpy(field, &number, sizeof(number));
	return true;
}

static bool read_number(const struct lbr_keyword *keyword, const char *value, char *field)
{
	unsigned number;
	const char *rest = read_digits(value, &number);

	return rest != NULL && *rest == '\0' && put_unsigned(keyword, number, field);
}

static bool read_duration(const struct lbr_keyword *keyword, const char *value, char *field)
{
	unsigned number;
	const char *rest = read_digits(value, &number);
	size_t at;

	if (rest == NULL || *rest != ' ')
		return false;
	for (at = 0; at < DURATION_UNITS; at++)
		if (strcmp(rest + 1, duration_units[at].word) == 0)
			return number <= UINT_MAX / duration_units[at].factor &&
			       put_unsigned(keyword, number * duration_units[at].factor, field);
	return false;
}

static bool read_age(const char *value, char *field)
{
	struct lbr_age age = { LBR_AGE_NEVER, 0 };
	const char *rest;

	if (strcmp(value, "never") != 0 && strcmp(value, "0") != 0) {
		rest = read_digits(value, &age.count);
		if (rest == NULL)
			return false;
		if (strcmp(rest, " months") == 0 || strcmp(rest, " month") == 0)
			age.unit = LBR_AGE_MONTHS;
		else if (strcmp(rest, " days") == 0 || strcmp(rest, " day") == 0)
			age.unit = LBR_AGE_DAYS;
		else
			return false;
		if (age.count > (age.unit == LBR_AGE_MONTHS ? MONTHS_MAX : DAYS_MAX))
			return false;
		if (age.count == 0)
			age.unit = LBR_AGE_NEVER;
	}
	memcpy(field, &age, sizeof(age));
	return true;
}

static bool read_word(const struct lbr_keyword *keyword, const char *value, char *field)
{
	int at;

	for (at = 0; keyword->words[at] != NULL; at++)
		if (strcmp(keyword->words[at], value) == 0) {
			at += (int)keyword->min;
			memcpy(field, &at, sizeof(at));
			return true;
		}
	return false;
}

static bool read_text(const struct lbr_keyword *keyword, const char *value, char *field)
{
	size_t len = strlen(value);

	if (len == 0 || len >= keyword->max)
		return false;
	memset(field, 0, keyword->max);
	memcpy(field, value, len);
	return true;
}

/* A file of another grammar would take these marks away; here they would show on every phone. */
static bool is_quoted(const char *value)
{
	static const char *const pairs[][2] = {
		{ "\"", "\"" }, { "'", "'" }, { "\302\253", "\302\273" }, { "\342\200\234", "\342\200\235" },
		{ "\342\200\230", "\342\200\231" },
	};
	size_t at, len = strlen(value);

	for (at = 0; at < sizeof(pairs) / sizeof(pairs[0]); at++) {
		size_t open = strlen(pairs[at][0]), close = strlen(pairs[at][1]);

		if (len >= open + close && memcmp(value, pairs[at][0], open) == 0 && strcmp(value + len - close, pairs[at][1]) == 0)
			return true;
	}
	return false;
}

/* An absolute path, and each component a real name: no empty one, no ".", no "..". */
static bool is_path(const char *value)
{
	if (*value != '/')
		return false;
	while (*value == '/') {
		size_t len = strcspn(++value, "/");

		if (len == 0 || (len == 1 && value[0] == '.') || (len == 2 && value[0] == '.' && value[1] == '.'))
			return false;
		value += len;
	}
	return true;
}

static bool may_be_none(const struct lbr_keyword *keyword)
{
	return keyword->min == 1 && (keyword->kind == LBR_VALUE_PATH || keyword->kind == LBR_VALUE_TEXT ||
	                             keyword->kind == LBR_VALUE_LABEL);
}

bool lbr_value_read(const struct lbr_keyword *keyword, const char *value, void *out)
{
	char *field = (char *)out + keyword->offset;

	if (may_be_none(keyword) && strcmp(value, "none") == 0) {
		memset(field, 0, keyword->max);
		return true;
	}
	switch (keyword->kind) {
	case LBR_VALUE_FLAG: return false; /* a flag has no value */
	case LBR_VALUE_WORD: return read_word(keyword, value, field);
	case LBR_VALUE_NUMBER: return read_number(keyword, value, field);
	case LBR_VALUE_DURATION: return read_duration(keyword, value, field);
	case LBR_VALUE_AGE: return read_age(value, field);
	case LBR_VALUE_PATH: return is_path(value) && read_text(keyword, value, field);
	case LBR_VALUE_TEXT: return !is_quoted(value) && read_text(keyword, value, field);
	case LBR_VALUE_LABEL: return !is_quoted(value) && strchr(value, ':') == NULL && read_text(keyword, value, field);
	case LBR_VALUE_ADDRESS: return lbr_address_is_sound(value, true) && read_text(keyword, value, field);
	}
	return false;
}

/* "auto, en or fr"; what does not fit is left out. */
static void describe_words(const char *const *words, struct lbr_reason *ret)
{
	char but_last[128] = "";
	size_t used = 0;

	for (; words[1] != NULL; words++) {
		if (strlen(*words) + 2 >= sizeof(but_last) - used)
			break;
		used += (size_t)snprintf(but_last + used, sizeof(but_last) - used, "%s%s", used == 0 ? "" : ", ", *words);
	}
	lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(EITHER_WORD), but_last, *words);
}

/* The largest unit that needs no fraction. */
static struct unit best_unit(unsigned seconds)
{
	size_t at = 0;

	while (seconds == 0 || seconds % duration_units[at].factor != 0) {
		if (at == DURATION_UNITS - 1)
			break;
		at++;
	}
	return duration_units[at];
}

static void describe_duration(const struct lbr_keyword *keyword, struct lbr_reason *ret)
{
	struct unit low = best_unit(keyword->min), high = best_unit(keyword->max);

	lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(DURATION), keyword->min / low.factor, low.word, keyword->max / high.factor,
	         high.word);
}

static void describe_text(const struct lbr_keyword *keyword, struct lbr_reason *ret)
{
	unsigned most = keyword->max - 1;
	bool or_none = may_be_none(keyword);

	if (keyword->kind == LBR_VALUE_PATH && or_none)
		lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(PATH_OR_NONE), most);
	else if (keyword->kind == LBR_VALUE_PATH)
		lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(PATH), most);
	else if (keyword->kind == LBR_VALUE_LABEL && or_none)
		lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(LABEL_OR_NONE), most);
	else if (keyword->kind == LBR_VALUE_LABEL)
		lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(LABEL), most);
	else if (or_none)
		lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(TEXT_OR_NONE), most);
	else
		lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(TEXT), most);
}

void lbr_value_allowed(const struct lbr_keyword *keyword, struct lbr_reason *ret)
{
	switch (keyword->kind) {
	case LBR_VALUE_FLAG: lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(NO_VALUE)); break;
	case LBR_VALUE_WORD: describe_words(keyword->words, ret); break;
	case LBR_VALUE_NUMBER: lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(NUMBER), keyword->min, keyword->max); break;
	case LBR_VALUE_DURATION: describe_duration(keyword, ret); break;
	case LBR_VALUE_AGE: lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(AGE), MONTHS_MAX, DAYS_MAX); break;
	case LBR_VALUE_PATH:
	case LBR_VALUE_TEXT:
	case LBR_VALUE_LABEL: describe_text(keyword, ret); break;
	case LBR_VALUE_ADDRESS: lbr_fail(ret, LBR_ERR_SYNTAX, LBR_WHY(ADDRESS), keyword->max - 1); break;
	}
}
