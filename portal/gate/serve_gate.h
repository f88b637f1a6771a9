/* The gate's requests: each waits, suspended, for the keeper's answer. */
#ifndef PORTAL_SERVE_GATE_H
#define PORTAL_SERVE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include <microhttpd.h>

#include "gate_frames.h"
#include "gate_leave.h"
#include "gate_line.h"

#define LBR_GATE_REQUESTS_MAX 512 /* select(2) knows descriptors below 1024 */

enum lbr_gate_stage { LBR_GATE_FREE = 0, LBR_GATE_BEGUN, LBR_GATE_READ, LBR_GATE_ASKED, LBR_GATE_TOLD };

struct lbr_gate_visit {
	enum lbr_gate_stage     stage;
	bool                    last; /* the connection ends with its answer */
	struct MHD_Connection  *connection;
	uint64_t                serial;
	int64_t                 until_ms;
	struct lbr_gate_request request;
	struct lbr_gate_tell    tell;
};

struct lbr_gate {
	int                   keeper; /* SOCK_SEQPACKET, non-blocking; -1: gone */
	uint64_t              serial;
	int64_t               now_ms;
	uint64_t              arrivals; /* connections so far */
	struct lbr_gate_lines lines;
	struct lbr_gate_leaving leaving;
	bool                  woken; /* a request was, since lbr_gate_take() told so */
	unsigned              high;  /* no visit beyond it is in use */
	struct lbr_gate_visit visits[LBR_GATE_REQUESTS_MAX];
};

/* What MHD_start_daemon wants; each takes a struct lbr_gate, or nothing. */
void *lbr_gate_target(void *gate, const char *target, struct MHD_Connection *connection);
enum MHD_Result lbr_serve_gate(void *gate, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version,
                               const char *upload, size_t *upload_len, void **state);
void lbr_gate_completed(void *gate, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code);

/* A connection begins or ends. */
void lbr_gate_notified(void *gate, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);

/* Takes what the keeper said, if it said something, and what took too long; returns whether a request was woken. */
bool lbr_gate_take(struct lbr_gate *gate, bool said);

/* Writes the answer of a visit that was told. 200 is written in one line. */
enum MHD_Result lbr_answer_gate(const struct lbr_gate_visit *visit, struct MHD_Connection *connection);

#endif
