/* The rows of a file of people. */
#include "people_parts.h"

#include <errno.h>

#include "reason.h"

static enum cli_text text_of(enum sheet_answer answer)
{
	switch (answer) {
	case SHEET_ENCODING:
		return TEXT_CSV_ENCODING;
	case SHEET_CONTROL:
		return TEXT_CSV_CONTROL;
	case SHEET_TOO_LONG:
		return TEXT_CSV_TOO_LONG;
	case SHEET_TOO_MANY:
		return TEXT_CSV_TOO_MANY;
	case SHEET_QUOTE:
		return TEXT_CSV_QUOTE;
	case SHEET_OPEN:
		return TEXT_CSV_OPEN;
	default:
		return TEXT_CSV_SEP;
	}
}

enum cli_status cli_people_fail_at(struct cli *cli, const struct sheet_place *place, enum cli_text text, const char *word)
{
	const struct person at = { .line = place->line, .column = place->column };
	enum cli_status status;
	struct csv_where where;

	cli_people_locate(cli, &at, &where);
	status = cli_fail(cli, CLI_USAGE, text, word != NULL ? cli_safe(word) : NULL, NULL);
	cli->where = NULL;
	return status;
}

static enum cli_status take_row(struct cli *cli, struct people *people, const struct sheet_row *row,
                                const struct people_columns *columns)
{
	struct person person = { .language = LBR_LANGUAGE_NONE };
	enum cli_status status = people->names_only ? cli_people_take_row_name(cli, row, columns, &person)
	                                            : cli_people_take_row(cli, row, columns, &person);

	return cli_people_keep(cli, people, &person, status);
}

static enum cli_status read_rows(struct cli *cli, struct cli_sheet *sheet, struct people *people)
{
	struct people_columns columns = { .count = 0, .provider = people->provider };
	enum cli_status worst = CLI_DONE, status;
	enum sheet_answer answer;
	struct sheet_place place;
	struct sheet_row row;

	while ((answer = cli_sheet_next(sheet, &row, &place)) != SHEET_END) {
		bool first = columns.count == 0 && answer == SHEET_ROW;

		if (answer != SHEET_ROW)
			status = cli_people_fail_at(cli, &place, text_of(answer), NULL);
		else if (first && cli_columns_read(&row, &columns))
			status = cli_people_judge_heading(cli, &row, &columns, people->names_only);
		else
			status = take_row(cli, people, &row, &columns);
		worst = status > worst ? status : worst;
		if (columns.count > 0 && !cli_columns_have(&columns, COLUMN_USER))
			break; /* nobody has a name then */
	}
	return worst;
}

enum cli_status cli_people_read_sheet(struct cli *cli, const struct cli_whole_file *csv, struct people *people)
{
	struct cli_sheet *sheet = cli_sheet_open(csv->bytes, csv->len);
	enum cli_status status;

	if (sheet == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
	status = read_rows(cli, sheet, people);
	if (status == CLI_DONE && people->count == 0)
		status = cli_fail(cli, CLI_USAGE, TEXT_CSV_EMPTY, cli_safe(cli->csv), NULL);
	if (status == CLI_DONE)
		cli_people_tell_phones(cli);
	cli_sheet_close(sheet);
	return status;
}
