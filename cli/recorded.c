#include "recorded.h"

#include <stdio.h>

#include "person.h"

void cli_recorded_look_up(const char *name, struct recorded *recorded)
{
	const struct lbr_account account = { .has_uid = recorded->has_uid, .uid = recorded->uid };
	struct person person;

	if (!recorded->has_uid)
		return;
	cli_person_find(name, &person);
	recorded->looked_up = person.looked_up;
	recorded->is_in_system = person.has_system_uid;
	recorded->system_uid = person.system_uid;
	recorded->differs = cli_person_is_another(&person, &account);
}

void cli_recorded_tell(const struct cli *cli, const char *name, const struct recorded *recorded)
{
	char uid[24], other[24];

	if (!recorded->differs)
		return;
	snprintf(uid, sizeof(uid), "%u", (unsigned)recorded->uid);
	snprintf(other, sizeof(other), "%u", (unsigned)recorded->system_uid);
	cli_fail(cli, CLI_DONE, recorded->is_in_system ? TEXT_OF_ANOTHER : TEXT_OF_NOBODY, name, uid, other, NULL);
}
