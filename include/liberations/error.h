/* Errors, and the sentence that explains one to root.
 *
 * Library code never logs and never prints: it returns one of these and, where a sentence helps, fills in a reason, to which each
 * caller adds its part ("file: line: word: cause"). Only the outermost caller reports it. A reason never contains a secret.
 */
#ifndef LIBERATIONS_ERROR_H
#define LIBERATIONS_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

enum lbr_error {
	LBR_OK = 0,
	LBR_ERR_INTERNAL,  /* a bug in this program; the start value of every result */
	LBR_ERR_MEMORY,    /* no memory */
	LBR_ERR_SYSTEM,    /* a system call failed; the reason names it and its errno */
	LBR_ERR_SYNTAX,    /* input from a person or a peer breaks the grammar */
	LBR_ERR_RANGE,     /* too long, too short, too large */
	LBR_ERR_ABSENT,    /* no such account, file or key */
	LBR_ERR_EXISTS,    /* it already exists */
	LBR_ERR_DAMAGED,   /* a stored record fails its MAC or its grammar */
	LBR_ERR_NEWER,     /* a stored record is genuine, but a later release wrote it */
	LBR_ERR_UNSAFE,    /* wrong owner, mode, kind or number of links */
	LBR_ERR_STALE,     /* the account changed since it was read */
	LBR_ERR_BUSY,      /* the lock was not free in time, or a deadline passed */
	LBR_ERR_UNREACHABLE, /* the store does not answer; certainly nothing was stored */
	LBR_ERR_UNKNOWN,   /* the store's answer was lost; perhaps it was stored: refuse, and never repeat */
};

/* The clauses in reasons.def. */
enum lbr_clause {
#define LBR_REASON(name, english, french) LBR_REASON_##name,
#include <liberations/reasons.def>
#undef LBR_REASON
	LBR_REASONS
};

/* Their English, visible to the compiler, so that it checks the arguments of each call. */
#define LBR_REASON(name, english, french) static const char lbr_english_##name[] __attribute__((unused)) = english;
#include <liberations/reasons.def>
#undef LBR_REASON

/* The two arguments that pass a clause. */
#define LBR_WHY(name) LBR_REASON_##name, lbr_english_##name

#define LBR_REASON_MAX 640
#define LBR_CLAUSE_WORDS 5
#define LBR_PIECES_MAX 20

enum lbr_piece_kind {
	LBR_PIECE_NAME,   /* the same in every language: a path, a name, a system call */
	LBR_PIECE_CLAUSE, /* `number` is an enum lbr_clause */
	LBR_PIECE_WORD,   /* an argument of the clause before it, inside that clause's text */
	LBR_PIECE_ERRNO,  /* `number` is an errno */
};

struct lbr_piece {
	unsigned char  kind;
	unsigned short number;
	unsigned short at, len; /* in `text` */
};

/* The English sentence, and its pieces, from which another language can be written. Pieces are joined by ": ". */
struct lbr_reason {
	char             text[LBR_REASON_MAX];
	struct lbr_piece pieces[LBR_PIECES_MAX];
	unsigned         count; /* of pieces; above LBR_PIECES_MAX: some did not fit, and only the English is complete */
};

/* Each function below replaces the sentence, or does nothing if `reason` is NULL, and returns the error, so that a failing
 * function can end with `return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(NO_MAC))`. Arguments are made safe for a terminal and
 * a log (lbr_text_sanitise). A sentence that is too long is cut between two characters; it is always terminated. */
enum lbr_error lbr_fail(struct lbr_reason *reason, enum lbr_error error, enum lbr_clause clause, const char *english, ...)
	__attribute__((format(printf, 4, 5)));

/* Does the same, with "where: " in front. */
enum lbr_error lbr_fail_at(struct lbr_reason *reason, enum lbr_error error, const char *where, enum lbr_clause clause,
                           const char *english, ...) __attribute__((format(printf, 5, 6)));

/* Reports a failed system call. `format` holds only names and calls, which are not translated: "%s: open". Returns
 * LBR_ERR_SYSTEM. */
enum lbr_error lbr_fail_system(struct lbr_reason *reason, int saved_errno, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Does the same, with a clause that says what was attempted. `where` may be NULL. */
enum lbr_error lbr_fail_system_at(struct lbr_reason *reason, int saved_errno, const char *where, enum lbr_clause clause,
                                  const char *english, ...) __attribute__((format(printf, 5, 6)));

/* Makes the name of the error the whole sentence. */
enum lbr_error lbr_fail_bare(struct lbr_reason *reason, enum lbr_error error);

/* Sets the clause from a va_list, for functions that take a clause and its arguments themselves. */
void lbr_reason_set(struct lbr_reason *reason, enum lbr_clause clause, const char *english, va_list words)
	__attribute__((format(printf, 3, 0)));

/* Put "where: ", or a clause and ": ", in front of the existing sentence. `reason` may be NULL. */
void lbr_reason_prefix(struct lbr_reason *reason, const char *where);
void lbr_reason_prefix_clause(struct lbr_reason *reason, enum lbr_clause clause, const char *english, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns true if the sentence contains that clause. A piece that did not fit is not found. */
bool lbr_reason_has(const struct lbr_reason *reason, enum lbr_clause clause);

/* Returns a short English name of the error ("damaged"), for logs. Never NULL. */
const char *lbr_error_name(enum lbr_error error);

#endif
