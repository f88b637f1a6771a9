/* The gate's end, without a question that gets no answer.
 *
 * The keeper says when. From then on no connection is accepted where a supervisor holds the socket: the next portal finds it in the
 * queue. Each answer closes its connection, and idle connections are closed for reading: what a client has sent until then is
 * still read and answered, and what it sends later fails at once, so that it knows that nobody has read it. */
#ifndef PORTAL_GATE_LEAVE_H
#define PORTAL_GATE_LEAVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>

#include "gate_line.h"

struct lbr_gate_leaving {
	bool    begun;
	bool    takes; /* connections may wait in the queue of the listening socket */
	int64_t fresh_until_ms;
};

/* `all`: what waits in the queue is served too. */
void lbr_gate_leave_begin(struct lbr_gate_leaving *leaving, bool all, int64_t now_ms);

/* Closes for reading, of the descriptors from `first` to `most` that libmicrohttpd wants to read, those that no request is expected
 * from: one was answered, or none came for a second. A head that is half there is waited for. */
void lbr_gate_leave_hang_up(const struct lbr_gate_leaving *leaving, const struct lbr_gate_lines *lines, const fd_set *wanted,
                            int first, int most, int64_t now_ms);

/* After each turn: `stood` says that the listening socket could be read, `came` that a connection came in. */
void lbr_gate_leave_look(struct lbr_gate_leaving *leaving, bool stood, bool came);

#endif
