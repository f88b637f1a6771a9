/* One answer that holds both parts, for consumers that ask only once. */
#include <liberations/attempt.h>

#include <liberations/token.h>

enum lbr_error lbr_entry_split(const struct lbr_secret *answer, struct lbr_secret *password, struct lbr_secret *code)
{
	size_t at, i;

	lbr_secret_wipe(password);
	lbr_secret_wipe(code);
	if (answer->len <= LBR_CODE_DIGITS)
		return LBR_ERR_SYNTAX;
	at = answer->len - LBR_CODE_DIGITS;
	for (i = at; i < answer->len; i++)
		if (answer->bytes[i] < '0' || answer->bytes[i] > '9')
			return LBR_ERR_SYNTAX;
	if (lbr_secret_set(password, answer->bytes, at) != LBR_OK ||
	    lbr_secret_set(code, answer->bytes + at, LBR_CODE_DIGITS) != LBR_OK) {
		lbr_secret_wipe(password);
		lbr_secret_wipe(code);
		return LBR_ERR_SYNTAX;
	}
	return LBR_OK;
}
