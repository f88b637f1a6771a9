/* Histories of many hosts: rounds in which up to eight processes work on the accounts of three people at once, at four hosts; each
 * person's history must be linearizable.
 *
 *     histories DIRECTORY ROUNDS SEED SECONDS DESK
 *
 * DIRECTORY has host0/store.sock to host3/store.sock, seal.key, and nine files deskN.conf from that DESK on, LBR_BROKER names the
 * program. What fails meanwhile, `run` decides. Says `in` after the first yes. Ends after that many rounds or seconds. Exit status 1:
 * a history that is not linearizable, which is printed; a yes with an error; or a time that is not the database's. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/monotonic.h>
#include <liberations/random.h>
#include <liberations/token.h>

#include "hosts.h"
#include "linear.h"
#include "support/unprivileged.h"

#define WORKERS 8
#define HOSTS 4
#define PEOPLE 3
#define OPS_EACH 6      /* of a worker in a round */
#define READ_TRIES 400
#define FOUND_TRIES 20
#define CLOCK_SLACK_S 2
#define FLOORS 8        /* that may be raised in a round */

static const int64_t skews[HOSTS] = {0, 45, -45, 0};

struct asked {
	struct op op;
	uint8_t   person;
};

/* What all processes share. */
struct board {
	pthread_barrier_t begin, end;
	atomic_bool       over;
	unsigned          round, active;
	int64_t           floors[WORKERS + 1][FLOORS_MAX]; /* that each was told of */
	struct history    people[PEOPLE];
	struct asked      asked[WORKERS][OPS_EACH];
	unsigned          counts[WORKERS];
};

struct tally {
	unsigned long rounds, histories, skipped, ops, kinds[KINDS], yes, used, perhaps, nothing;
};

static struct board *board;
static uint64_t seed;

static uint64_t draw(uint64_t *state)
{
	uint64_t word = *state += 0x9e3779b97f4a7c15u;

	word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
	word = (word ^ word >> 27) * 0x94d049bb133111ebu;
	return word ^ word >> 31;
}

static enum kind draw_kind(uint64_t *random)
{
	static const enum kind weighted[] = {TRY, TRY, TRY, TRY, TRY, TRY, TRY, TRY, TRY, TRY, TRY, TRY, CHANGE, CHANGE, DISABLE, ENABLE,
	                                     ENABLE, UNLOCK, UNLOCK, REMOVE, CREATE, CREATE, RENAME, READ};

	return weighted[draw(random) % (sizeof(weighted) / sizeof(weighted[0]))];
}

/* Right, used or wrong: which one, others decide by what they do meanwhile. */
static void draw_code(const struct history *person, uint64_t *random, struct op *op)
{
	int64_t step = lbr_token_step((int64_t)time(NULL)) - 1 + (int64_t)(draw(random) % 3);

	if (draw(random) % 4 == 0)
		(void)snprintf(op->code, sizeof(op->code), "%06u", (unsigned)(draw(random) % 1000));
	else
		(void)lbr_token_code(person->keys[op->key], step, op->code);
}

static void draw_op(const struct history *person, uint64_t *random, struct op *op)
{
	memset(op, 0, sizeof(*op));
	op->kind = draw_kind(random);
	op->name = draw(random) % 5 == 0;
	op->password = draw(random) % 3 == 0 ? (uint8_t)(draw(random) % PASSWORDS) : 0;
	op->key = draw(random) % 8 == 0 ? (uint8_t)(draw(random) % KEYS) : 0;
	op->place = (uint8_t)(draw(random) % PLACES);
	draw_code(person, random, op);
}

static void work_round(struct worker *worker)
{
	uint64_t random = seed * 1000003 + board->round * 31 + worker->number;
	static struct found found[OPS_EACH];
	unsigned at;

	board->counts[worker->number] = 0;
	memset(worker->floors, 0, sizeof(worker->floors));
	memset(board->floors[worker->number], 0, sizeof(worker->floors));
	if (worker->number >= board->active)
		return;
	for (at = 0; at < OPS_EACH; at++) {
		struct asked *asked = &board->asked[worker->number][at];

		asked->person = (uint8_t)(draw(&random) % PEOPLE);
		draw_op(&board->people[asked->person], &random, &asked->op);
		asked->op.found = asked->op.kind == READ ? &found[at] : NULL;
		worker_do(worker, &board->people[asked->person], &asked->op);
		if (asked->op.kind == READ)
			asked->op.fate = FATE_NOTHING; /* what it found is in this process */
	}
	board->counts[worker->number] = OPS_EACH;
	memcpy(board->floors[worker->number], worker->floors, sizeof(worker->floors));
}

static void work(struct worker *worker)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	host_skew_s = skews[worker->host];
	if (!worker_open(worker))
		_exit(3);
	for (;;) {
		(void)pthread_barrier_wait(&board->begin);
		if (board->over)
			break;
		work_round(worker);
		(void)pthread_barrier_wait(&board->end);
	}
	worker_close(worker);
	_exit(0);
}

/* --- the process that prepares the rounds and judges them --- */

static void name_person(struct history *person, unsigned round, unsigned at)
{
	unsigned name, key;

	for (name = 0; name < NAMES; name++)
		(void)snprintf(person->names[name], sizeof(person->names[name]), "p%llx-%u-%u%c", (unsigned long long)seed, round, at,
		               'a' + (int)name);
	for (key = 0; key < KEYS; key++)
		(void)lbr_token_draw(person->keys[key]);
}

static struct op *next_op(struct history *person)
{
	struct op *op = &person->ops[person->count++];

	memset(op, 0, sizeof(*op));
	return op;
}

/* The first name gets an account, if the store is there. */
static void prepare(struct worker *self, unsigned round)
{
	uint64_t random = seed * 7919 + round;
	unsigned at;

	memset(self->floors, 0, sizeof(self->floors));
	board->round = round;
	board->active = 2 + (unsigned)(draw(&random) % (WORKERS - 1));
	for (at = 0; at < PEOPLE; at++) {
		struct history *person = &board->people[at];
		struct op *op;

		person->count = 0;
		person->keyring = self->keyring;
		person->settings = self->settings;
		name_person(person, round, at);
		op = next_op(person);
		op->kind = CREATE;
		worker_do(self, person, op);
	}
}

/* Once everybody is done; again until the store answers. False: it does not. */
static bool read_at_last(struct worker *self, struct history *person, unsigned name, struct found *found)
{
	struct op *op = next_op(person);
	unsigned tries;

	for (tries = 0; tries < READ_TRIES; tries++) {
		memset(op, 0, sizeof(*op));
		op->kind = READ;
		op->name = (uint8_t)name;
		op->found = found;
		worker_do(self, person, op);
		if (op->fate == FATE_DONE)
			return true;
		(void)usleep(20000);
	}
	return false;
}

static void gather(struct history *person, unsigned which)
{
	unsigned worker, at;

	for (worker = 0; worker < WORKERS; worker++)
		for (at = 0; at < board->counts[worker]; at++)
			if (board->asked[worker][at].person == which && person->count < OPS_MAX - NAMES - FLOORS)
				*next_op(person) = board->asked[worker][at].op;
}

/* A floor that anybody was told of may have been raised at any moment. */
static void add_floor(struct history *person, int64_t floor)
{
	struct op *op;
	unsigned at;

	for (at = 0; at < person->count; at++)
		if (person->ops[at].kind == FLOOR && person->ops[at].step == floor)
			return;
	if (floor == 0 || person->count == OPS_MAX)
		return;
	op = next_op(person);
	op->kind = FLOOR;
	op->fate = FATE_PERHAPS;
	op->step = floor;
}

/* The one of an earlier failover may be in force while another one is raised. */
static void add_floors(const struct worker *self, struct history *person)
{
	unsigned worker, at;

	memcpy(board->floors[WORKERS], self->floors, sizeof(self->floors));
	for (worker = 0; worker <= WORKERS; worker++)
		for (at = 0; at < FLOORS_MAX; at++)
			add_floor(person, board->floors[worker][at]);
}

static bool is_step_of(int64_t step, int64_t first_s, int64_t last_s)
{
	return step == 0 || (step >= lbr_token_step(first_s) && step <= lbr_token_step(last_s));
}

/* The store's clock decides, which is this machine's, whatever a host's own says. */
static bool is_sound(const struct op *op)
{
	int64_t ahead_s = (int64_t)time(NULL) - monotonic_ns() / 1000000000;
	int64_t first_s = op->asked_ns / 1000000000 + ahead_s - CLOCK_SLACK_S, last_s = op->told_ns / 1000000000 + ahead_s + CLOCK_SLACK_S;

	if (op->kind == TRY && op->error != LBR_OK && op->verdict != LBR_DENY)
		return false;
	if (op->error == LBR_ERR_DAMAGED || op->error == LBR_ERR_INTERNAL || op->error == LBR_ERR_NEWER || op->error == LBR_ERR_UNSAFE)
		return false;
	return op->now_s == 0 || (op->now_s >= first_s && op->now_s <= last_s && is_step_of(op->matched_step, first_s, last_s));
}

static void count(struct tally *tally, const struct history *person)
{
	unsigned at;

	for (at = 0; at < person->count; at++) {
		const struct op *op = &person->ops[at];

		if (op->kind == FLOOR)
			continue;
		tally->ops++;
		tally->kinds[op->kind]++;
		tally->perhaps += op->fate == FATE_PERHAPS;
		tally->nothing += op->fate == FATE_NOTHING && op->kind != READ;
		tally->yes += op->kind == TRY && op->verdict == LBR_ALLOW;
		tally->used += op->kind == TRY && op->verdict == LBR_DENY_USED_CODE;
	}
}

static bool judge(struct worker *self, unsigned which, struct tally *tally)
{
	static struct found found[NAMES];
	struct history *person = &board->people[which];
	bool good = true;
	unsigned at, name;

	gather(person, which);
	for (name = 0; name < NAMES; name++)
		if (!read_at_last(self, person, name, &found[name])) {
			tally->skipped++;
			return true;
		}
	add_floors(self, person);
	for (at = 0; at < person->count; at++)
		good = is_sound(&person->ops[at]) && good;
	good = is_linearizable(person) && good;
	if (!good)
		print_history(person);
	tally->histories++;
	count(tally, person);
	return good;
}

static void report(const struct tally *tally)
{
	printf("%lu histories in %lu rounds, %lu left out: the store stayed away; %lu operations: %lu sign-ins, %lu changes, %lu disable, "
	       "%lu enable, %lu unlock, %lu remove, %lu create, %lu rename; %lu yes, %lu used codes, %lu unknown, %lu not done\n",
	       tally->histories, tally->rounds, tally->skipped, tally->ops, tally->kinds[TRY], tally->kinds[CHANGE],
	       tally->kinds[DISABLE], tally->kinds[ENABLE], tally->kinds[UNLOCK], tally->kinds[REMOVE], tally->kinds[CREATE],
	       tally->kinds[RENAME], tally->yes, tally->used, tally->perhaps, tally->nothing);
	(void)fflush(stdout);
}

static void say_in(void)
{
	(void)puts("in");
	(void)fflush(stdout);
}

static bool run_round(struct worker *self, unsigned round, struct tally *tally)
{
	bool good = true, had_yes = tally->yes > 0;
	unsigned at;

	prepare(self, round);
	(void)pthread_barrier_wait(&board->begin);
	(void)pthread_barrier_wait(&board->end);
	for (at = 0; at < PEOPLE; at++)
		good = judge(self, at, tally) && good;
	if (!had_yes && tally->yes > 0)
		say_in();
	tally->rounds++;
	return good;
}

static bool run_rounds(struct worker *self, unsigned rounds, int64_t until_ms)
{
	struct tally tally = {.rounds = 0};
	bool good = true;
	unsigned round;

	for (round = 0; good && round < rounds && lbr_monotonic_ms() < until_ms; round++)
		good = run_round(self, round, &tally);
	board->over = true;
	(void)pthread_barrier_wait(&board->begin);
	report(&tally);
	return good;
}

/* Again, if something befell the database just then. */
static bool found_it(struct worker *self)
{
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error = LBR_ERR_UNREACHABLE;
	unsigned tries;

	for (tries = 0; tries < FOUND_TRIES && (error == LBR_ERR_UNREACHABLE || error == LBR_ERR_UNKNOWN); tries++) {
		if (tries > 0)
			worker_close(self);
		error = worker_open(self) ? lbr_store_found(self->desk, self->settings->window, &reason) : LBR_ERR_SYSTEM;
	}
	if (error != LBR_OK && error != LBR_ERR_EXISTS)
		fprintf(stderr, "not founded: %s: %s\n", lbr_error_name(error), reason.text);
	return error == LBR_OK || error == LBR_ERR_EXISTS;
}

static void share_board(void)
{
	pthread_barrierattr_t shared;

	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		exit(3);
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&board->begin, &shared, WORKERS + 1);
	pthread_barrier_init(&board->end, &shared, WORKERS + 1);
}

static struct lbr_keyring *load_key(const char *place)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_keyring *keyring = NULL;
	char path[LBR_PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/seal.key", place);
	if (lbr_keyring_load(path, &keyring, &reason) != LBR_OK)
		fprintf(stderr, "%s\n", reason.text);
	return keyring;
}

int main(int argc, char **argv)
{
	static struct lbr_settings settings;
	struct worker self = {.number = WORKERS, .settings = &settings, .program = getenv("LBR_BROKER")};
	unsigned at, desk = argc == 6 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;

	if (argc != 6 || self.program == NULL || become_unprivileged(NULL) != 0)
		return 2;
	(void)signal(SIGCHLD, SIG_IGN);
	lbr_settings_default(&settings);
	settings.hash_cost = 1;
	seed = strtoull(argv[3], NULL, 10);
	self.place = argv[1];
	self.config = desk + WORKERS;
	self.keyring = load_key(self.place);
	share_board();
	if (self.keyring == NULL || !found_it(&self))
		return 3;
	for (at = 0; at < WORKERS; at++)
		if (fork() == 0) {
			self.number = at;
			self.config = desk + at;
			self.host = at % HOSTS;
			work(&self);
		}
	return run_rounds(&self, (unsigned)strtoul(argv[2], NULL, 10), lbr_monotonic_ms() + 1000 * strtoll(argv[4], NULL, 10)) ? 0 : 1;
}
