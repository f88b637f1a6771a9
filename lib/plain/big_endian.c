#include <liberations/big_endian.h>

#include <stddef.h>
#include <stdint.h>

void lbr_big_endian_put(unsigned char *ret, size_t len, uint64_t value)
{
	for (; len > 0; len--, value >>= 8)
		ret[len - 1] = (unsigned char)value;
}

uint64_t lbr_big_endian_get(const unsigned char *bytes, size_t len)
{
	uint64_t value = 0;

	for (; len > 0; len--)
		value = value << 8 | *bytes++;
	return value;
}
