/* Two lines for one person. */
#include "people_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/name.h>

#include "reason.h"

/* Two names that count as the same person are neighbours once sorted. */
struct folded {
	char                 name[LBR_NAME_FOLDED_MAX + 1];
	const struct person *person;
};

static int compare(const void *one, const void *other)
{
	const struct folded *left = one, *right = other;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : (left->person > right->person) - (left->person < right->person);
}

enum cli_status cli_people_find_doubles(struct cli *cli, const struct people *people)
{
	struct folded *folded = calloc(people->count + 1, sizeof(*folded));
	enum cli_status worst = CLI_DONE;
	struct csv_where where;
	size_t at;

	if (folded == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
	for (at = 0; at < people->count; at++) {
		folded[at].person = &people->list[at];
		if (lbr_name_fold(people->list[at].name, folded[at].name) != LBR_OK)
			worst = cli_fail(cli, CLI_FAULT, TEXT_BAD_NAME, people->list[at].name, NULL);
	}
	qsort(folded, people->count, sizeof(*folded), compare);
	for (at = 1; at < people->count; at++) {
		if (strcmp(folded[at - 1].name, folded[at].name) != 0)
			continue;
		cli_people_locate(cli, folded[at].person, &where);
		worst = cli_fail(cli, worst > CLI_USAGE ? worst : CLI_USAGE, TEXT_DOUBLE, folded[at].person->name,
		                     NULL);
		cli->where = NULL;
	}
	free(folded);
	return worst;
}
