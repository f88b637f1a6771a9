/* What separates the cells of a file. */
#include "sheet_parts.h"

#include <string.h>

static const char delimiters[] = ";,\t";

void cli_sheet_step(const struct cli_sheet *sheet, struct sheet_at *at)
{
	if (sheet->text[at->index++] == '\n') {
		at->place.line++;
		at->place.column = 1;
	} else {
		at->place.column++;
	}
}

void cli_sheet_pass_line(const struct cli_sheet *sheet, struct sheet_at *at)
{
	while (at->index < sheet->len && sheet->text[at->index] != '\n')
		cli_sheet_step(sheet, at);
	if (at->index < sheet->len)
		cli_sheet_step(sheet, at);
}

static bool is_delimiter(uint32_t point)
{
	return point != 0 && point < 0x80 && strchr(delimiters, (int)point) != NULL;
}

static bool says(const struct cli_sheet *sheet, size_t at, const char *word)
{
	for (; *word != '\0'; word++, at++)
		if (at >= sheet->len || (sheet->text[at] | 0x20) != ((uint32_t)(unsigned char)*word | 0x20))
			return false;
	return true;
}

/* Excel's own line: the delimiter of the rest, with or without quotes around the line. */
static bool read_sep(struct cli_sheet *sheet)
{
	struct sheet_at at = sheet->at;
	bool quoted = at.index < sheet->len && sheet->text[at.index] == '"';
	size_t sign = at.index + quoted + strlen("sep="), end;

	if (!says(sheet, at.index + quoted, "sep="))
		return true;
	if (sign < sheet->len && is_delimiter(sheet->text[sign]))
		sheet->delimiter = sheet->text[sign];
	for (end = sign; end < sheet->len && sheet->text[end] != '\n'; end++)
		if (sheet->text[end] != '"' && sheet->text[end] != ' ' && !is_delimiter(sheet->text[end]))
			sheet->delimiter = 0;
	cli_sheet_pass_line(sheet, &sheet->at);
	return sheet->delimiter != 0;
}

/* The one that the first row with any has most of, outside quotes. */
static uint32_t choose(const struct cli_sheet *sheet)
{
	size_t counts[sizeof(delimiters) - 1] = { 0 }, most = 0, at, of;
	bool quoted = false;

	for (at = sheet->at.index; at < sheet->len; at++) {
		uint32_t point = sheet->text[at];

		quoted = quoted != (point == '"');
		if (!quoted && is_delimiter(point))
			counts[strchr(delimiters, (int)point) - delimiters]++;
		if (point != '\n' || quoted)
			continue;
		if (counts[0] + counts[1] + counts[2] > 0)
			break;
	}
	for (of = 1; of < sizeof(counts) / sizeof(counts[0]); of++)
		if (counts[of] > counts[most])
			most = of;
	return counts[most] > 0 ? (uint32_t)delimiters[most] : ',';
}

bool cli_sheet_find_delimiter(struct cli_sheet *sheet)
{
	bool told = read_sep(sheet);

	if (sheet->delimiter == 0)
		sheet->delimiter = choose(sheet);
	return told;
}

bool cli_sheet_is_blank(const struct cli_sheet *sheet, uint32_t point)
{
	/* A no-break blank, wide or narrow or of no width, and the mark of UTF-8 where two files were joined. */
	return point != sheet->delimiter && (point == ' ' || point == '\t' || point == 0xa0 || point == 0x202f ||
	                                     point == 0x2007 || point == 0x200b || point == 0x2060 || point == 0xfeff);
}
