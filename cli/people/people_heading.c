/* The first row of a list of people, where it names the columns. */
#include "people_parts.h"

#include <stdio.h>

/* Silence would lose what somebody believes was kept. A telephone gets no text message without its carrier. */
static enum cli_text why_not(const struct people_columns *columns, enum column_kind kind)
{
	switch (kind) {
	case COLUMN_UNKNOWN:
		return TEXT_COLUMN_UNKNOWN;
	case COLUMN_PASSWORD:
		return TEXT_COLUMN_PASSWORD;
	case COLUMN_PHONE:
		return cli_columns_is_half(columns, kind) ? TEXT_COLUMN_PHONE_ALONE : TEXT_BARE;
	case COLUMN_CARRIER:
		return cli_columns_is_half(columns, kind) ? TEXT_COLUMN_CARRIER_ALONE : TEXT_BARE;
	default:
		return TEXT_BARE;
	}
}

static bool is_passed_over(const struct cli *cli, const struct people_columns *columns, size_t at)
{
	return cli_has(cli, CLI_IGNORE) && why_not(columns, columns->kinds[at]) != TEXT_BARE;
}

static bool is_second(const struct people_columns *columns, size_t of)
{
	size_t at;

	for (at = 0; at < of; at++)
		if (columns->kinds[at] == columns->kinds[of] && columns->kinds[of] > COLUMN_UNKNOWN)
			return true;
	return false;
}

static void say_passed_over(const struct cli *cli, const struct sheet_row *row, const struct people_columns *columns)
{
	const char *before = " ";
	size_t at;

	for (at = 0; at < columns->count; at++) {
		if (!is_passed_over(cli, columns, at))
			continue;
		if (before[0] == ' ')
			(void)cli_fail(cli, CLI_DONE, TEXT_COLUMNS_IGNORED, NULL);
		fprintf(stderr, "%s%s", before[0] == ' ' ? "  " : before, cli_safe(row->cells[at].text));
		before = ", ";
	}
	if (before[0] == ',')
		fputc('\n', stderr);
}

enum cli_status cli_people_judge_heading(struct cli *cli, const struct sheet_row *row, const struct people_columns *columns,
                                         bool names_only)
{
	enum cli_status worst = CLI_DONE;
	size_t at;

	for (at = 0; at < columns->count; at++) {
		const struct sheet_cell *cell = &row->cells[at];

		if (is_passed_over(cli, columns, at) || (names_only && columns->kinds[at] != COLUMN_USER))
			continue;
		if (why_not(columns, columns->kinds[at]) != TEXT_BARE)
			worst = cli_people_fail_at(cli, &cell->place, why_not(columns, columns->kinds[at]), cell->text);
		else if (is_second(columns, at))
			worst = cli_people_fail_at(cli, &cell->place, TEXT_COLUMN_TWICE, cell->text);
	}
	if (!cli_columns_have(columns, COLUMN_USER))
		worst = cli_people_fail_at(cli, &row->cells[0].place, TEXT_COLUMN_NO_USER, NULL);
	if (worst == CLI_DONE && !names_only)
		say_passed_over(cli, row, columns);
	return worst;
}
