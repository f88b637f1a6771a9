/* The figures of README.md. Each is a ratio within this run, so that machines can be compared; nothing is judged, nothing is
 * kept: bench [ACCOUNTS] */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <security/pam_appl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "calls.h"
#include "floor.h"

#define PAIRS 61
#define REFUSALS 9
#define WORKERS 8
#define SLICE_S 4.0
#define SLICES 3
#define FEW 10
#define OWN_TARGET "at most 0.90; always: 1.10" /* by the setting that print_large_pages shows */
#define FEWEST 5000 /* each sign-in takes an account of its own */

/* The next account that nobody has used yet. */
static unsigned fresh;

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return a < b ? -1 : a > b;
}

static double median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

static void print(const char *what, double value, const char *target)
{
	printf("%-66s %7.3f   %s\n", what, value, target);
	fflush(stdout);
}

static double sign_in_through(const struct world *world, const char *service)
{
	char name[BENCH_NAME_MAX];
	double took;
	int result;

	stage_name(fresh++, name);
	result = stage_sign_in(world->services, service, name, WORLD_PASSWORD, NULL, &took);
	if (result != PAM_SUCCESS)
		world_die("%s was refused: %d", name, result);
	return took;
}

static double sign_in_fresh(const struct world *world)
{
	return sign_in_through(world, BENCH_ALONE);
}

static void measure_against_floor(const struct world *world, const char *service, const char *what, const char *target)
{
	struct floor floor = floor_make(world);
	double ratios[PAIRS], ours[PAIRS], floors[PAIRS];
	unsigned i;

	floor_take(&floor);
	sign_in_through(world, service);
	for (i = 0; i < PAIRS; i++) {
		/* Taken in turns, so that neither always comes after the other. */
		if (i % 2)
			ours[i] = sign_in_through(world, service);
		floors[i] = floor_take(&floor);
		if (i % 2 == 0)
			ours[i] = sign_in_through(world, service);
		ratios[i] = ours[i] / floors[i];
	}
	close(floor.fd);
	print(what, median(ratios, PAIRS), target);
	printf("    (medians: %.1f ms, floor %.1f ms: one yescrypt, one MAC, one fdatasync)\n", 1e3 * median(ours, PAIRS),
	       1e3 * median(floors, PAIRS));
}

static void measure_many_against_few(const struct world *many)
{
	double ratios[PAIRS], large, small;
	unsigned kept = fresh, first = 0, i;
	struct world few;

	stage_make(&few, FEW + PAIRS);
	for (i = 0; i < PAIRS; i++) {
		fresh = kept + i * 37;
		large = i % 2 ? sign_in_fresh(many) : 0;
		fresh = first + i;
		small = sign_in_fresh(&few);
		fresh = kept + i * 37;
		large = i % 2 ? large : sign_in_fresh(many);
		ratios[i] = large / small;
	}
	fresh = kept + PAIRS * 37;
	world_remove(&few);
	print("a sign-in with many accounts against one with few", median(ratios, PAIRS), "at most 1.05");
}

struct refusal {
	const char *what, *state, *password;
	bool        right_code;
};

static const struct refusal refusals[] = {
	{"wrong password", "state=own", "not the password at all", true},
	{"wrong code", "state=own", WORLD_PASSWORD, false},
	{"unknown name", "state=unknown", WORLD_PASSWORD, true},
	{"disabled", "state=disabled", WORLD_PASSWORD, true},
	{"expired, wrong password", "state=expired", "not the password at all", true},
	{"throttled", "state=throttled", "not the password at all", true},
	{"invited, wrong password", "state=pending", "not the password at all", true},
};
#define STATES (sizeof(refusals) / sizeof(refusals[0]))

static double refuse(const struct world *world, const struct refusal *refusal)
{
	char digits[LBR_NAME_MAX];
	double took;

	world_set(world, "refused", refusal->state, NULL);
	world_code(WORLD_KEY_HEX, refusal->right_code ? 0 : 77, digits);
	if (stage_sign_in(world->services, BENCH_ALONE, "refused", refusal->password, digits, &took) == PAM_SUCCESS)
		world_die("%s was let in", refusal->what);
	return took;
}

static void measure_refusals(const struct world *world)
{
	double took[STATES][REFUSALS], middle, least = 1e9, most = 0;
	unsigned round, i;

	for (round = 0; round < REFUSALS; round++)
		for (i = 0; i < STATES; i++)
			took[i][round] = refuse(world, &refusals[i]);
	for (i = 0; i < STATES; i++) {
		middle = median(took[i], REFUSALS);
		printf("    (refused, %-24s %.1f ms)\n", refusals[i].what, 1e3 * middle);
		least = middle < least ? middle : least;
		most = middle > most ? middle : most;
	}
	print("the slowest refusal against the fastest, over those states", most / least, "at most 1.05");
}

struct tally {
	unsigned done[WORKERS], refused[WORKERS], next[WORKERS];
};

/* One worker for one slice of time; `world` NULL: bare hashes. */
static void work(struct tally *tally, unsigned worker, const struct world *world, const struct floor *floor)
{
	double end = stage_clock() + SLICE_S;
	char name[BENCH_NAME_MAX];

	while (stage_clock() < end) {
		if (world == NULL) {
			floor_hash(floor);
		} else {
			stage_name(tally->next[worker]++, name);
			if (stage_sign_in(world->services, BENCH_ALONE, name, WORLD_PASSWORD, NULL, NULL) != PAM_SUCCESS)
				tally->refused[worker]++;
		}
		tally->done[worker]++;
	}
}

static double work_together(struct tally *tally, const struct world *world, const struct floor *floor)
{
	double started = stage_clock(), sum = 0;
	unsigned worker;

	for (worker = 0; worker < WORKERS; worker++) {
		tally->done[worker] = 0;
		if (fork() == 0) {
			work(tally, worker, world, floor);
			_exit(0);
		}
	}
	for (worker = 0; worker < WORKERS; worker++) {
		while (wait(NULL) < 0 && errno == EINTR)
			continue;
	}
	for (worker = 0; worker < WORKERS; worker++)
		sum += tally->done[worker];
	return sum / (stage_clock() - started);
}

static void measure_throughput(const struct world *world, unsigned count)
{
	struct tally *tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct floor floor = floor_make(world);
	double ours = 0, bare = 0;
	unsigned slice, worker, refused = 0;

	if (tally == MAP_FAILED)
		world_die("mmap: %s", strerror(errno));
	for (worker = 0; worker < WORKERS; worker++)
		tally->next[worker] = fresh + worker * ((count - fresh) / WORKERS);
	for (slice = 0; slice < SLICES; slice++) {
		bare += work_together(tally, NULL, &floor) / SLICES;
		ours += work_together(tally, world, &floor) / SLICES;
	}
	for (worker = 0; worker < WORKERS; worker++)
		refused += tally->refused[worker];
	close(floor.fd);
	munmap(tally, sizeof(*tally));
	print("right sign-ins per second, 8 workers, against bare crypt()", ours / bare, "at least 1.2; always: 0.95");
	printf("    (%.0f against %.0f per second on %ld processors)\n", ours, bare, sysconf(_SC_NPROCESSORS_ONLN));
	print("right sign-ins refused meanwhile", refused, "0");
}

/* The floor has large pages only where the system gives them to everybody. */
static void print_large_pages(void)
{
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
	char line[100];

	printf("transparent_hugepage: %s", file != NULL && fgets(line, sizeof(line), file) != NULL ? line : "unknown\n");
	if (file != NULL)
		fclose(file);
}

int main(int argc, char **argv)
{
	unsigned count = argc == 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 100000;
	struct world world;
	double started = stage_clock();
	pid_t listener;

	if (argc == 4) { /* what runs under strace and perf: bench SERVICES FIRST COUNT */
		snprintf(world.services, sizeof(world.services), "%s", argv[1]);
		fresh = (unsigned)strtoul(argv[2], NULL, 10);
		for (count = (unsigned)strtoul(argv[3], NULL, 10); count > 0; count--)
			sign_in_fresh(&world);
		return 0;
	}
	if (count < FEWEST)
		world_die("at least %d accounts", FEWEST);
	stage_make(&world, count);
	printf("%u accounts, hash cost %d, made in %.0f s\n", count, BENCH_COST, stage_clock() - started);
	print_large_pages();
	measure_against_floor(&world, BENCH_ALONE, "a sign-in, agent started for it, against its floor", OWN_TARGET);
	listener = stage_listen(&world);
	measure_against_floor(&world, BENCH_LISTENER, "a sign-in through the listener against its floor", OWN_TARGET);
	stage_stop(listener);
	fresh = calls_measure(&world, argv[0], fresh);
	fresh = phases_measure(&world, argv[0], fresh);
	measure_many_against_few(&world);
	measure_refusals(&world);
	measure_throughput(&world, count);
	world_remove(&world);
	return 0;
}
