/* Rows of cells. */
#include "sheet_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include <liberations/secret.h>

#define UTF8_MAX 4

struct cli_sheet *cli_sheet_open(const void *bytes, size_t len)
{
	struct cli_sheet *sheet = calloc(1, sizeof(*sheet));

	if (sheet == NULL)
		return NULL;
	sheet->at.place = (struct sheet_place){ 1, 1 };
	sheet->cells = malloc(SHEET_CELLS_MAX * (SHEET_CELL_MAX + UTF8_MAX + 1));
	if (sheet->cells != NULL && cli_sheet_decode(bytes, len, sheet))
		return sheet;
	cli_sheet_close(sheet);
	return NULL;
}

void cli_sheet_close(struct cli_sheet *sheet)
{
	if (sheet == NULL)
		return;
	if (sheet->text != NULL)
		lbr_wipe(sheet->text, sheet->size);
	if (sheet->cells != NULL)
		lbr_wipe(sheet->cells, SHEET_CELLS_MAX * (SHEET_CELL_MAX + UTF8_MAX + 1));
	free(sheet->text);
	free(sheet->cells);
	free(sheet);
}

/* What no cell may hold. A line feed is allowed only within quotes. */
static enum sheet_answer judge(uint32_t point)
{
	if (point == SHEET_UNDECODED)
		return SHEET_ENCODING;
	if ((point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point <= 0x9f))
		return SHEET_CONTROL;
	/* The ends of lines and of paragraphs, and what turns the direction of text. */
	if ((point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
		return SHEET_CONTROL;
	return SHEET_ROW;
}

static bool is_at_end(const struct cli_sheet *sheet, const struct sheet_at *at)
{
	return at->index >= sheet->len || sheet->text[at->index] == '\n' || sheet->text[at->index] == sheet->delimiter;
}

static void pass_blanks(const struct cli_sheet *sheet, struct sheet_at *at)
{
	while (at->index < sheet->len && cli_sheet_is_blank(sheet, sheet->text[at->index]))
		cli_sheet_step(sheet, at);
}

/* Adds the code point at `at` to the cell that began at `begun`. */
static enum sheet_answer take_point(struct cli_sheet *sheet, const struct sheet_at *at, size_t begun)
{
	uint32_t point = sheet->text[at->index];
	enum sheet_answer answer = cli_sheet_is_blank(sheet, point) ? SHEET_ROW : judge(point);
	int taken;

	if (answer != SHEET_ROW)
		return answer;
	taken = u8_uctomb((uint8_t *)sheet->cells + sheet->filled, point, UTF8_MAX);
	if (taken <= 0)
		return SHEET_ENCODING;
	sheet->filled += (size_t)taken;
	return sheet->filled - begun <= SHEET_CELL_MAX ? SHEET_ROW : SHEET_TOO_LONG;
}

/* `at` is behind the opening quote, and on success behind the closing one. */
static enum sheet_answer read_quoted(struct cli_sheet *sheet, struct sheet_at *at, size_t begun)
{
	enum sheet_answer answer = SHEET_ROW;
	size_t kept = begun;

	for (; answer == SHEET_ROW && at->index < sheet->len; cli_sheet_step(sheet, at)) {
		bool blank = cli_sheet_is_blank(sheet, sheet->text[at->index]);

		if (sheet->text[at->index] == '"') {
			cli_sheet_step(sheet, at);
			if (at->index >= sheet->len || sheet->text[at->index] != '"') {
				sheet->filled = kept;
				return SHEET_ROW;
			}
		}
		if (blank && kept == begun)
			continue;
		answer = take_point(sheet, at, begun);
		if (answer != SHEET_ROW)
			return answer;
		if (!blank)
			kept = sheet->filled;
	}
	return SHEET_OPEN;
}

static enum sheet_answer read_plain(struct cli_sheet *sheet, struct sheet_at *at, size_t begun)
{
	enum sheet_answer answer;
	size_t kept = sheet->filled;

	for (; !is_at_end(sheet, at); cli_sheet_step(sheet, at)) {
		if (sheet->text[at->index] == '"')
			return SHEET_QUOTE;
		answer = take_point(sheet, at, begun);
		if (answer != SHEET_ROW)
			return answer;
		if (!cli_sheet_is_blank(sheet, sheet->text[at->index]))
			kept = sheet->filled;
	}
	sheet->filled = kept;
	return SHEET_ROW;
}

/* A quote that closes on another line, or too late, was most likely never meant to: its own place is the one to look at. */
static enum sheet_answer read_cell(struct cli_sheet *sheet, struct sheet_at *at, struct sheet_cell *cell)
{
	size_t begun = sheet->filled;
	enum sheet_answer answer;
	bool quoted;

	pass_blanks(sheet, at);
	cell->place = at->place;
	quoted = at->index < sheet->len && sheet->text[at->index] == '"';
	if (quoted) {
		cli_sheet_step(sheet, at);
		answer = read_quoted(sheet, at, begun);
		if (answer == SHEET_ROW) {
			pass_blanks(sheet, at);
			answer = is_at_end(sheet, at) ? SHEET_ROW : SHEET_QUOTE;
		}
		if (answer != SHEET_ROW && (answer == SHEET_OPEN || at->place.line != cell->place.line)) {
			at->place = cell->place;
			answer = SHEET_OPEN;
		}
	} else {
		answer = read_plain(sheet, at, begun);
	}
	cell->text = sheet->cells + begun;
	sheet->cells[sheet->filled++] = '\0';
	return answer;
}

static enum sheet_answer read_row(struct cli_sheet *sheet, struct sheet_at *at, struct sheet_row *row)
{
	enum sheet_answer answer = SHEET_ROW;

	sheet->filled = 0;
	for (row->count = 0; answer == SHEET_ROW; cli_sheet_step(sheet, at)) {
		if (row->count == SHEET_CELLS_MAX)
			return SHEET_TOO_MANY;
		answer = read_cell(sheet, at, &row->cells[row->count++]);
		if (answer != SHEET_ROW || at->index >= sheet->len || sheet->text[at->index] == '\n')
			break;
	}
	row->end = at->place;
	return answer;
}

static bool is_empty(const struct sheet_row *row)
{
	size_t at;

	for (at = 0; at < row->count; at++)
		if (row->cells[at].text[0] != '\0')
			return false;
	return true;
}

enum sheet_answer cli_sheet_next(struct cli_sheet *sheet, struct sheet_row *row, struct sheet_place *place)
{
	enum sheet_answer answer = SHEET_ROW;

	*place = sheet->at.place;
	if (!sheet->begun) {
		sheet->begun = true;
		if (!cli_sheet_find_delimiter(sheet))
			return SHEET_SEP;
	}
	while (sheet->at.index < sheet->len) {
		struct sheet_at at = sheet->at;

		answer = read_row(sheet, &at, row);
		*place = at.place;
		if (answer == SHEET_ROW)
			sheet->at = at;
		cli_sheet_pass_line(sheet, &sheet->at);
		if (answer != SHEET_ROW || !is_empty(row))
			return answer;
	}
	return SHEET_END;
}
