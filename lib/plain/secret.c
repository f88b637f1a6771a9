/* The one type that holds a secret. */
#include <liberations/secret.h>

#include <limits.h>
#include <stdbool.h>
#include <string.h>

void lbr_wipe(void *memory, size_t size)
{
	if (memory != NULL && size > 0)
		explicit_bzero(memory, size);
}

void lbr_secret_wipe(struct lbr_secret *secret)
{
	lbr_wipe(secret, secret != NULL ? sizeof(*secret) : 0);
}

enum lbr_error lbr_secret_set(struct lbr_secret *secret, const void *bytes, size_t len)
{
	lbr_secret_wipe(secret);
	if (len > LBR_SECRET_MAX)
		return LBR_ERR_RANGE;
	if (len == 0)
		return LBR_OK;
	if (memchr(bytes, '\0', len) != NULL)
		return LBR_ERR_SYNTAX;
	memcpy(secret->bytes, bytes, len);
	secret->len = len;
	return LBR_OK;
}

/* 0xff while `at` is below `len`, else 0, without a branch. Both stay far below SIZE_MAX / 2. */
static unsigned char used_mask(size_t at, size_t len)
{
	return (unsigned char)(0 - ((at - len) >> (sizeof(size_t) * CHAR_BIT - 1)));
}

/* `volatile` keeps the compiler from leaving the loop at the first difference. */
bool lbr_secret_equal(const struct lbr_secret *one, const struct lbr_secret *other)
{
	volatile size_t difference = one->len ^ other->len;
	size_t at;

	for (at = 0; at < LBR_SECRET_MAX; at++) {
		unsigned char a = (unsigned char)one->bytes[at] & used_mask(at, one->len);
		unsigned char b = (unsigned char)other->bytes[at] & used_mask(at, other->len);

		difference = difference | (size_t)(a ^ b);
	}
	return difference == 0;
}

bool lbr_bytes_equal(const void *one, const void *other, size_t len)
{
	const volatile unsigned char *a = one, *b = other;
	volatile unsigned char difference = 0;
	size_t at;

	for (at = 0; at < len; at++)
		difference = difference | (a[at] ^ b[at]);
	return difference == 0;
}
