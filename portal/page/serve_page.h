/* One request of one connection: libmicrohttpd reads it, the keeper is asked, the answer is written. */
#ifndef PORTAL_SERVE_PAGE_H
#define PORTAL_SERVE_PAGE_H

#include <microhttpd.h>

#include "page_frames.h"

struct lbr_serving {
	int                     keeper; /* SOCK_SEQPACKET */
	char                    target[LBR_HTTP_TARGET_MAX + 2]; /* as it came, before any decoding */
	bool                    begun, asked;
	struct lbr_http_request request;
	char                    body[LBR_FORM_MAX];
	size_t                  len;
	struct lbr_page_ask     ask;
	struct lbr_page_tell    tell;
	struct lbr_frame        frame;
	char                    bytes[LBR_PAGE_BYTES]; /* of the answer */
};

/* What MHD_start_daemon wants; both take a struct lbr_serving. */
void *lbr_serve_target(void *serving, const char *target, struct MHD_Connection *connection);
enum MHD_Result lbr_serve_page(void *serving, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version,
                               const char *upload, size_t *upload_len, void **state);

/* Asks the keeper; on any trouble `tell` is a fault: 503, in the language that the browser wants. */
void lbr_ask_keeper(struct lbr_serving *serving);

/* Writes the answer that `tell` says. */
enum MHD_Result lbr_answer_page(struct lbr_serving *serving, struct MHD_Connection *connection);

#endif
