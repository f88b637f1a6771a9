/* A file of a spreadsheet: every row has sound cells, every fault a place in the text, and reading ends. */
#include "fuzz.h"

#include <string.h>
#include <unistr.h>

#include "sheet.h"

static void try_row(const struct sheet_row *row)
{
	size_t at;

	fuzz_expect(row->count >= 1 && row->count <= SHEET_CELLS_MAX, "the cells of a row");
	for (at = 0; at < row->count; at++) {
		const char *text = row->cells[at].text;

		fuzz_expect(strlen(text) <= SHEET_CELL_MAX, "a cell's bound");
		fuzz_expect(u8_check((const uint8_t *)text, strlen(text)) == NULL, "a cell's encoding");
		fuzz_expect(strpbrk(text, "\r\033") == NULL && text[0] != ' ', "a cell's characters");
		fuzz_expect(row->cells[at].place.line >= 1 && row->cells[at].place.column >= 1, "a cell's place");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cli_sheet *sheet = cli_sheet_open(data, size);
	struct sheet_place place;
	struct sheet_row row;
	enum sheet_answer answer;
	unsigned line = 0;

	fuzz_expect(sheet != NULL, "memory");
	while ((answer = cli_sheet_next(sheet, &row, &place)) != SHEET_END) {
		if (answer == SHEET_ROW)
			try_row(&row);
		fuzz_expect(place.line >= line && place.line <= size + 1 && place.column <= size + 1, "a place");
		line = answer == SHEET_ROW ? place.line : line;
	}
	cli_sheet_close(sheet);
	return 0;
}
