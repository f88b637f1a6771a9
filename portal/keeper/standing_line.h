/* The one connection over which the agent is asked for the standing of accounts. It knows no session and no page.
 *
 * Nothing is proven on it, so the agent closes it after a while; the next question opens it again.
 */
#ifndef PORTAL_STANDING_LINE_H
#define PORTAL_STANDING_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/client_steps.h>

#define LBR_STANDING_WAIT_MS 5000 /* for the agent */
#define LBR_STANDINGS_MAX 16      /* questions under way: while the machine is busy, a turn of the agent's answers them all */

struct lbr_standing_question {
	char          user[LBR_WIRE_USER_MAX];
	unsigned char standing[LBR_STANDING_LEN];
	int64_t       asked_ms;
};

struct lbr_standing_line {
	struct lbr_steps             steps;
	unsigned                     count; /* of the questions under way */
	struct lbr_standing_question questions[LBR_STANDINGS_MAX]; /* the oldest first */
};

void lbr_standing_line_begin(struct lbr_standing_line *line);

/* Asks, and opens the connection first if need be. `path` is the agent's socket. LBR_ERR_BUSY: the agent's queue, or this one, is
 * full at the moment; ask again soon. Any other error: the agent cannot be asked, and no question is under way any more. */
enum lbr_error lbr_standing_line_ask(struct lbr_standing_line *line, const char *path, const char *user,
                                     const unsigned char standing[LBR_STANDING_LEN], int64_t now_ms);

/* Takes what has arrived. LBR_OK: the answer to the oldest question, now in `*question`, is `*ret`. LBR_ERR_BUSY: none so far. Any
 * other error: none will come to any; the line is closed. */
enum lbr_error lbr_standing_line_hear(struct lbr_standing_line *line, int64_t now_ms, struct lbr_standing_question *question,
                                      enum lbr_status *ret);

void lbr_standing_line_close(struct lbr_standing_line *line);

#endif
