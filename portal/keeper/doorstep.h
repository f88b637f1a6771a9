/* Connections that no page serves yet, and those that are turned away.
 *
 * A connection that finds no page process free waits here in the order of its coming, within a bound. What is beyond the bound, or
 * waits too long, gets one constant answer, 503 with Retry-After, and is then read until the other side closes: a connection
 * that is closed with bytes unread may lose its answer on the way. What is read is thrown away unseen. */
#ifndef PORTAL_DOORSTEP_H
#define PORTAL_DOORSTEP_H

#include <stdbool.h>
#include <stdint.h>

#define LBR_DOORSTEP_MAX (4096 + 1024) /* `waiting` and `requests` at their most */
#define LBR_DOORSTEP_MS 10000          /* how long somebody waits for a page */
#define LBR_LEAVING_MAX 64
#define LBR_LEAVING_MS 2000
#define LBR_TURNED_AWAY_LINE_MS 60000
#define LBR_LEAVING_PAUSE_MS 20        /* how soon those who leave are looked at again */
#define LBR_DOORSTEP_SHUT_MS 900       /* how long none is accepted after one that could not be */
#define LBR_SHUT_LINE_MS 60000

struct lbr_arrival {
	int     fd;
	int64_t until_ms;
};

struct lbr_doorstep {
	struct lbr_arrival waiting[LBR_DOORSTEP_MAX]; /* a ring */
	unsigned           first, count;
	struct lbr_arrival leaving[LBR_LEAVING_MAX];
	unsigned           leaving_count;
	unsigned           turned_away; /* since the last line about it */
	int64_t            tell_again_ms;
	int64_t            shut_until_ms, tell_shut_ms; /* and from when on that is another line */
};

/* Accepts what there is on `listening`: up to `most` connections wait, the others are turned away. A machine that is short of
 * descriptors or memory shuts the door for a while; the log says so, once a minute at most. */
void lbr_doorstep_take(struct lbr_doorstep *doorstep, int listening, unsigned most, int64_t now_ms);

/* Takes the connection that has waited longest, which is the caller's then. -1: none waits. */
int lbr_doorstep_next(struct lbr_doorstep *doorstep);

/* Turns away a connection that was taken by lbr_doorstep_next and cannot be served. */
void lbr_doorstep_turn_away(struct lbr_doorstep *doorstep, int fd, int64_t now_ms);

/* Turns away who has waited too long, closes those who have left, and logs how many were turned away, once a minute at most. */
void lbr_doorstep_tidy(struct lbr_doorstep *doorstep, int64_t now_ms);

/* False: no connection may be accepted just now. It could not be turned away, or the last one could not be accepted. */
static inline bool lbr_doorstep_is_open(const struct lbr_doorstep *doorstep, int64_t now_ms)
{
	return doorstep->leaving_count < LBR_LEAVING_MAX && now_ms >= doorstep->shut_until_ms;
}

#endif
