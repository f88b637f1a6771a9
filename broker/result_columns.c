/* The columns of an answer. */
#include "result_columns.h"

#include <string.h>

#include <liberations/big_endian.h>

#include "arrays.h"

/* The column's bytes. NULL: null, or there is no such column. */
static const char *find(const struct lbr_columns *columns, const char *name, size_t *ret_len)
{
	int column = PQfnumber(columns->result, name);

	*ret_len = 0;
	if (column < 0 || PQfformat(columns->result, column) != 1 || PQgetisnull(columns->result, columns->at, column))
		return NULL;
	*ret_len = (size_t)PQgetlength(columns->result, columns->at, column);
	return PQgetvalue(columns->result, columns->at, column);
}

bool lbr_column_flag(struct lbr_columns *columns, const char *name)
{
	size_t len;
	const char *bytes = find(columns, name, &len);

	if (bytes == NULL || len != 1 || (unsigned char)bytes[0] > 1) {
		columns->broken = true;
		return false;
	}
	return bytes[0] == 1;
}

uint64_t lbr_column_number(struct lbr_columns *columns, const char *name, bool or_null)
{
	size_t len;
	const char *bytes = find(columns, name, &len);
	uint64_t number;

	if (bytes == NULL && or_null)
		return 0;
	if (bytes == NULL || (len != 8 && len != 4)) {
		columns->broken = true;
		return 0;
	}
	number = lbr_big_endian_get((const unsigned char *)bytes, len);
	if (number > (len == 8 ? INT64_MAX : INT32_MAX)) {
		columns->broken = true;
		return 0;
	}
	return number;
}

static void take_text(struct lbr_columns *columns, const char *name, bool may_cut, char *ret, size_t size)
{
	size_t len;
	const char *bytes = find(columns, name, &len);

	ret[0] = '\0';
	if (bytes == NULL)
		return;
	if (may_cut && len >= size)
		len = size - 1;
	if (len >= size || memchr(bytes, '\0', len) != NULL) {
		columns->broken = true;
		return;
	}
	memcpy(ret, bytes, len);
	ret[len] = '\0';
}

void lbr_column_text(struct lbr_columns *columns, const char *name, char *ret, size_t size)
{
	take_text(columns, name, false, ret, size);
}

void lbr_column_start(struct lbr_columns *columns, const char *name, char *ret, size_t size)
{
	take_text(columns, name, true, ret, size);
}

void lbr_column_bytes(struct lbr_columns *columns, const char *name, unsigned char *ret, size_t size, size_t *ret_len)
{
	size_t len;
	const char *bytes = find(columns, name, &len);

	*ret_len = 0;
	if (bytes == NULL)
		return;
	if (len > size) {
		columns->broken = true;
		return;
	}
	memcpy(ret, bytes, len);
	*ret_len = len;
}

/* An array of bigint without nulls: how many there are. */
static bool read_head(const unsigned char *bytes, size_t len, size_t *ret_count)
{
	static const uint32_t words[] = {1, 0, LBR_OID_BIGINT};
	size_t at;

	if (len < LBR_ARRAY_HEAD)
		return false;
	for (at = 0; at < sizeof(words) / sizeof(words[0]); at++)
		if (lbr_big_endian_get(bytes + 4 * at, 4) != words[at])
			return false;
	*ret_count = (size_t)lbr_big_endian_get(bytes + LBR_ARRAY_AT_COUNT, 4);
	return len == LBR_ARRAY_LEN(*ret_count, 8);
}

void lbr_column_places(struct lbr_columns *columns, const char *name, bool *ret, size_t count)
{
	size_t len, at, found = 0;
	const unsigned char *bytes = (const unsigned char *)find(columns, name, &len);

	memset(ret, 0, count * sizeof(*ret));
	if (PQfnumber(columns->result, name) < 0 || (bytes != NULL && !read_head(bytes, len, &found)))
		columns->broken = true;
	for (at = 0; at < found && !columns->broken; at++) {
		const unsigned char *value = bytes + LBR_ARRAY_LEN(at, 8);
		uint64_t place = lbr_big_endian_get(value + 4, 8);

		if (lbr_big_endian_get(value, 4) != 8 || place < 1 || place > count)
			columns->broken = true;
		else
			ret[place - 1] = true;
	}
}
