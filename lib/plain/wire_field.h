/* Fields of a frame, written or read by one description. Private to the codec of the wire.
 *
 * A field is its tag (1, 2, ... in the frame's order), two bytes of length, the bytes. After an error nothing more is written or
 * read, and `error` says what was wrong: LBR_ERR_RANGE, it does not fit; LBR_ERR_SYNTAX, it is not the field that belongs here.
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

/* A number from 0 to `max`; it is 0 after an error. */
void lbr_field_number(struct lbr_coder *coder, uint64_t *value, uint64_t max);

/* Enumerations and flags cross as numbers from 0 to `max`. Each returns what was read, or `value` when writing. */
int lbr_field_choice(struct lbr_coder *coder, int value, int max);
bool lbr_field_flag(struct lbr_coder *coder, bool value);

/* Text without a NUL, in a buffer of `size` bytes; "" after an error. */
void lbr_field_text(struct lbr_coder *coder, char *text, size_t size);

void lbr_field_secret(struct lbr_coder *coder, struct lbr_secret *secret);

#endif
