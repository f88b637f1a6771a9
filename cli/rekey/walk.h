/* Every record of a store, whatever kind it is of, one after the other. */
#ifndef CLI_REKEY_WALK_H
#define CLI_REKEY_WALK_H

#include <liberations/messages.h>
#include <liberations/notices.h>
#include <liberations/reseal.h>

#include "survey.h"

struct rekey_walk {
	const struct cli    *cli;
	struct admin_session session;
	struct survey       *survey;
	struct lbr_notices  *notices;  /* NULL: none were ever made */
	struct lbr_spool    *messages; /* the same */
	bool                 seals;    /* else it only looks */
	const char          *about;    /* names on standard output who has codes of recovery left under this key; or NULL */
	size_t               done, total; /* for the bar; a total of 0 draws none */
};

/* Goes through accounts, decoys, notices and messages; the session is open. What cannot be read is reported and counted. */
void cli_rekey_walk(struct rekey_walk *walk);

#endif
