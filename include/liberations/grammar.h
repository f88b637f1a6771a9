/* One strict grammar for the configuration file and the module's arguments.
 *
 * File: one "keyword = value" per line; blank lines and lines that begin with '#' are ignored, spaces around keyword and value
 * are trimmed. Arguments: one "keyword=value" or one bare flag per word. Faults are: an unknown or repeated keyword, a number
 * followed by anything else, a value outside its list or range, a control character, invalid UTF-8, CR, NUL, a line over
 * LBR_LINE_MAX, a last line without a newline (truncated?). Every fault is reported, then the whole input is refused. Links libc
 * alone, because the module loads it into other programs.
 */
#ifndef LIBERATIONS_GRAMMAR_H
#define LIBERATIONS_GRAMMAR_H

#include <stddef.h>

#include <liberations/error.h>

#define LBR_LINE_MAX 512
#define LBR_CONFIG_MAX 65536 /* bytes of a configuration file */

enum lbr_value_kind {
	LBR_VALUE_FLAG,     /* bool; arguments only, no value */
	LBR_VALUE_WORD,     /* an enum (int): the position in `words`, counted from `min` */
	LBR_VALUE_NUMBER,   /* unsigned, decimal, min to max */
	LBR_VALUE_DURATION, /* unsigned seconds, min to max: "90 s", "15 min", "72 h", "21 d" */
	LBR_VALUE_AGE,      /* struct lbr_age: "6 months", "180 days", "never" */
	LBR_VALUE_PATH,     /* char[max]: absolute, no "..", no empty component */
	LBR_VALUE_TEXT,     /* char[max]: UTF-8, 1 to max-1 bytes, no control characters, no quotation marks around it */
	LBR_VALUE_LABEL,    /* as TEXT, and no colon */
	LBR_VALUE_ADDRESS,  /* char[max]: an e-mail address, or a mailbox of this host (address.h) */
};

struct lbr_keyword {
	const char         *word;
	enum lbr_value_kind kind;
	size_t              offset; /* of the field in the struct to fill in */
	unsigned            min, max; /* of a number or duration; PATH, TEXT, LABEL: `max` is the field's size, and with
	                               * `min` 1 the word "none" leaves it empty */
	const char *const  *words; /* LBR_VALUE_WORD: ends with NULL */
};

/* Called once per fault, with one complete sentence: "FILE: line N, column M: KEYWORD: what is wrong, what is allowed". It repeats
 * nothing of the input but a keyword of the table: who hears of the fault may not be allowed to read the file. */
typedef void lbr_fault(void *context, const struct lbr_reason *reason);

/* Reads `len` bytes of a file's text into `out`, whose fields must already hold the defaults. `table` ends with a NULL
 * word and has at most 64 keywords. LBR_ERR_SYNTAX: at least one fault, all reported; `out` must then not be used. */
enum lbr_error lbr_grammar_read_text(const char *file, const char *text, size_t len, const struct lbr_keyword *table,
                                     void *out, lbr_fault *fault, void *context);

/* Does the same for `count` argument words; `what` names them in the messages ("pam.d line of sshd"), which say "argument N". */
enum lbr_error lbr_grammar_read_words(const char *what, int count, const char *const *words,
                                      const struct lbr_keyword *table, void *out, lbr_fault *fault, void *context);

/* Reads one value that the caller typed, such as an option's; `keyword` names it. LBR_ERR_SYNTAX: not allowed; the reason repeats
 * the value. */
enum lbr_error lbr_grammar_read_value(const struct lbr_keyword *keyword, const char *value, void *out, struct lbr_reason *reason);

#endif
