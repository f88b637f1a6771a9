/* Judging a password takes the same work for everybody, whatever hash is stored: otherwise raising hash-cost, or importing
 * accounts, would tell for a while who has one. It takes the same memory too, held from the first hash to the last decoy. */
#include <liberations/password.h>

#include "password_form.h"

static void do_what_is_missing(unsigned done, unsigned cost)
{
	unsigned wanted = 1U << (cost - LBR_COST_MIN), missing = done < wanted ? wanted - done : 0;
	unsigned step;

	for (step = cost; step >= LBR_COST_MIN; step--)
		if ((missing & 1U << (step - LBR_COST_MIN)) != 0)
			lbr_hash_decoy(step);
}

bool lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char ret_made[LBR_HASH_MAX])
{
	bool same = false;
	enum lbr_error error;

	lbr_hashes_begin(cost);
	error = lbr_password_make(password, hash, &same, ret_made);
	do_what_is_missing(error == LBR_OK ? lbr_hash_work(hash) : 0, cost);
	lbr_hashes_end();
	return error == LBR_OK && same;
}

bool lbr_password_matches(const struct lbr_secret *password, const char *hash, unsigned cost)
{
	char made[LBR_HASH_MAX];
	bool matches = lbr_password_try(password, hash, cost, made);

	lbr_wipe(made, sizeof(made));
	return matches;
}
