/* The parameters of a statement. */
#include "parameters.h"

#include <string.h>

#include <liberations/big_endian.h>

static void add(struct lbr_parameters *parameters, const void *value, size_t len)
{
	int at = parameters->count++;

	parameters->values[at] = value;
	parameters->lengths[at] = (int)len;
	parameters->formats[at] = 1;
}

void lbr_parameter_text(struct lbr_parameters *parameters, const char *text)
{
	add(parameters, text, strlen(text));
}

void lbr_parameter_number(struct lbr_parameters *parameters, uint64_t number)
{
	unsigned char *bytes = parameters->numbers[parameters->count];

	lbr_big_endian_put(bytes, 8, number);
	add(parameters, bytes, 8);
}

void lbr_parameter_flag(struct lbr_parameters *parameters, bool flag)
{
	unsigned char *bytes = parameters->numbers[parameters->count];

	bytes[0] = flag;
	add(parameters, bytes, 1);
}

void lbr_parameter_bytes(struct lbr_parameters *parameters, const void *bytes, size_t len)
{
	add(parameters, len > 0 ? bytes : NULL, len);
}
