/* The uids that accounts record, compared with the system's once the store is closed: no module of the name service runs while a
 * key is in memory. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include <stddef.h>

#include "person.h"

struct recorded_uids {
	struct recorded_uid {
		char     name[LBR_NAME_MAX + 1];
		uint32_t uid;
	} *list;
	size_t count, room;
};

/* Notes the account, if it records a uid. Without memory it is left out. */
void cli_recorded_note(struct recorded_uids *uids, const struct lbr_account *account);

/* Says on standard error, a line each, for whom the system has another uid, or nobody; frees the list. */
void cli_recorded_tell(const struct cli *cli, struct recorded_uids *uids);

#endif
