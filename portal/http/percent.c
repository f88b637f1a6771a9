/* Percent-encoding. */
#include "percent.h"

#include <liberations/secret.h>

/* -1: no hex digit. */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The next byte, and how many bytes stood for it; 0: none. */
static size_t decode_one(const char *bytes, size_t len, char *ret)
{
	*ret = bytes[0] == '+' ? ' ' : bytes[0];
	if (bytes[0] != '%')
		return bytes[0] != '\0';
	if (len < 3 || digit(bytes[1]) < 0 || digit(bytes[2]) < 0)
		return 0;
	*ret = (char)(digit(bytes[1]) << 4 | digit(bytes[2]));
	return *ret != '\0' ? 3 : 0;
}

enum lbr_error lbr_percent_decode(const char *bytes, size_t len, char *ret, size_t size, size_t *ret_len)
{
	enum lbr_error error = size > 0 ? LBR_OK : LBR_ERR_RANGE;
	size_t used = 0, at = 0;

	while (error == LBR_OK && at < len) {
		char byte;
		size_t step = decode_one(bytes + at, len - at, &byte);

		if (step == 0)
			error = LBR_ERR_SYNTAX;
		else if (used + 1 >= size)
			error = LBR_ERR_RANGE;
		else
			ret[used++] = byte;
		at += step;
	}
	if (error == LBR_OK)
		ret[used] = '\0';
	else
		lbr_wipe(ret, size);
	*ret_len = error == LBR_OK ? used : 0;
	return error;
}
