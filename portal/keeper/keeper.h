/* The keeper: it holds the sessions, and reads no HTTP. What it has, in one structure. */
#ifndef PORTAL_KEEPER_H
#define PORTAL_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "talks.h"
#include "doorstep.h"
#include "form_answers.h"
#include "kept_says.h"
#include "last_tries.h"
#include "page_route.h"
#include "recheck_wait.h"
#include "site_files.h"
#include "spare_pages.h"
#include "table_file.h"
#include "tickets.h"

#define LBR_KEEPER_PAGES_MAX 1024
#define LBR_KEEPER_PAGE_MS 15000 /* a page process ends itself after ten seconds */
#define LBR_KEEPER_AGAIN_MS 5000 /* how long a form that was sent twice waits for what becomes of the first one */
#define LBR_FORM_NONE LBR_FORM_ANSWERS_MAX

struct lbr_keeper_page {
	int      fd; /* of its packets; -1: free */
	int64_t  until_ms;
	uint64_t serial; /* of this connection: what was meant for the one before goes nowhere */
	unsigned form;   /* it waits for what becomes of this form; LBR_FORM_NONE: for none */
	bool     asked;
};

struct lbr_keeper {
	const struct lbr_portal_settings *settings;
	struct lbr_portal_key  key;
	struct lbr_table_file  table;
	const char            *page_program, *gate_program;
	int                    pages_socket, gate_socket; /* listening, non-blocking */
	bool                   own_sockets; /* made here: their queues end with this process */
	int                    gate; /* the gate's packets; -1: none */
	int64_t                gate_again_ms, sessions_again_ms;
	int64_t                now_s, now_ms; /* real, monotonic: read once in each turn */
	int64_t                ends_by_ms;  /* it was asked to end; 0: it was not */
	int64_t                again_ms;    /* a signal from here on is a second one */
	int                    signals;     /* before that */
	bool                   gate_leaves; /* the gate was told so */
	struct lbr_spare_pages spares;
	uint64_t               page_serial;
	struct lbr_keeper_page pages[LBR_KEEPER_PAGES_MAX];
	struct lbr_form_answers forms;
	struct lbr_tickets     tickets;
	struct lbr_doorstep    doorstep;
	struct lbr_last_tries  last_tries;
	struct lbr_kept_says   kept_says;
	struct lbr_password_rules rules; /* of the agent that greeted last */
	uint64_t               talk_serial;
	unsigned               talks_high; /* those from here on were never touched, or are free */
	struct lbr_talk        talks[LBR_TALKS_MAX];
	struct lbr_recheck     recheck;
	struct lbr_site_files  site_files[LBR_SITES_MAX]; /* in the order of the settings */
};

#endif
