/* The dialogue with the agent in steps that never wait, for a process that holds many of them in one loop. The same frames as
 * client.h sends; the caller decides how long to wait.
 *
 *     lbr_steps_open, lbr_steps_connect
 *     lbr_steps_greet
 *     lbr_steps_request    any number, one at a time, but several STANDINGs may be under way: they are answered in order
 *     lbr_steps_next       when the descriptor is readable, until it says BUSY
 *     lbr_steps_answer     after an ASK; or `later` in its place, any time before
 *     lbr_steps_close
 *
 * An agent of the release before hangs up at the greeting. It is not tried again with an older one: it has no pages to offer.
 *
 * Links libc alone.
 */
#ifndef LIBERATIONS_CLIENT_STEPS_H
#define LIBERATIONS_CLIENT_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/wire.h>

#define LBR_STEPS_WAITING_MAX 32 /* they fit into the socket */

struct lbr_steps {
	int      fd;        /* -1: not connected */
	bool     greeted;
	unsigned waiting;   /* requests that wait for their reply */
	bool     standings; /* they ask for STANDINGs */
	uint64_t serial;    /* of the last request */
	struct lbr_password_rules rules; /* of this agent, once it has greeted */
	/* The rest is private: a frame as far as it has arrived. */
	unsigned char    word[4];
	size_t           got;
	struct lbr_frame frame;
};

/* Sets `steps` to not connected. */
void lbr_steps_open(struct lbr_steps *steps);

/* Connects to the listener at `path`. Returns 0 or an errno; EAGAIN: the listener's queue is full at the moment. */
int lbr_steps_connect(struct lbr_steps *steps, const char *path);

/* Each sends one frame, whole. LBR_ERR_BUSY: the agent does not read. LBR_ERR_ABSENT: it is gone. LBR_ERR_RANGE: it does not
 * fit, or it is not its turn. After any error the connection is unusable. `hello` is sent with this version; `request` with a
 * serial of its own. */
enum lbr_error lbr_steps_greet(struct lbr_steps *steps, const struct lbr_hello *hello);
enum lbr_error lbr_steps_request(struct lbr_steps *steps, const struct lbr_request *request);
enum lbr_error lbr_steps_answer(struct lbr_steps *steps, const struct lbr_answer *answer);

/* What the agent said: one of these is meant, after its type. The caller wipes it. */
struct lbr_heard {
	enum lbr_frame_type type; /* SAY, ASK or REPLY */
	union {
		struct lbr_say   say;
		struct lbr_ask   ask;
		struct lbr_reply reply;
	};
};

/* Reads what has arrived, never more than one frame. The answer to the greeting is read and not handed on. LBR_ERR_BUSY: no
 * whole frame so far. LBR_ERR_ABSENT: the agent hung up. LBR_ERR_SYNTAX: it broke the protocol: another version, a frame out
 * of turn, a reply with another serial. LBR_ERR_SYSTEM. Unless LBR_OK, `heard` is wiped; after any error but BUSY the
 * connection is unusable. */
enum lbr_error lbr_steps_next(struct lbr_steps *steps, struct lbr_heard *heard);

/* Closes and wipes. It may then be used again. */
void lbr_steps_close(struct lbr_steps *steps);

#endif
