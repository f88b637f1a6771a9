/* What may go wrong, and the sentence that says so to root.
 *
 * Library code never logs and never prints: it returns one of these and, where a sentence helps, fills a reason that
 * grows while it climbs ("file: line: word: cause"). The caller speaks once. A reason never holds anything secret.
 */
#ifndef LIBERATIONS_ERROR_H
#define LIBERATIONS_ERROR_H

#include <stddef.h>

enum lbr_error {
	LBR_OK = 0,
	LBR_ERR_INTERNAL,  /* a promise of our own was broken; the start value of every result */
	LBR_ERR_MEMORY,    /* no memory */
	LBR_ERR_SYSTEM,    /* a system call failed; the reason names it and its errno */
	LBR_ERR_SYNTAX,    /* what a person or a peer wrote does not follow the grammar */
	LBR_ERR_RANGE,     /* too long, too short, too large */
	LBR_ERR_ABSENT,    /* no such account, file or key */
	LBR_ERR_EXISTS,    /* it is there already */
	LBR_ERR_DAMAGED,   /* a stored piece fails its MAC or its grammar */
	LBR_ERR_UNSAFE,    /* wrong owner, mode, kind or number of links */
	LBR_ERR_STALE,     /* the account changed since it was read */
	LBR_ERR_BUSY,      /* the lock was not free within its bound, or a deadline passed */
};

#define LBR_REASON_MAX 320

struct lbr_reason {
	char text[LBR_REASON_MAX];
};

/* Replaces the sentence. `reason` may be NULL; `format` as in printf(3). Returns `error`, so that a failing function
 * can end with `return lbr_fail(reason, LBR_ERR_DAMAGED, ...)`. Too long a sentence is cut, always terminated. */
enum lbr_error lbr_fail(struct lbr_reason *reason, enum lbr_error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends ": " and the English words for `saved_errno`. Returns LBR_ERR_SYSTEM. */
enum lbr_error lbr_fail_system(struct lbr_reason *reason, int saved_errno, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "where: " before the sentence that is there. `reason` may be NULL. */
void lbr_reason_prefix(struct lbr_reason *reason, const char *where);

/* A short English name of the error ("damaged"), for logs. Never NULL. */
const char *lbr_error_name(enum lbr_error error);

#endif
