/* The token: TOTP over liboath. */
#include <liberations/token.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>

#include <liberations/random.h>

#include "typed.h"

#define WITHIN_MAX 2880
#define KEY_CHARS 32
#define KEY_GROUP 4

int64_t lbr_token_step(int64_t now_s)
{
	return now_s < 0 ? 0 : now_s / LBR_STEP_S;
}

enum lbr_error lbr_token_draw(unsigned char ret[LBR_TOKEN_KEY_LEN])
{
	memset(ret, 0, LBR_TOKEN_KEY_LEN);
	return lbr_random(ret, LBR_TOKEN_SHORT_LEN);
}

enum lbr_error lbr_token_code(const unsigned char key[LBR_TOKEN_KEY_LEN], int64_t step, char ret[LBR_CODE_DIGITS + 1])
{
	memset(ret, 0, LBR_CODE_DIGITS + 1);
	if (step < 0)
		return LBR_ERR_INTERNAL;
	if (oath_hotp_generate((const char *)key, LBR_TOKEN_KEY_LEN, (uint64_t)step, LBR_CODE_DIGITS, false,
	                       OATH_HOTP_DYNAMIC_TRUNCATION, ret) == OATH_OK)
		return LBR_OK;
	lbr_wipe(ret, LBR_CODE_DIGITS + 1);
	return LBR_ERR_INTERNAL;
}

bool lbr_token_read(const struct lbr_secret *typed, char ret[LBR_CODE_DIGITS + 1])
{
	bool well_formed = lbr_typed_letters(typed, LBR_CODE_DIGITS, ret);
	size_t at;

	for (at = 0; at < LBR_CODE_DIGITS; at++)
		well_formed = well_formed && ret[at] >= '0' && ret[at] <= '9';
	if (!well_formed) { /* equals no code */
		memset(ret, 'x', LBR_CODE_DIGITS);
		ret[LBR_CODE_DIGITS] = '\0';
	}
	return well_formed;
}

static bool is_code_of(const unsigned char key[LBR_TOKEN_KEY_LEN], int64_t step, const char digits[LBR_CODE_DIGITS + 1])
{
	char code[LBR_CODE_DIGITS + 1];
	bool made, equal;

	/* A step before 1970 costs the same work as any other. */
	made = lbr_token_code(key, step > 0 ? step : 0, code) == LBR_OK;
	equal = lbr_bytes_equal(code, digits, LBR_CODE_DIGITS);
	lbr_wipe(code, sizeof(code));
	return made && equal && step > 0;
}

int64_t lbr_token_match(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, int64_t now_step,
                        unsigned window)
{
	char digits[LBR_CODE_DIGITS + 1];
	int64_t offset, found = 0;
	bool well_formed;

	if (window > LBR_WINDOW_MAX || now_step < 0 || now_step > INT64_MAX - LBR_WINDOW_MAX)
		return 0;
	well_formed = lbr_token_read(typed, digits);
	for (offset = -(int64_t)window; offset <= (int64_t)window; offset++)
		if (is_code_of(key, now_step + offset, digits) && well_formed)
			found = now_step + offset;
	lbr_wipe(digits, sizeof(digits));
	return found;
}

enum lbr_error lbr_token_distance(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed,
                                  int64_t now_step, unsigned within, int64_t *ret_steps)
{
	char digits[LBR_CODE_DIGITS + 1];
	enum lbr_error error = LBR_ERR_ABSENT;
	bool well_formed;
	int64_t away;

	*ret_steps = 0;
	if (within > WITHIN_MAX || now_step < 0 || now_step > INT64_MAX - WITHIN_MAX)
		return LBR_ERR_RANGE;
	well_formed = lbr_token_read(typed, digits);
	for (away = 0; away <= (int64_t)within; away++) {
		bool ahead = is_code_of(key, now_step + away, digits), behind = is_code_of(key, now_step - away, digits);

		if (!well_formed || error == LBR_OK || (!ahead && !behind))
			continue;
		*ret_steps = ahead ? away : -away;
		error = LBR_OK;
	}
	lbr_wipe(digits, sizeof(digits));
	return error;
}

enum lbr_error lbr_token_key_text(const unsigned char key[LBR_TOKEN_KEY_LEN], int grouped, char ret[LBR_KEY_TEXT_MAX])
{
	char *text = NULL, *to = ret;
	size_t len = 0, at;

	lbr_wipe(ret, LBR_KEY_TEXT_MAX);
	if (lbr_token_is_long(key))
		return LBR_ERR_RANGE;
	if (oath_base32_encode((const char *)key, LBR_TOKEN_SHORT_LEN, &text, &len) != OATH_OK)
		return LBR_ERR_INTERNAL;
	/* 160 bits are 32 characters exactly, so there is no padding to strip. */
	for (at = 0; len == KEY_CHARS && at < len; at++) {
		if (grouped && at > 0 && at % KEY_GROUP == 0)
			*to++ = ' ';
		*to++ = text[at];
	}
	lbr_wipe(text, len);
	free(text);
	return len == KEY_CHARS ? LBR_OK : LBR_ERR_INTERNAL;
}
