/* The text records described in liberations-account(5): lines "keyword value", then a MAC line. Private to lib/. */
#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/keyring.h>

/* Writes a record: initialise it as { .text = ..., .size = ... }; a line that does not fit sets `failed`, which stays set. */
struct lbr_record_writer {
	char  *text;
	size_t size, len;
	bool   failed;
};

/* Adds "keyword value\n"; `format` describes the value. */
void lbr_record_line(struct lbr_record_writer *writer, const char *keyword, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds "mac KEYID BASE64\n" over everything written so far, under the key in force. */
enum lbr_error lbr_record_close(struct lbr_record_writer *writer, const char *kind, const char *name,
                                const struct lbr_keyring *keyring);

/* Reads the body line by line. A line with another keyword, a value that is too long or a wrong number sets `failed`, which stays
 * set. It checks no more: the caller writes the record again and compares, so only one spelling passes. */
struct lbr_record_reader {
	const char *at, *end;
	char        key_id[LBR_KEY_ID_LEN + 1]; /* of the key that made the MAC */
	unsigned    version;
	bool        failed;
};

/* Verifies the MAC in the last line and reads the first, "liberations-KIND VERSION". On LBR_OK the reader is at the second line; up
 * to `end` the record has no NUL bytes, and every line ends with a newline. LBR_ERR_DAMAGED: truncated, forged, out of place,
 * or sealed with a key that the keyring lacks. LBR_ERR_NEWER: genuine, but of a version above `newest`. */
enum lbr_error lbr_record_open(struct lbr_record_reader *reader, const char *text, size_t len, const char *kind, unsigned newest,
                               const char *name, const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* Copies the id of the key that made the MAC of a whole record that was verified. */
void lbr_record_key(const char *text, size_t len, char ret[LBR_KEY_ID_LEN + 1]);

/* Reads the next line's value into `value`; "" if failed. */
void lbr_record_text(struct lbr_record_reader *reader, const char *keyword, char *value, size_t size);

/* Reads the next line's value as a number from 0 to `max`. */
uint64_t lbr_record_number(struct lbr_record_reader *reader, const char *keyword, uint64_t max);

/* Reads the next line's value as one of `count` words and returns its index. */
int lbr_record_choice(struct lbr_record_reader *reader, const char *keyword, const char *const *words, int count);

/* Reads a decimal number without sign; false if it is not one or exceeds `max`. */
bool lbr_record_to_number(const char *text, uint64_t max, uint64_t *ret);

/* Returns true if `hash` is not empty and consists of visible ASCII without spaces. */
bool lbr_record_is_hash(const char *hash);

#endif
