/* The text records: lines "keyword value", closed by a MAC line. What liberations-account(5) describes. Private to
 * lib/. */
#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/keyring.h>

/* Writes: starts as { .text = ..., .size = ... }; a line that does not fit sets `failed`, which stays. */
struct lbr_record_writer {
	char  *text;
	size_t size, len;
	bool   failed;
};

/* Adds "keyword value\n"; `format` describes the value. */
void lbr_record_line(struct lbr_record_writer *writer, const char *keyword, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds "mac KEYID BASE64\n" over all that is there, under the key in force. */
enum lbr_error lbr_record_close(struct lbr_record_writer *writer, const char *kind, const char *name,
                                const struct lbr_keyring *keyring);

/* Judges the last line. On LBR_OK the record is `*ret_body_len` bytes without it, free of NUL bytes, each line closed.
 * LBR_ERR_DAMAGED: not whole, not ours, not in its place, or sealed with a key that the keyring lacks. */
enum lbr_error lbr_record_verify(const char *text, size_t len, const char *kind, const char *name,
                                 const struct lbr_keyring *keyring, size_t *ret_body_len, struct lbr_reason *reason);

/* Reads the body line by line. A line with another keyword, too long a value or a wrong number sets `failed`,
 * which stays. Lenient beyond that: the caller writes the record anew and compares, so only one spelling passes. */
struct lbr_record_reader {
	const char *at, *end;
	bool        failed;
};

/* The next line's value into `value`, "" if failed. */
void lbr_record_text(struct lbr_record_reader *reader, const char *keyword, char *value, size_t size);

/* The same as a number from 0 to `max`. */
uint64_t lbr_record_number(struct lbr_record_reader *reader, const char *keyword, uint64_t max);

/* The same as one of `count` words: its place. */
int lbr_record_choice(struct lbr_record_reader *reader, const char *keyword, const char *const *words, int count);

/* A decimal number without sign; false if it is none or exceeds `max`. */
bool lbr_record_to_number(const char *text, uint64_t max, uint64_t *ret);

/* True if `hash` is visible ASCII without space, and not empty. */
bool lbr_record_is_hash(const char *hash);

#endif
