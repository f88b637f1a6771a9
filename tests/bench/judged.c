/* What it costs the processor to judge a wrong password, by what is stored for the account, against a hash of the policy's cost, in
 * the same run: the least of some rounds of each. It does not show in when a refusal leaves, which is on a grid. */
#include <crypt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <liberations/hash_memory.h>
#include <liberations/password.h>

#define ROUNDS 15
#define TARGET "0.75 to 1.33"

struct stored {
	const char *what, *setting; /* setting NULL: `hash` is what is stored */
	char        hash[LBR_HASH_MAX];
	double      least_ms;
};

static struct stored all[] = {
	{.what = "the policy's cost", .hash = ""},
	{.what = "cost 1", .setting = "$y$j75$saltsaltsalt"},
	{.what = "cost 4", .setting = "$y$j8T$saltsaltsalt"},
	{.what = "SHA-512, 5,000 rounds", .setting = "$6$saltsaltsaltsalt"},
	{.what = "SHA-512, 15,000 rounds", .setting = "$6$rounds=15000$saltsaltsaltsalt"},
	{.what = "none", .hash = "*"},
};
#define KINDS (sizeof(all) / sizeof(all[0]))

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "judged: %s\n", what);
	exit(1);
}

static void store(struct stored *stored)
{
	void *scratch = NULL;
	int size = 0;
	const char *made = crypt_ra("correct horse", stored->setting, &scratch, &size);

	need(made != NULL && made[0] == '$' && strlen(made) < sizeof(stored->hash), stored->what);
	memcpy(stored->hash, made, strlen(made) + 1);
	free(scratch);
}

static double cpu_ms(const struct stored *stored)
{
	static const struct lbr_secret wrong = {.bytes = "wrong horse", .len = 11};
	struct timespec from, to;

	need(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from) == 0, "clock");
	need(!lbr_password_matches(&wrong, stored->hash, LBR_COST_DEFAULT), stored->what);
	need(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to) == 0, "clock");
	return (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

int main(void)
{
	double took;
	size_t at;
	int round;

	lbr_password_use_memory(lbr_hash_memory_begin, lbr_hash_memory_end);
	need(lbr_password_decoy(LBR_COST_DEFAULT, all[0].hash) == LBR_OK, all[0].what);
	for (at = 1; at < KINDS; at++)
		if (all[at].setting != NULL)
			store(&all[at]);
	for (round = 0; round < ROUNDS; round++)
		for (at = 0; at < KINDS; at++) {
			took = cpu_ms(&all[at]);
			all[at].least_ms = round == 0 || took < all[at].least_ms ? took : all[at].least_ms;
		}
	for (at = 0; at < KINDS; at++)
		printf("judging a password, stored: %-24s %5.2f x (%.1f ms)   %s\n", all[at].what,
		       all[at].least_ms / all[0].least_ms, all[at].least_ms, at == 0 ? "" : TARGET);
	return 0;
}
