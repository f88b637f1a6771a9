/* Bytes as base64url without padding. */
#include "base64url_bytes.h"

#include <string.h>

#include <liberations/secret.h>

void lbr_base64url_put(const void *bytes, size_t len, char *ret)
{
	(void)sodium_bin2base64(ret, LBR_BASE64URL_SIZE(len), bytes, len, LBR_BASE64URL);
}

bool lbr_base64url_get(const char *text, void *ret, size_t len)
{
	size_t got = 0;

	if (sodium_base642bin(ret, len, text, strlen(text), NULL, &got, NULL, LBR_BASE64URL) == 0 && got == len)
		return true;
	lbr_wipe(ret, len);
	return false;
}
