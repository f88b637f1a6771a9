/* One person of a file: each fault names its own cell. */
#include "people_parts.h"

#include <string.h>

static enum cli_status take_language(const struct cli *cli, const char *text, struct person *person)
{
	person->language = cli_columns_language(text);
	return person->language != LBR_LANGUAGE_NONE ? CLI_DONE : cli_fail(cli, CLI_USAGE, TEXT_CSV_LANGUAGE, cli_safe(text), NULL);
}

/* The parts of a name are joined in the order in which it is said; a line end within one is a blank. */
static enum cli_status add_name(const struct cli *cli, const char *text, struct person *person)
{
	size_t len = strlen(person->full_name), more = strlen(text);
	char *at;

	if (len + (len > 0) + more >= sizeof(person->full_name))
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_FULL_NAME, NULL);
	if (len > 0)
		person->full_name[len++] = ' ';
	memcpy(person->full_name + len, text, more + 1);
	for (at = person->full_name; *at != '\0'; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return CLI_DONE;
}

static enum cli_status take_cell(const struct cli *cli, bool provider, enum column_kind kind, const char *text,
                                 struct person *person)
{
	switch (kind) {
	case COLUMN_USER:
		return cli_person_take(cli, text, person);
	case COLUMN_CONTACT:
		return text[0] == '\0' ? CLI_DONE : cli_person_set_contact(cli, text, person);
	case COLUMN_PHONE:
		return text[0] == '\0' ? CLI_DONE : cli_people_take_phone(cli, text, person);
	case COLUMN_CARRIER:
		return cli_people_take_carrier(cli, provider, text, person);
	case COLUMN_LANGUAGE:
		return text[0] == '\0' ? CLI_DONE : take_language(cli, text, person);
	case COLUMN_FULL_NAME:
	case COLUMN_GIVEN:
	case COLUMN_FAMILY:
		return text[0] == '\0' ? CLI_DONE : add_name(cli, text, person);
	case COLUMN_UNNAMED:
		return text[0] == '\0' ? CLI_DONE : cli_fail(cli, CLI_USAGE, TEXT_CSV_EXTRA, NULL);
	default:
		return CLI_DONE; /* judged with the headings */
	}
}

/* The cells of one kind, or of all others. */
static enum cli_status take_cells(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                  enum column_kind kind, struct person *person)
{
	enum cli_status worst = CLI_DONE, status;
	struct person at_cell = { .line = 0 };
	struct csv_where where;
	size_t at;

	for (at = 0; at < row->count || at < columns->count; at++) {
		const struct sheet_cell missing = { "", row->end }, *cell = at < row->count ? &row->cells[at] : &missing;
		enum column_kind found = at < columns->count ? columns->kinds[at] : COLUMN_UNNAMED;

		if (found != kind || cli_columns_is_half(columns, kind))
			continue; /* half a telephone was judged with the headings */
		at_cell.line = cell->place.line;
		at_cell.column = cell->place.column;
		cli_people_locate(cli, &at_cell, &where);
		status = take_cell(cli, columns->provider, kind, cell->text, person);
		if (kind == COLUMN_USER) {
			person->line = cell->place.line;
			person->column = cell->place.column;
		}
		worst = status > worst ? status : worst;
	}
	cli->where = NULL;
	return worst;
}

/* A row of another delimiter than the file's is one cell. */
static bool is_not_split(const struct sheet_row *row, const struct people_columns *columns)
{
	return row->count == 1 && columns->count > 1 && strpbrk(row->cells[0].text, ",;\t") != NULL;
}

enum cli_status cli_people_take_row_name(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                         struct person *person)
{
	const struct sheet_cell missing = { "", row->end }, *cell = &missing;
	enum cli_status status;
	struct csv_where where;
	size_t at;

	for (at = 0; at < columns->count && at < row->count; at++)
		if (columns->kinds[at] == COLUMN_USER)
			cell = &row->cells[at];
	person->line = cell->place.line;
	person->column = cell->place.column;
	if (is_not_split(row, columns))
		return cli_people_fail_at(cli, &cell->place, TEXT_CSV_DELIMITER, NULL);
	cli_people_locate(cli, person, &where);
	status = cli_person_take_name(cli, cell->text, person);
	cli->where = NULL;
	return status;
}

/* The name comes first: what the system knows of that user gives way to what the file says. */
enum cli_status cli_people_take_row(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                    struct person *person)
{
	static const enum column_kind order[] = { COLUMN_CONTACT, COLUMN_PHONE, COLUMN_CARRIER, COLUMN_LANGUAGE, COLUMN_FULL_NAME,
	                                          COLUMN_GIVEN, COLUMN_FAMILY, COLUMN_UNNAMED };
	char of_system[sizeof(person->full_name)];
	enum cli_status worst, status;
	size_t at;

	if (is_not_split(row, columns))
		return cli_people_fail_at(cli, &row->cells[0].place, TEXT_CSV_DELIMITER, NULL);
	worst = take_cells(cli, row, columns, COLUMN_USER, person);
	memcpy(of_system, person->full_name, sizeof(of_system));
	person->full_name[0] = '\0';
	for (at = 0; at < sizeof(order) / sizeof(order[0]); at++) {
		status = take_cells(cli, row, columns, order[at], person);
		worst = status > worst ? status : worst;
	}
	if (person->full_name[0] == '\0')
		memcpy(person->full_name, of_system, sizeof(of_system));
	return worst;
}
