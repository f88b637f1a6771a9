/* What the gate asks the keeper, and what it is told: one packet each way, many under way at once. */
#ifndef PORTAL_GATE_FRAMES_H
#define PORTAL_GATE_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/wire.h>

#include "cookie.h"
#include "gate_request.h"

#define LBR_GATE_USER_MAX 65

struct lbr_gate_ask {
	uint64_t serial; /* the gate's; the answer repeats it */
	char     site[LBR_GATE_SITE_MAX]; /* a host, or "": the only site */
	char     session[LBR_COOKIE_SESSION_LEN + 1]; /* or "" */
};

/* Yes is a large number, so that a lost or zeroed byte cannot produce it. */
enum lbr_gate_verdict { LBR_GATE_TROUBLE = 0, LBR_GATE_NO, LBR_GATE_UNREADABLE, LBR_GATE_YES = 0x6c627259 };

struct lbr_gate_tell {
	uint64_t              serial;
	enum lbr_gate_verdict verdict; /* TROUBLE: 503; NO: 401; UNREADABLE: no such site, 400 */
	char                  user[LBR_GATE_USER_MAX]; /* YES only */
	char                  origin[128], base[64];   /* NO only: where the person signs in */
	bool                  elsewhere;               /* NO only: by way of another host (gate_request.h) */
};

/* The keeper ends: the gate answers what has reached it, closes each connection after that, and ends. */
struct lbr_gate_leave {
	bool all; /* also what waits in the queue of the listening socket, which ends with the portal */
};

enum lbr_error lbr_gate_ask_put(struct lbr_frame *frame, const struct lbr_gate_ask *ask);
enum lbr_error lbr_gate_tell_put(struct lbr_frame *frame, const struct lbr_gate_tell *tell);
enum lbr_error lbr_gate_leave_put(struct lbr_frame *frame, const struct lbr_gate_leave *leave);

/* LBR_ERR_SYNTAX: the frame breaks any rule, or says YES without a name, or a name without YES; the output is then wiped. */
enum lbr_error lbr_gate_ask_get(const struct lbr_frame *frame, struct lbr_gate_ask *ask);
enum lbr_error lbr_gate_tell_get(const struct lbr_frame *frame, struct lbr_gate_tell *tell);
enum lbr_error lbr_gate_leave_get(const struct lbr_frame *frame, struct lbr_gate_leave *leave);

/* Writes the name as the value of Remote-User: bytes above 0x7e as %XX. No name holds a '%', so two names never meet. "" if the
 * name is empty or holds a control, a blank or a '%'. */
#define LBR_REMOTE_USER_MAX (3 * LBR_GATE_USER_MAX)
void lbr_remote_user(const char *user, char ret[LBR_REMOTE_USER_MAX]);

#endif
