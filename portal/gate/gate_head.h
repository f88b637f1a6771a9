/* A whole head that the head filter has passed: whether the gate reads it, and libmicrohttpd has nothing to refuse by itself. */
#ifndef PORTAL_GATE_HEAD_H
#define PORTAL_GATE_HEAD_H

#include <stddef.h>

#define LBR_GATE_COOKIES_MAX 512 /* pairs: each takes memory of libmicrohttpd's */

/* Returns 0, or the status of the refusal. 400: a request line that is not METHOD /TARGET HTTP/1.0 or HTTP/1.1; no Host in
 * HTTP/1.1; Host, Cookie or Content-Length twice; a body, sent or announced. 431: more cookies than LBR_GATE_COOKIES_MAX. */
unsigned lbr_gate_head_judge(const char *bytes, size_t len);

#endif
