/* What came over a connection, judged before libmicrohttpd reads it: the head filter, on bytes that are still in the socket.
 *
 * libmicrohttpd forgives what two programs may read in two ways. So it reads from a connection only once a whole head is there
 * that the filter and this room have passed, and a request counts only if its head is as long as the one that was judged. So a
 * head must fit into the socket. Web servers write one at once; a client that writes it in dozens of pieces, or leaves it
 * unfinished, is ended after ten seconds.
 */
#ifndef PORTAL_GATE_LINE_H
#define PORTAL_GATE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>

/* All zero is a new connection. */
struct lbr_gate_line {
	size_t  judged;   /* the length of the head that may be read; 0: none */
	bool    more;     /* there is more behind it */
	bool    held;     /* its head is not whole */
	bool    served;   /* a request of it was taken */
	int64_t since_ms; /* held: when it began */
};

struct lbr_gate_lines {
	struct lbr_gate_line at[FD_SETSIZE]; /* by descriptor */
	unsigned             held;           /* how many of them are */
};

/* Looks at a connection that can be read. True: libmicrohttpd may read it. False: its head is not whole yet. What is refused has
 * its answer, and reads as ended. */
bool lbr_gate_line_look(struct lbr_gate_lines *lines, int fd, int64_t now_ms);

/* A connection begins or ends. */
void lbr_gate_line_forget(struct lbr_gate_lines *lines, int fd);

/* Returns whether a head of that length was judged, and whether more came with it; it counts once. */
bool lbr_gate_line_take(struct lbr_gate_lines *lines, int fd, size_t head_len, bool *ret_more);

#endif
