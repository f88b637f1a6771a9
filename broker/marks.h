/* What the database has confirmed to this host: which line it was on, and the number of the last commit on each connection. A
 * database that knows less was restored, and lost what people were told.
 *
 * A mapped file of this host: it outlives the broker, killed or not. If a power failure takes some of it, less is asked of the
 * database.
 */
#ifndef BROKER_MARKS_H
#define BROKER_MARKS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>

#include "store_settings.h"

struct lbr_marks_page; /* the mapped file */

struct lbr_marks {
	struct lbr_marks_page *page;
	int                    fd;
	atomic_uint            copies; /* how often they were copied */
};

/* What a greeting says of the database. When its server was started is not kept: clocks are set back, so an earlier start would not
 * mean that it is behind. */
struct lbr_line {
	char     cluster[24];  /* its system identifier, in decimal */
	uint64_t timeline;
	uint64_t accepted_us;  /* when root last accepted a loss; what was confirmed before then no longer counts */
	uint64_t seqs[LBR_LINKS_MAX]; /* the last commit of this host on each connection that it knows; 0: of none */
};

/* What this host was told of on each connection, as of one moment. */
struct lbr_marks_told {
	uint64_t seqs[LBR_LINKS_MAX], at_us[LBR_LINKS_MAX];
};

enum lbr_line_verdict {
	LBR_LINE_FINE,
	LBR_LINE_BEHIND,  /* an old primary: this host has seen a later timeline */
	LBR_LINE_FORGOT,  /* it lacks a confirmed commit, and root has not accepted the loss */
};

/* Maps the file `marks` in the directory, made if it is missing. LBR_ERR_UNSAFE, _SYSTEM. */
enum lbr_error lbr_marks_open(const char *state, struct lbr_marks *marks, struct lbr_reason *reason);

/* Takes the highest number of a connection that no other process has: two of root's commands commit under two numbers. It is given
 * back when the process ends. */
unsigned lbr_marks_take_number(const struct lbr_marks *marks);

/* Copies them, before a greeting is asked for: commits on other connections go on meanwhile. */
void lbr_marks_copy(struct lbr_marks *marks, struct lbr_marks_told *ret);

/* How often that was done. If it was done between a commit and lbr_marks_confirm, a greeting may have been judged without it. */
unsigned lbr_marks_copies(struct lbr_marks *marks);

/* Compares. A server that forgot what was confirmed on one connection is used on none: FORGOT, and `*ret_connection` is one of
 * these, below LBR_LINKS_MAX. */
enum lbr_line_verdict lbr_marks_judge(const struct lbr_marks *marks, const struct lbr_marks_told *told, const struct lbr_line *line,
                                      unsigned *ret_connection);

/* What was confirmed last on a connection, and when by the database's clock; since 1970. False: nothing was. */
bool lbr_marks_read(const struct lbr_marks *marks, unsigned connection, uint64_t *ret_seq, uint64_t *ret_at_us);

/* The server with the latest timeline that this host has seen. `*ret_cluster` lives as long as the marks. False: it has seen
 * none. */
bool lbr_marks_latest(const struct lbr_marks *marks, const char **ret_cluster, uint64_t *ret_timeline);

/* Takes what a fine greeting says. */
void lbr_marks_take(struct lbr_marks *marks, unsigned connection, const struct lbr_line *line);

/* The last commit on a connection was confirmed, at `now_us` by the database's clock. */
void lbr_marks_confirm(struct lbr_marks *marks, unsigned connection, uint64_t seq, uint64_t now_us);

#endif
