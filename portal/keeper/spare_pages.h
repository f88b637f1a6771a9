/* Page processes that are kept ready, so that no browser waits until a process has started.
 *
 * A spare is in its cage, holds nothing but its socket to the keeper, and has read nothing. A connection reaches it over that
 * socket; from then on it is a page process like any other, for this one connection. It ends when the keeper closes the socket. */
#ifndef PORTAL_SPARE_PAGES_H
#define PORTAL_SPARE_PAGES_H

#include <poll.h>
#include <stdint.h>
#include <sys/stat.h>

#define LBR_SPARE_PAGES 2 /* a page and its style sheet, or an answer and the page that it leads to */

struct lbr_spare_pages {
	int         fds[LBR_SPARE_PAGES]; /* the keeper's ends; -1: none */
	struct stat program; /* from which they were started */
	int64_t     busy_ms; /* when a page was last under way */
	int64_t     late_ms; /* from here on, spares are started even beside pages under way */
	int64_t     again_ms; /* before that, none is started: one ended by itself, or could not be started */
};

/* Begins without any. */
void lbr_spare_pages_begin(struct lbr_spare_pages *spares);

/* Lets go of them. */
void lbr_spare_pages_end(struct lbr_spare_pages *spares);

/* Starts those that are missing while no page is under way, so that a start delays none; after a tenth of a second of pages under
 * way, it does not wait any longer. */
void lbr_spare_pages_keep(struct lbr_spare_pages *spares, const char *program, int64_t now_ms);

/* How long until lbr_spare_pages_keep() has something to do: at most `most_ms`. */
int lbr_spare_pages_pause_ms(const struct lbr_spare_pages *spares, int64_t now_ms, int most_ms);

/* `ready` is what poll(2) says about each. One that speaks before its turn, or ends, is let go. */
void lbr_spare_pages_hear(struct lbr_spare_pages *spares, const struct pollfd ready[LBR_SPARE_PAGES], int64_t now_ms);

/* Hands the connection to a spare, or to a page process that is started now. Returns the keeper's end of its socket; -1: neither
 * can be had. The connection stays the caller's. */
int lbr_spare_pages_give(struct lbr_spare_pages *spares, const char *program, int connection, int64_t now_ms);

#endif
