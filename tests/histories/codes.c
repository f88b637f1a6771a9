/* One person, eight processes at four hosts, and nothing but right passwords and codes of this minute: how often each code opened.
 *
 *     codes DIRECTORY NAME SECONDS [wait]
 *
 * DIRECTORY as for histories. Makes the account NAME, says so and waits for a line if it is to wait, and works on it for so long,
 * or until its input ends, whatever becomes of the database. Says `in` after a yes. Prints at its end how many answers of each kind
 * there were, and how often the most often accepted code was accepted: more than once is exit status 1. */
#include <poll.h>
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
#include <liberations/token.h>

#include "hosts.h"
#include "support/unprivileged.h"

#define WORKERS 8
#define HOSTS 4
#define STEPS 64
#define PAUSE_US 5000
#define TRIES 20

struct sums {
	atomic_uint yes[STEPS][HOSTS], tries, used, unknown, away;
	int64_t     first_step;
	atomic_bool over;
};

static struct sums *sums;

/* A code of this step or of its neighbours. */
static void draw(const struct history *person, unsigned number, struct op *op, int64_t *ret_step)
{
	memset(op, 0, sizeof(*op));
	op->kind = TRY;
	*ret_step = lbr_token_step((int64_t)time(NULL)) - 1 + (int64_t)(number % 3);
	(void)lbr_token_code(person->keys[0], *ret_step, op->code);
}

static void count(const struct op *op, int64_t step, unsigned host)
{
	(void)atomic_fetch_add(&sums->tries, 1);
	if (op->fate == FATE_PERHAPS)
		(void)atomic_fetch_add(&sums->unknown, 1);
	else if (op->fate == FATE_NOTHING)
		(void)atomic_fetch_add(&sums->away, 1);
	else if (op->verdict == LBR_ALLOW && step >= sums->first_step && step < sums->first_step + STEPS)
		(void)atomic_fetch_add(&sums->yes[step - sums->first_step][host], 1);
	else if (op->verdict == LBR_DENY_USED_CODE)
		(void)atomic_fetch_add(&sums->used, 1);
}

static void work(struct worker *worker, const struct history *person, int64_t until_ms)
{
	unsigned number = worker->number;
	struct op op;
	int64_t step;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!worker_open(worker))
		_exit(3);
	for (; !sums->over && lbr_monotonic_ms() < until_ms; number++) {
		draw(person, number, &op, &step);
		worker_do(worker, person, &op);
		count(&op, step, worker->host);
		(void)usleep(op.fate == FATE_NOTHING ? 10 * PAUSE_US : PAUSE_US);
	}
	_exit(0);
}

static unsigned count_of(unsigned step)
{
	unsigned host, yes = 0;

	for (host = 0; host < HOSTS; host++)
		yes += sums->yes[step][host];
	return yes;
}

static unsigned count_yes(void)
{
	unsigned at, yes = 0;

	for (at = 0; at < STEPS; at++)
		yes += count_of(at);
	return yes;
}

/* Until the time is over, or who started this says so. */
static void watch(int64_t until_ms)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	bool told = false;

	while (lbr_monotonic_ms() < until_ms && poll(&input, 1, 50) == 0) {
		if (told || count_yes() == 0)
			continue;
		(void)puts("in");
		(void)fflush(stdout);
		told = true;
	}
	sums->over = true;
}

/* Which hosts accepted a code that was accepted more than once. */
static void accuse(unsigned step)
{
	unsigned host;

	printf("the code of step %lld:", (long long)(sums->first_step + step));
	for (host = 0; host < HOSTS; host++)
		printf(" %u", sums->yes[step][host]);
	printf(" times at the hosts\n");
}

static int report(void)
{
	unsigned at, most = 0;

	for (at = 0; at < STEPS; at++) {
		most = count_of(at) > most ? count_of(at) : most;
		if (count_of(at) > 1)
			accuse(at);
	}
	printf("%u sign-ins: %u yes, %u used, %u unknown, %u away; each code at most %u times\n", sums->tries, count_yes(), sums->used,
	       sums->unknown, sums->away, most);
	return most > 1 ? 1 : 0;
}

static enum lbr_error found_it(struct worker *self, struct lbr_reason *reason)
{
	enum lbr_error error = worker_open(self) ? lbr_store_found(self->desk, self->settings->window, reason) : LBR_ERR_SYSTEM;
	unsigned tries;

	for (tries = 0; (error == LBR_ERR_UNREACHABLE || error == LBR_ERR_UNKNOWN) && tries < TRIES; tries++) { /* a standby is new */
		worker_close(self);
		(void)sleep(1);
		error = worker_open(self) ? lbr_store_found(self->desk, self->settings->window, reason) : LBR_ERR_SYSTEM;
	}
	return error;
}

/* Again until it is certain: a name that exists after an answer was lost is the account that was to be made. */
static enum lbr_error create_it(struct worker *self, struct history *person)
{
	bool perhaps = false;
	unsigned tries;
	struct op op;

	for (tries = 0; tries < TRIES; tries++) {
		op = (struct op){.kind = CREATE};
		worker_do(self, person, &op);
		if (op.error == LBR_OK || (op.error == LBR_ERR_EXISTS && perhaps))
			return LBR_OK;
		if (op.error != LBR_ERR_UNKNOWN && op.error != LBR_ERR_UNREACHABLE)
			break;
		perhaps = perhaps || op.error == LBR_ERR_UNKNOWN;
		(void)sleep(1);
	}
	return op.error;
}

static bool begin(struct worker *self, struct history *person)
{
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error = found_it(self, &reason);

	if (error == LBR_OK || error == LBR_ERR_EXISTS)
		error = create_it(self, person);
	if (error != LBR_OK)
		fprintf(stderr, "%s: %s\n", lbr_error_name(error), reason.text);
	return error == LBR_OK;
}

int main(int argc, char **argv)
{
	static struct lbr_settings settings;
	static struct history person;
	struct worker self = {.number = WORKERS, .settings = &settings, .program = getenv("LBR_BROKER")};
	char path[LBR_PATH_MAX];
	int64_t until_ms;
	unsigned at;

	if (argc < 4 || self.program == NULL || become_unprivileged(NULL) != 0)
		return 2;
	lbr_settings_default(&settings);
	self.place = argv[1];
	(void)snprintf(path, sizeof(path), "%s/seal.key", self.place);
	(void)snprintf(person.names[0], sizeof(person.names[0]), "%s", argv[2]);
	sums = mmap(NULL, sizeof(*sums), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sums == MAP_FAILED || lbr_keyring_load(path, &self.keyring, NULL) != LBR_OK || lbr_token_draw(person.keys[0]) != LBR_OK ||
	    !begin(&self, &person))
		return 3;
	if (argc > 4) {
		(void)puts("made");
		(void)fflush(stdout);
		(void)getchar();
	}
	sums->first_step = lbr_token_step((int64_t)time(NULL)) - 2;
	until_ms = lbr_monotonic_ms() + 1000 * strtoll(argv[3], NULL, 10);
	for (at = 0; at < WORKERS; at++)
		if (fork() == 0) {
			self.number = at;
			self.host = at % HOSTS;
			work(&self, &person, until_ms);
		}
	worker_close(&self);
	watch(until_ms);
	while (wait(NULL) > 0)
		;
	return report();
}
