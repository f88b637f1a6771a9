/* Arrays in PostgreSQL's binary format. Read arrays.h first. */
#include "arrays.h"

#include <string.h>

#include <liberations/big_endian.h>

void lbr_array_begin(struct lbr_array *array, unsigned char *bytes, uint32_t oid)
{
	/* Dimensions, nulls, type, length, first index. */
	const uint32_t words[LBR_ARRAY_HEAD / 4] = {1, 0, oid, 0, 1};
	size_t at;

	*array = (struct lbr_array){.bytes = bytes, .len = LBR_ARRAY_HEAD};
	for (at = 0; at < LBR_ARRAY_HEAD / 4; at++)
		lbr_big_endian_put(bytes + 4 * at, 4, words[at]);
}

void lbr_array_bytes(struct lbr_array *array, const void *value, size_t len)
{
	unsigned char *at = array->bytes + array->len;

	lbr_big_endian_put(at, 4, len);
	memcpy(at + 4, value, len);
	array->len += 4 + len;
	lbr_big_endian_put(array->bytes + LBR_ARRAY_AT_COUNT, 4, ++array->count);
}

void lbr_array_text(struct lbr_array *array, const char *text)
{
	lbr_array_bytes(array, text, strlen(text));
}

void lbr_array_number(struct lbr_array *array, uint64_t number)
{
	unsigned char bytes[8];

	lbr_big_endian_put(bytes, 8, number);
	lbr_array_bytes(array, bytes, sizeof(bytes));
}

void lbr_array_flag(struct lbr_array *array, bool flag)
{
	lbr_array_bytes(array, &(unsigned char){flag}, 1);
}

void lbr_parameter_array(struct lbr_parameters *parameters, const struct lbr_array *array)
{
	lbr_parameter_bytes(parameters, array->bytes, array->len);
}
