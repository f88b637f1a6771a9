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

struct lbr_standing_line {
	struct lbr_steps   steps;
	struct lbr_request request; /* STANDING, while one is under way */
	bool               asked;
	int64_t            asked_ms;
};

void lbr_standing_line_begin(struct lbr_standing_line *line);

/* Asks, and opens the connection first if need be. `path` is the agent's socket. LBR_ERR_BUSY: the agent's queue is full at the
 * moment; ask again soon. Any other error: the agent cannot be asked. Only while no question is under way. */
enum lbr_error lbr_standing_line_ask(struct lbr_standing_line *line, const char *path, const char *user,
                                     const unsigned char standing[LBR_STANDING_LEN], int64_t now_ms);

/* Takes what has arrived. LBR_OK: the answer to the question under way is `*ret`. LBR_ERR_BUSY: none so far. Any other error: none
 * will come; the line is closed. */
enum lbr_error lbr_standing_line_hear(struct lbr_standing_line *line, int64_t now_ms, enum lbr_status *ret);

void lbr_standing_line_close(struct lbr_standing_line *line);

#endif
