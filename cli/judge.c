/* Judging a code at the desk. */
#include "judge.h"

#include <inttypes.h>

#define REACH_STEPS 2880 /* a day: a wrong time zone is the commonest mistake */

struct judgement cli_judge(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, unsigned window,
                           int64_t now_s)
{
	struct judgement judgement = { .right = false };
	int64_t now_step = lbr_token_step(now_s), distance = 0;

	judgement.step = lbr_token_match(key, typed, now_step, window);
	if (judgement.step > 0)
		distance = judgement.step - now_step;
	else if (lbr_token_distance(key, typed, now_step, REACH_STEPS, &distance) != LBR_OK)
		return judgement;
	judgement.found = true;
	judgement.offset_s = distance * LBR_STEP_S;
	judgement.right = judgement.step > 0;
	return judgement;
}

void cli_judge_say_wrong(const struct cli *cli, FILE *to, const struct judgement *judgement)
{
	int64_t offset_s = judgement->offset_s;
	char seconds[24];

	if (!judgement->found) {
		cli_write(to, cli->language, TEXT_CODE_WRONG, NULL);
		return;
	}
	snprintf(seconds, sizeof(seconds), "%" PRId64, offset_s < 0 ? -offset_s : offset_s);
	cli_write(to, cli->language, offset_s < 0 ? TEXT_CLOCK_BEHIND : TEXT_CLOCK_AHEAD, seconds, NULL);
}
