/* The people whom a verb is for. */
#include "people_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "reason.h"

static enum cli_status add(const struct cli *cli, struct people *people, const struct person *person)
{
	size_t room = people->room > 0 ? people->room * 2 : 16;
	struct person *list;

	if (people->count == people->room) {
		list = reallocarray(people->list, room, sizeof(*list));
		if (list == NULL)
			return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
		people->list = list;
		people->room = room;
	}
	people->list[people->count++] = *person;
	return CLI_DONE;
}

void cli_people_free(struct people *people)
{
	free(people->list);
	*people = (struct people){ .list = NULL };
}

void cli_people_locate(struct cli *cli, const struct person *person, struct csv_where *where)
{
	cli->where = NULL;
	if (person == NULL || person->line == 0)
		return;
	snprintf(where->text, sizeof(where->text), "%.120s: %s %u, %s %u", cli_safe(cli->csv),
	         cli_text(TEXT_LINE, cli->language), person->line, cli_text(TEXT_COLUMN, cli->language), person->column);
	cli->where = where->text;
}

enum cli_status cli_people_keep(const struct cli *cli, struct people *people, const struct person *person, enum cli_status worst)
{
	enum cli_status status = person->name[0] != '\0' ? add(cli, people, person) : CLI_DONE;

	return status > worst ? status : worst;
}

static enum cli_status read_words(struct cli *cli, struct people *people)
{
	enum cli_status worst = CLI_DONE, status;
	int at;

	for (at = 0; at < cli->count; at++) {
		struct person person = { .language = LBR_LANGUAGE_NONE };

		status = people->names_only ? cli_person_take_name(cli, cli->words[at], &person)
		                            : cli_person_take(cli, cli->words[at], &person);
		if (status == CLI_DONE && cli_has(cli, CLI_CONTACT))
			status = cli_person_set_contact(cli, cli->contact, &person);
		worst = cli_people_keep(cli, people, &person, status > worst ? status : worst);
	}
	return worst;
}

static enum cli_status read_file(struct cli *cli, struct people *people)
{
	struct cli_whole_file csv;
	enum cli_status status = cli_whole_file_read(cli, cli->csv, SHEET_BYTES_MAX, &csv);

	if (status == CLI_DONE && csv.len > SHEET_BYTES_MAX)
		status = cli_fail(cli, CLI_USAGE, TEXT_CSV_SIZE, cli_safe(cli->csv), NULL);
	if (status == CLI_DONE)
		status = cli_people_read_sheet(cli, &csv, people);
	cli_whole_file_free(&csv);
	return status;
}

enum cli_status cli_people_read(struct cli *cli, struct people *people)
{
	enum cli_status worst = cli_has(cli, CLI_CSV) ? read_file(cli, people) : read_words(cli, people);
	enum cli_status status = cli_people_find_doubles(cli, people);

	return status > worst ? status : worst;
}
