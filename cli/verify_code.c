/* Judges a code for the administrator, without accepting it. */
#include "verify_code.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define REACH_STEPS 2880 /* a day: a wrong time zone is the commonest mistake */

struct code_check cli_verify_code(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, unsigned window,
                           int64_t now_s)
{
	struct code_check check = { .right = false };
	char digits[LBR_CODE_DIGITS + 1];
	int64_t now_step = lbr_token_step(now_s), distance = 0;

	check.is_code = lbr_token_read(typed, digits);
	lbr_wipe(digits, sizeof(digits));
	check.step = lbr_token_match(key, typed, now_step, window);
	if (check.step > 0)
		distance = check.step - now_step;
	else if (lbr_token_distance(key, typed, now_step, REACH_STEPS, &distance) != LBR_OK)
		return check;
	check.found = true;
	check.offset_s = distance * LBR_STEP_S;
	check.right = check.step > 0;
	return check;
}

void cli_verify_code_say_wrong(const struct cli *cli, FILE *to, const struct code_check *check)
{
	int64_t offset_s = check->offset_s;
	char seconds[24];

	if (!check->found) {
		cli_write(to, cli->language, check->is_code ? TEXT_CODE_WRONG : TEXT_CODE_NO_FORM, NULL);
		return;
	}
	snprintf(seconds, sizeof(seconds), "%" PRId64, offset_s < 0 ? -offset_s : offset_s);
	cli_write(to, cli->language, offset_s < 0 ? TEXT_CLOCK_BEHIND : TEXT_CLOCK_AHEAD, seconds, NULL);
}
