#include "recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_recorded_note(struct recorded_uids *uids, const struct lbr_account *account)
{
	size_t room = uids->room > 0 ? uids->room * 2 : 16;
	struct recorded_uid *list;

	if (!account->has_uid)
		return;
	if (uids->count == uids->room) {
		list = reallocarray(uids->list, room, sizeof(*list));
		if (list == NULL)
			return;
		uids->list = list;
		uids->room = room;
	}
	memcpy(uids->list[uids->count].name, account->name, sizeof(account->name));
	uids->list[uids->count++].uid = account->uid;
}

static void tell_one(const struct cli *cli, const struct recorded_uid *one)
{
	const struct lbr_account account = { .has_uid = true, .uid = one->uid };
	char recorded[24], other[24];
	struct person person;

	cli_person_find(one->name, &person);
	if (!cli_person_is_another(&person, &account))
		return;
	snprintf(recorded, sizeof(recorded), "%u", (unsigned)one->uid);
	snprintf(other, sizeof(other), "%u", (unsigned)person.system_uid);
	cli_fail(cli, CLI_DONE, person.has_system_uid ? TEXT_OF_ANOTHER : TEXT_OF_NOBODY, one->name, recorded, other, NULL);
}

void cli_recorded_tell(const struct cli *cli, struct recorded_uids *uids)
{
	size_t at;

	for (at = 0; at < uids->count; at++)
		tell_one(cli, &uids->list[at]);
	free(uids->list);
	*uids = (struct recorded_uids){ .list = NULL };
}
