/* The bytes of a request's head, before libmicrohttpd sees them: it forgives what two programs may read differently.
 *
 * A head is a request line and fields, each line ended by CR LF and the whole by an empty one. Refused with 400: a NUL, a CR or
 * LF alone, another control, a folded line, a blank before the colon, an empty first line, a line that is no field. With 431:
 * more than LBR_HEAD_MAX bytes or LBR_HEAD_FIELDS_MAX fields. What follows the head is the body, of which this knows nothing.
 */
#ifndef PORTAL_HEAD_FILTER_H
#define PORTAL_HEAD_FILTER_H

#include <stddef.h>

#define LBR_HEAD_MAX 32768
#define LBR_HEAD_FIELDS_MAX 100

enum lbr_head_place {
	LBR_HEAD_LINE = 0, /* in the request line */
	LBR_HEAD_BEGIN,    /* at the begin of a line after it */
	LBR_HEAD_NAME,
	LBR_HEAD_VALUE,
	LBR_HEAD_CR,       /* behind the CR of a line that is not empty */
	LBR_HEAD_LAST_CR,  /* behind that of the empty one */
	LBR_HEAD_DONE,
	LBR_HEAD_REFUSED,
};

/* All zero is a filter that has seen nothing. */
struct lbr_head {
	enum lbr_head_place place;
	size_t              len;    /* bytes so far */
	unsigned            fields;
	unsigned            status; /* REFUSED: 400 or 431 */
};

/* Judges the next `len` bytes, up to the end of the head. Returns how many belong to it; fewer than `len` only once
 * `head->place` is DONE or REFUSED. The result is the same however the bytes are cut. */
size_t lbr_head_feed(struct lbr_head *head, const char *bytes, size_t len);

#endif
