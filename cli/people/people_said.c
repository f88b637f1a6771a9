/* What concerns many people at once is said once, with the names below. */
#include "people.h"

#include <stdbool.h>
#include <stdio.h>

#include "fold.h"

#define INDENT 2

static bool is_skipped(const struct person *person)
{
	return person->skipped;
}

static bool lacks_user(const struct person *person)
{
	return !person->skipped && person->looked_up && !person->has_system_uid;
}

static void print_names(const struct people *people, bool (*is_meant)(const struct person *person))
{
	unsigned column = 0, width;
	size_t at;

	for (at = 0; at < people->count; at++) {
		if (!is_meant(&people->list[at]))
			continue;
		width = cli_text_width(people->list[at].name);
		if (column > 0 && column + 1 + width > FOLD_WIDTH) {
			fputc('\n', stderr);
			column = 0;
		}
		fprintf(stderr, "%*s%s", column == 0 ? INDENT : 1, "", people->list[at].name);
		column += (column == 0 ? INDENT : 1) + width;
	}
	fputc('\n', stderr);
}

static void say(const struct cli *cli, const struct people *people, enum cli_text text,
                bool (*is_meant)(const struct person *person))
{
	char number[24], all[24];
	size_t count = 0, at;

	for (at = 0; at < people->count; at++)
		count += is_meant(&people->list[at]);
	if (count == 0)
		return;
	snprintf(number, sizeof(number), "%zu", count);
	snprintf(all, sizeof(all), "%zu", people->count);
	(void)cli_fail(cli, CLI_DONE, text, number, all, NULL);
	print_names(people, is_meant);
}

void cli_people_say_skipped(const struct cli *cli, const struct people *people)
{
	say(cli, people, TEXT_SKIPPED, is_skipped);
}

void cli_people_say_without_user(const struct cli *cli, const struct people *people)
{
	say(cli, people, TEXT_WITHOUT_USER, lacks_user);
}
