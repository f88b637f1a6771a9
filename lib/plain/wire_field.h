/* The fields of a frame, written and read from the same description. Private to the wire's codec.
 *
 * A field consists of its tag (1, 2, ... in the frame's order), a length of two bytes, and its bytes. After an error nothing more
 * is written or read, and `error` is set. LBR_ERR_RANGE: the field does not fit. LBR_ERR_SYNTAX: not the expected field.
 */
#ifndef LIB_WIRE_FIELD_H
#define LIB_WIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/wire.h>

struct lbr_coder {
	struct lbr_frame       *out; /* writing, or NULL */
	const struct lbr_frame *in;  /* reading, or NULL */
	size_t                  at;  /* next byte to read */
	uint8_t                 tag; /* of the last field */
	enum lbr_error          error;
};

/* Codes a number from 0 to `max`; `*value` is 0 after an error. */
void lbr_field_number(struct lbr_coder *coder, uint64_t *value, uint64_t max);

/* Code an enumeration or a flag as a number from 0 to `max`. Each returns the number read, or `value` when writing. */
int lbr_field_choice(struct lbr_coder *coder, int value, int max);
bool lbr_field_flag(struct lbr_coder *coder, bool value);

/* Codes a text without NUL bytes, in a buffer of `size` bytes; "" after an error. */
void lbr_field_text(struct lbr_coder *coder, char *text, size_t size);

void lbr_field_secret(struct lbr_coder *coder, struct lbr_secret *secret);

/* Codes exactly `len` bytes; zero after an error. */
void lbr_field_bytes(struct lbr_coder *coder, unsigned char *bytes, size_t len);

/* Codes up to `max` bytes; none after an error. */
void lbr_field_blob(struct lbr_coder *coder, unsigned char *bytes, size_t *len, size_t max);

/* Codes the rules of passwords, as three fields. */
void lbr_field_rules(struct lbr_coder *coder, struct lbr_password_rules *rules);

/* Returns whether an optional group of fields follows at the frame's end: `wanted` when writing, else whether bytes are left. */
bool lbr_field_follows(const struct lbr_coder *coder, bool wanted);

#endif
