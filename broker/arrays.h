/* Arrays of one dimension, as PostgreSQL sends them in the binary format: a head, then a length before each value. */
#ifndef BROKER_ARRAYS_H
#define BROKER_ARRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parameters.h"

#define LBR_OID_BOOL 16
#define LBR_OID_BYTEA 17
#define LBR_OID_BIGINT 20
#define LBR_OID_TEXT 25
#define LBR_ARRAY_HEAD 20
#define LBR_ARRAY_AT_COUNT 12 /* where the head has the number of values */

/* The bytes that `count` values of at most `most` bytes each need. */
#define LBR_ARRAY_LEN(count, most) (LBR_ARRAY_HEAD + (count) * (4 + (most)))

struct lbr_array {
	unsigned char *bytes; /* the caller's: LBR_ARRAY_LEN, or the next value does not fit */
	size_t         len;
	uint32_t       count;
};

/* Begins an empty one of values of type `oid`. */
void lbr_array_begin(struct lbr_array *array, unsigned char *bytes, uint32_t oid);

/* Each adds a value; the caller counts them. */
void lbr_array_bytes(struct lbr_array *array, const void *value, size_t len);
void lbr_array_text(struct lbr_array *array, const char *text);
void lbr_array_number(struct lbr_array *array, uint64_t number);
void lbr_array_flag(struct lbr_array *array, bool flag);

/* Adds the array to the parameters, which point to its bytes. */
void lbr_parameter_array(struct lbr_parameters *parameters, const struct lbr_array *array);

#endif
