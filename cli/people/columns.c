#include "columns.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>

struct word {
	const char *folded;
	int         means;
};

static const struct word headings[] = {
#define COLUMN_WORD(word, kind) { word, COLUMN_##kind },
#include "columns.def"
#undef COLUMN_WORD
	{ NULL, COLUMN_UNKNOWN },
};

static const struct word languages[] = {
	{ "fr", LBR_LANGUAGE_FR }, { "francais", LBR_LANGUAGE_FR }, { "french", LBR_LANGUAGE_FR }, { "frca", LBR_LANGUAGE_FR },
	{ "frfr", LBR_LANGUAGE_FR }, { "frbe", LBR_LANGUAGE_FR }, { "frch", LBR_LANGUAGE_FR }, { "frcautf8", LBR_LANGUAGE_FR },
	{ "en", LBR_LANGUAGE_EN }, { "anglais", LBR_LANGUAGE_EN }, { "english", LBR_LANGUAGE_EN }, { "enca", LBR_LANGUAGE_EN },
	{ "enus", LBR_LANGUAGE_EN }, { "engb", LBR_LANGUAGE_EN }, { "encautf8", LBR_LANGUAGE_EN }, { NULL, LBR_LANGUAGE_NONE },
};

void cli_columns_fold(const char *text, char ret[COLUMN_FOLDED_MAX + 1])
{
	size_t len = 0, at, used = 0;
	uint8_t *folded = u8_casefold((const uint8_t *)text, strlen(text), NULL, UNINORM_NFKD, NULL, &len);

	for (at = 0; folded != NULL && at < len && used < COLUMN_FOLDED_MAX; at++)
		if (folded[at] < 0x80 && isalnum(folded[at]) != 0)
			ret[used++] = (char)folded[at];
	ret[used] = '\0';
	free(folded);
}

static int look_up(const struct word *words, const char *text)
{
	char folded[COLUMN_FOLDED_MAX + 1];

	cli_columns_fold(text, folded);
	while (words->folded != NULL && strcmp(words->folded, folded) != 0)
		words++;
	return words->means;
}

enum lbr_language cli_columns_language(const char *text)
{
	return (enum lbr_language)look_up(languages, text);
}

bool cli_columns_have(const struct people_columns *columns, enum column_kind kind)
{
	size_t at;

	for (at = 0; at < columns->count; at++)
		if (columns->kinds[at] == kind)
			return true;
	return false;
}

bool cli_columns_is_half(const struct people_columns *columns, enum column_kind kind)
{
	return (kind == COLUMN_PHONE && !columns->provider && !cli_columns_have(columns, COLUMN_CARRIER)) ||
	       (kind == COLUMN_CARRIER && !cli_columns_have(columns, COLUMN_PHONE));
}

static void set_usual(struct people_columns *ret)
{
	static const enum column_kind usual[] = { COLUMN_USER, COLUMN_CONTACT, COLUMN_LANGUAGE, COLUMN_FULL_NAME };

	ret->count = sizeof(usual) / sizeof(usual[0]);
	memcpy(ret->kinds, usual, sizeof(usual));
}

bool cli_columns_read(const struct sheet_row *row, struct people_columns *ret)
{
	bool known = false;
	size_t at;

	ret->count = row->count;
	for (at = 0; at < row->count; at++) {
		const char *text = row->cells[at].text;

		ret->kinds[at] = text[0] == '\0' ? COLUMN_UNNAMED : (enum column_kind)look_up(headings, text);
		known = known || ret->kinds[at] > COLUMN_UNKNOWN;
	}
	if (!known)
		set_usual(ret);
	/* A single name is the whole of it. */
	for (at = 0; at < ret->count && !cli_columns_have(ret, COLUMN_GIVEN); at++)
		if (ret->kinds[at] == COLUMN_FAMILY && !cli_columns_have(ret, COLUMN_FULL_NAME))
			ret->kinds[at] = COLUMN_FULL_NAME;
	return known;
}
