/* A code of another moment. Every refusal looks for one, so that the work tells nothing. */
#include "attempt_hint.h"

#include <liberations/token.h>

#define HOUR_STEPS (3600 / LBR_STEP_S)

int64_t lbr_hint_of_clock(const struct lbr_keyring *keyring, const struct lbr_account *account, const struct lbr_secret *code,
                          int64_t now_s)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	enum lbr_error error = lbr_token_unseal(keyring, lbr_account_keyed_name(account), &account->token, key);
	int64_t steps = 0;

	if (lbr_token_distance(key, code, lbr_token_step(now_s), HOUR_STEPS, &steps) != LBR_OK || error != LBR_OK)
		steps = 0;
	lbr_wipe(key, sizeof(key));
	return steps * LBR_STEP_S;
}
