/* What may go wrong, and the sentence that says so to root.
 *
 * Library code never logs and never prints: it returns one of these and, where a sentence helps, fills a reason that
 * grows while it climbs ("file: line: word: cause"). The caller speaks once. A reason never holds anything secret.
 */
#ifndef LIBERATIONS_ERROR_H
#define LIBERATIONS_ERROR_H

#include <stdarg.h>

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

/* The clauses of reasons.def. */
enum lbr_clause {
#define LBR_REASON(name, english, french) LBR_REASON_##name,
#include <liberations/reasons.def>
#undef LBR_REASON
	LBR_REASONS
};

/* Their English, where the compiler sees it, so that it judges the arguments of each call. */
#define LBR_REASON(name, english, french) static const char lbr_english_##name[] __attribute__((unused)) = english;
#include <liberations/reasons.def>
#undef LBR_REASON

/* The two arguments that stand for a clause. */
#define LBR_WHY(name) LBR_REASON_##name, lbr_english_##name

#define LBR_REASON_MAX 640
#define LBR_CLAUSE_WORDS 4
#define LBR_PIECES_MAX 20

enum lbr_piece_kind {
	LBR_PIECE_NAME,   /* in no language: a path, a name, a system call */
	LBR_PIECE_CLAUSE, /* `number` is an enum lbr_clause */
	LBR_PIECE_WORD,   /* an argument of the clause before it, and inside its text */
	LBR_PIECE_ERRNO,  /* `number` is an errno */
};

struct lbr_piece {
	unsigned char  kind;
	unsigned short number;
	unsigned short at, len; /* in `text` */
};

/* The English sentence, and what its pieces are, for whoever speaks another language. Pieces are joined by ": ". */
struct lbr_reason {
	char             text[LBR_REASON_MAX];
	struct lbr_piece pieces[LBR_PIECES_MAX];
	unsigned         count; /* of pieces; above LBR_PIECES_MAX: some did not fit, and only the English is whole */
};

/* All of these replace the sentence, or do nothing if `reason` is NULL, and return the error, so that a failing function can
 * end with `return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(NO_MAC))`. What is put into a sentence is made fit for a
 * terminal and a log (lbr_text_sanitise). Too long a sentence is cut between two characters, always terminated. */
enum lbr_error lbr_fail(struct lbr_reason *reason, enum lbr_error error, enum lbr_clause clause, const char *english, ...)
	__attribute__((format(printf, 4, 5)));

/* The same behind "where: ". */
enum lbr_error lbr_fail_at(struct lbr_reason *reason, enum lbr_error error, const char *where, enum lbr_clause clause,
                           const char *english, ...) __attribute__((format(printf, 5, 6)));

/* A failed system call. `format` holds names and calls, in no language: "%s: open". Returns LBR_ERR_SYSTEM. */
enum lbr_error lbr_fail_system(struct lbr_reason *reason, int saved_errno, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same where a clause says what was tried. `where` may be NULL. */
enum lbr_error lbr_fail_system_at(struct lbr_reason *reason, int saved_errno, const char *where, enum lbr_clause clause,
                                  const char *english, ...) __attribute__((format(printf, 5, 6)));

/* The name of the error is the whole sentence. */
enum lbr_error lbr_fail_bare(struct lbr_reason *reason, enum lbr_error error);

/* For functions that take a clause and its arguments themselves. */
void lbr_reason_set(struct lbr_reason *reason, enum lbr_clause clause, const char *english, va_list words)
	__attribute__((format(printf, 3, 0)));

/* Puts "where: ", or a clause and ": ", before the sentence that is there. `reason` may be NULL. */
void lbr_reason_prefix(struct lbr_reason *reason, const char *where);
void lbr_reason_prefix_clause(struct lbr_reason *reason, enum lbr_clause clause, const char *english, ...)
	__attribute__((format(printf, 3, 4)));

/* A short English name of the error ("damaged"), for logs. Never NULL. */
const char *lbr_error_name(enum lbr_error error);

#endif
