/* Asks the gate about one cookie, over a connection that stays. */
#ifndef PORTAL_ASK_GATE_H
#define PORTAL_ASK_GATE_H

#include <stdbool.h>
#include <sys/un.h>

#include "gate_answer.h"

#define LBR_GATE_HOST_MAX 128

struct lbr_gate_client {
	struct sockaddr_un address;
	const char        *site; /* the host whose sessions count; "": the only site */
	int                fd;   /* -1: not connected */
};

/* Asks whose session `cookie` is: a whole Cookie field. Writes the name, or "" at any doubt: no cookie of the portal, two of them,
 * no gate, no answer in time, an answer that is none. A connection that met a doubt is closed, so an answer never belongs to
 * an earlier question. Returns true if nobody has a session by that field: no gate would say a name, now or later. */
bool lbr_ask_gate(struct lbr_gate_client *client, const char *cookie, char ret_name[LBR_GATE_NAME_MAX]);

#endif
