/* What the files of `invite` share. */
#ifndef CLI_INVITE_H
#define CLI_INVITE_H

#include "ahead.h"
#include "letter.h"
#include "people.h"
#include "portal_address.h"

struct inviting {
	struct cli          *cli;
	struct admin_session session;
	struct people        people;
	struct ahead        *ahead; /* NULL until the first is invited */
	unsigned             life_s;
	struct letters       letters;
	char                 address[LBR_ORIGIN_MAX]; /* of the web portal */
	struct shown_count   shown;
	cli_temporary_show  *show;
	void                *context;
};

/* Judges whether each account can be invited, or invited again, in its current state. Reports each fault. */
enum cli_status cli_invite_judge(struct inviting *inviting);

/* Says what would be done to each, where --dry-run found no fault. */
enum cli_status cli_invite_say_dry(const struct inviting *inviting);

#endif
