/* The keeper: it holds the sessions, and reads no HTTP. One loop that never waits for anybody. */
#ifndef PORTAL_KEEPER_H
#define PORTAL_KEEPER_H

#include <signal.h>
#include <stdint.h>

#include "page_route.h"
#include "table_file.h"

#define LBR_KEEPER_PAGES_MAX 1024
#define LBR_KEEPER_PAGE_MS 15000 /* a page process ends itself after ten seconds */

struct lbr_keeper_page {
	int     fd; /* of its packets; -1: free */
	int64_t until_ms;
};

struct lbr_keeper {
	const struct lbr_portal_settings *settings;
	struct lbr_portal_key  key;
	struct lbr_table_file  table;
	const char            *page_program, *gate_program;
	int                    pages_socket, gate_socket; /* listening, non-blocking */
	int                    gate; /* the gate's packets; -1: none */
	int64_t                gate_again_ms;
	int64_t                now_s, now_ms; /* real, monotonic: read once in each turn */
	struct lbr_keeper_page pages[LBR_KEEPER_PAGES_MAX];
};

/* Serves until `*stop` is set by a signal's handler. Returns 0, or 1 if it cannot go on. */
int lbr_keeper_run(struct lbr_keeper *keeper, const volatile sig_atomic_t *stop);

/* Judges a question of the gate. A session whose account must be asked about first is TROUBLE as long as nobody can be asked. */
void lbr_keeper_judge_gate(struct lbr_keeper *keeper, const struct lbr_frame *question, struct lbr_frame *answer);

/* Answers a question of a page. `answer` is empty if the question breaks the rules: the page is closed then. */
void lbr_keeper_answer_page(struct lbr_keeper *keeper, const struct lbr_frame *question, struct lbr_frame *answer);

#endif
