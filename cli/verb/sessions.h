/* The web portal's sessions, as its table has them. */
#ifndef CLI_SESSIONS_H
#define CLI_SESSIONS_H

#include <stddef.h>
#include <stdint.h>

#include "cli.h"
#include "portal_settings.h"
#include "session_slot.h"

struct session_row {
	const char            *site; /* its origin, in the settings */
	struct lbr_web_session session;
};

struct session_rows {
	struct lbr_portal_settings settings;
	struct session_row        *list; /* the caller frees it */
	size_t                     count;
	unsigned                   newest; /* the version of those that are of another release; 0: none is */
};

/* Reads the settings, the key and the table, without a lock and for reading alone: with the rights that the keeper has, or root's.
 * What the keeper would end for its age or its site is left out. Reports what is wrong. */
enum cli_status cli_sessions_read(const struct cli *cli, struct session_rows *ret);

#endif
