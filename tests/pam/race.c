/* One code typed in 64 processes at once opens exactly one door: on the real store and through all of PAM, with the cheapest hash
 * and with the default one.
 *
 * race [NAME...], see tests/support/harness.py. LBR_ROUNDS says how many rounds with the cheapest hash, LBR_ROUNDS_DEFAULT with the
 * default one; `make soak-races` takes a thousand and twenty; see results/race.txt. */
#include "stage.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/attempt.h>
#include <liberations/store.h>

#include "support/selection.h"

#define PROCESSES 64
#define NAME "race"

struct track {
	pthread_barrier_t start, finish;
	atomic_int        allowed, used, busy, other;
	atomic_bool       over;
	char              code[LBR_CODE_DIGITS + 1];
	int64_t           now_s;
};

static struct track *track;

static void set_up(void)
{
	pthread_barrierattr_t shared;

	track = mmap(NULL, sizeof(*track), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (track == MAP_FAILED)
		world_die("no shared memory");
	memset(track, 0, sizeof(*track));
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&track->start, &shared, PROCESSES + 1);
	pthread_barrier_init(&track->finish, &shared, PROCESSES + 1);
}

static void count(enum lbr_error error, enum lbr_verdict verdict)
{
	if (error == LBR_OK && verdict == LBR_ALLOW)
		atomic_fetch_add(&track->allowed, 1);
	else if (error == LBR_OK && verdict == LBR_DENY_USED_CODE)
		atomic_fetch_add(&track->used, 1);
	else if (error == LBR_ERR_BUSY)
		atomic_fetch_add(&track->busy, 1);
	else
		atomic_fetch_add(&track->other, 1);
}

/* --- on the store --------------------------------------------------------------------------------------------------------- */

static void attempt_once(struct world_place *place, struct lbr_store *store)
{
	struct lbr_secret password = {0}, code = {0};
	struct lbr_attempt attempt = {.name = NAME, .password = &password, .code = &code};
	struct lbr_outcome outcome;
	enum lbr_error error;

	lbr_secret_set(&password, WORLD_PASSWORD, strlen(WORLD_PASSWORD));
	lbr_secret_set(&code, track->code, strlen(track->code));
	error = lbr_attempt_run(store, place->keyring, &place->settings, &attempt, &outcome, NULL);
	count(error, outcome.verdict);
	lbr_outcome_wipe(&outcome);
}

/* The same second for all of them. */
static int64_t round_now_s(void)
{
	return track->now_s;
}

static void run_worker(struct world_place *place)
{
	struct lbr_store *store = NULL;

	/* Should the starter die, nobody waits for ever. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		world_die("prctl");
	if (lbr_store_open(place->settings.state, place->keyring, round_now_s, &store, NULL) != LBR_OK)
		world_die("a worker cannot open the store");
	for (;;) {
		pthread_barrier_wait(&track->start);
		if (atomic_load(&track->over))
			_exit(0);
		attempt_once(place, store);
		pthread_barrier_wait(&track->finish);
	}
}

static enum lbr_error forget_all(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)reason;
	memset(&view->counters, 0, sizeof(view->counters));
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

/* No step accepted, nothing failed, before every round. */
static bool reset_account(struct world_place *place, struct lbr_reason *reason)
{
	struct lbr_view view;
	bool done = lbr_store_load(place->store, NAME, &view, reason) == LBR_OK &&
	            lbr_store_commit(&view, forget_all, NULL, reason) == LBR_OK;

	lbr_view_release(&view);
	return done;
}

static bool run_rounds(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	int rounds = *(int *)context, *ret_wrong = ret, round, i;
	bool done = true;

	for (i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			run_worker(place);
	for (round = 0; round < rounds && done; round++) {
		done = reset_account(place, reason);
		world_code(WORLD_KEY_HEX, 0, track->code);
		track->now_s = time(NULL);
		atomic_store(&track->allowed, 0);
		pthread_barrier_wait(&track->start);
		pthread_barrier_wait(&track->finish);
		if (atomic_load(&track->allowed) != 1)
			(*ret_wrong)++;
	}
	atomic_store(&track->over, true);
	pthread_barrier_wait(&track->start);
	while (wait(NULL) > 0)
		continue;
	return done;
}

static bool race_on_store(const char *name, int rounds)
{
	struct lbr_reason reason = { .text = "" };
	long begun = stage_now_ms();
	int wrong = 0;

	world_set(&stage_world, NAME, "state=own", NULL);
	set_up();
	if (!world_as_owner(stage_world.config, run_rounds, &rounds, &wrong, sizeof(wrong), &reason))
		world_die("%s", reason.text);
	printf("%-7s %s (%d processes, %d rounds; %d wrong; %d told that it was used, %d found it busy, %d other; %ld s)\n",
	       wrong == 0 ? "ok" : "FAILED", name, PROCESSES, rounds, wrong, atomic_load(&track->used),
	       atomic_load(&track->busy), atomic_load(&track->other), (stage_now_ms() - begun) / 1000);
	return wrong == 0;
}

/* --- through PAM ---------------------------------------------------------------------------------------------------------- */

static void sign_in_once(void)
{
	int code;

	pthread_barrier_wait(&track->start);
	code = stage_sign_in("race", NAME, "P", track->code);
	if (code == PAM_SUCCESS)
		atomic_fetch_add(&track->allowed, 1);
	else if (code != PAM_AUTH_ERR)
		atomic_fetch_add(&track->other, 1);
	_exit(0);
}

static bool race_through_pam(const char *name, int rounds)
{
	int round, i, wrong = 0, other = 0;
	long begun = stage_now_ms();

	stage_service("race", "");
	for (round = 0; round < rounds; round++) {
		world_set(&stage_world, NAME, "state=own", NULL);
		set_up();
		world_code(WORLD_KEY_HEX, 0, track->code);
		fflush(stdout);
		for (i = 0; i < PROCESSES; i++)
			if (fork() == 0)
				sign_in_once();
		pthread_barrier_wait(&track->start);
		while (wait(NULL) > 0)
			continue;
		wrong += atomic_load(&track->allowed) != 1;
		other += atomic_load(&track->other);
	}
	printf("%-7s %s (%d processes, %d rounds; %d wrong; %d answers but AUTH_ERR; %ld s)\n", wrong == 0 ? "ok" : "FAILED",
	       name, PROCESSES, rounds, wrong, other, (stage_now_ms() - begun) / 1000);
	return wrong == 0;
}

/* --- the four of them ----------------------------------------------------------------------------------------------------- */

static const struct contest {
	const char *name, *rounds_variable;
	int         rounds; /* in `make check` */
	char        cost;
	bool      (*run)(const char *name, int rounds);
} contests[] = {
	{ "sec_1_26_one_code_opens_one_door_on_the_store", "LBR_ROUNDS", 200, '1', race_on_store },
	{ "sec_1_26_one_code_opens_one_door_through_pam", "LBR_ROUNDS", 10, '1', race_through_pam },
	{ "sec_1_26_one_code_opens_one_door_on_the_store_at_the_default_cost", "LBR_ROUNDS_DEFAULT", 1, '5', race_on_store },
	{ "sec_1_26_one_code_opens_one_door_through_pam_at_the_default_cost", "LBR_ROUNDS_DEFAULT", 1, '5', race_through_pam },
};

#define CONTESTS (int)(sizeof(contests) / sizeof(contests[0]))

/* One digit of the configuration, in place. */
static void set_cost(char digit)
{
	char text[512] = "", *at;
	FILE *file = fopen(stage_world.config, "r+e");

	if (file == NULL || fread(text, 1, sizeof(text) - 1, file) == 0 || (at = strstr(text, "hash-cost = ")) == NULL)
		world_die("no hash-cost in %s", stage_world.config);
	if (fseek(file, at - text + (long)strlen("hash-cost = "), SEEK_SET) != 0 || fputc(digit, file) == EOF || fclose(file) != 0)
		world_die("hash-cost");
}

static bool run_contest(const struct contest *contest)
{
	const char *word = getenv(contest->rounds_variable);
	int rounds = word != NULL ? (int)strtol(word, NULL, 10) : 0;

	set_cost(contest->cost);
	return contest->run(contest->name, rounds > 0 ? rounds : contest->rounds);
}

int main(int argc, char **argv)
{
	bool chosen[CONTESTS];
	int run = 0, failed = 0, status, i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	selection_begin(argc, argv);
	for (i = 0; i < CONTESTS; i++)
		chosen[i] = selection_has(contests[i].name);
	if (selection_is_over(&status))
		return status;
	stage_begin();
	for (i = 0; i < CONTESTS; i++) {
		run += chosen[i];
		failed += chosen[i] && !run_contest(&contests[i]);
	}
	world_remove(&stage_world);
	printf("%d passed, %d failed\n", run - failed, failed);
	return failed != 0;
}
