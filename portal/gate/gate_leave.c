/* The gate's end. */
#include "gate_leave.h"

#include <sys/socket.h>

#define FRESH_MS 1000 /* a web server writes as soon as it is connected */

void lbr_gate_leave_begin(struct lbr_gate_leaving *leaving, bool all, int64_t now_ms)
{
	if (leaving->begun)
		return;
	*leaving = (struct lbr_gate_leaving){ .begun = true, .takes = all, .fresh_until_ms = now_ms + FRESH_MS };
}

void lbr_gate_leave_hang_up(const struct lbr_gate_leaving *leaving, const struct lbr_gate_lines *lines, const fd_set *wanted,
                            int first, int most, int64_t now_ms)
{
	int fd;

	for (fd = first; leaving->begun && fd <= most; fd++)
		if (FD_ISSET(fd, wanted) && !lines->at[fd].held &&
		    (lines->at[fd].served || now_ms >= leaving->fresh_until_ms))
			(void)shutdown(fd, SHUT_RD);
}

/* Nobody connects any more, so a queue that is empty stays so. */
void lbr_gate_leave_look(struct lbr_gate_leaving *leaving, bool stood, bool came)
{
	if (stood && !came)
		leaving->takes = false;
}
