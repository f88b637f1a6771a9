#include "hosts.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <liberations/change.h>
#include <liberations/token.h>

#include "remote_parts.h"

int64_t host_skew_s;

/* By the store's clock: when the edit was called last, and the step of the moment for which the code was matched. */
static int64_t seen_s, matched_step;

int64_t monotonic_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t host_now_s(void)
{
	return (int64_t)time(NULL) + host_skew_s;
}

/* The linker puts these in front of the library's (--wrap). */
struct lbr_decision __real_lbr_decide(const struct lbr_account *account, const struct lbr_counters *counters,
                                      const struct lbr_evidence *evidence, const struct lbr_settings *settings, int64_t now_s);
struct lbr_decision __wrap_lbr_decide(const struct lbr_account *account, const struct lbr_counters *counters,
                                      const struct lbr_evidence *evidence, const struct lbr_settings *settings, int64_t now_s);
enum lbr_error __real_lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason);
enum lbr_error __wrap_lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason);
bool __wrap_lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char made[LBR_HASH_MAX]);
int64_t __real_lbr_token_match(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, int64_t now_step,
                               unsigned window);
int64_t __wrap_lbr_token_match(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, int64_t now_step,
                               unsigned window);

int64_t __wrap_lbr_token_match(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, int64_t now_step,
                               unsigned window)
{
	matched_step = now_step;
	return __real_lbr_token_match(key, typed, now_step, window);
}

struct lbr_decision __wrap_lbr_decide(const struct lbr_account *account, const struct lbr_counters *counters,
                                      const struct lbr_evidence *evidence, const struct lbr_settings *settings, int64_t now_s)
{
	seen_s = now_s;
	return __real_lbr_decide(account, counters, evidence, settings, now_s);
}

struct watched {
	lbr_store_edit *edit;
	void           *context;
};

static enum lbr_error watch_edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct watched *watched = context;

	seen_s = view->now_s;
	return watched->edit(watched->context, view, ret_parts, reason);
}

enum lbr_error __wrap_lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason)
{
	struct watched watched = {edit, context};

	return __real_lbr_store_commit(view, watch_edit, &watched, reason);
}

/* A hash takes longer than all that is tested here. */
bool __wrap_lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char made[LBR_HASH_MAX])
{
	unsigned typed = 0;

	(void)cost;
	while (typed < PASSWORDS && strcmp(password->bytes, password_words[typed]) != 0)
		typed++;
	write_hash(typed, made);
	return typed < PASSWORDS && strcmp(made, hash) == 0;
}

static int start_desk_broker(const struct worker *worker)
{
	char config[LBR_PATH_MAX];
	pid_t child;
	int pair[2];

	(void)snprintf(config, sizeof(config), "%s/desk%u.conf", worker->place, worker->config);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(STDERR_FILENO); /* what befalls the database is no news */
		if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
			(void)execl(worker->program, "liberations-store", "--config", config, "--admin", (char *)NULL);
		_exit(127);
	}
	(void)close(pair[1]);
	return pair[0];
}

static bool open_desk(struct worker *worker)
{
	const struct lbr_broker broker = {.path = "", .fd = start_desk_broker(worker)};

	worker->desk = NULL;
	return lbr_store_open_shared(&broker, worker->keyring, host_now_s, &worker->desk, NULL) == LBR_OK;
}

bool worker_open(struct worker *worker)
{
	char path[LBR_PATH_MAX];
	const struct lbr_broker broker = {.path = path, .fd = -1};

	(void)snprintf(path, sizeof(path), "%s/host%u/store.sock", worker->place, worker->host);
	return lbr_store_open_shared(&broker, worker->keyring, host_now_s, &worker->agents, NULL) == LBR_OK && open_desk(worker);
}

void worker_close(struct worker *worker)
{
	lbr_store_close(worker->agents);
	lbr_store_close(worker->desk);
}

static struct lbr_secret secret_of(const char *text)
{
	struct lbr_secret secret;

	(void)lbr_secret_set(&secret, text, strlen(text));
	return secret;
}

static void try(struct worker *worker, const struct history *person, struct op *op)
{
	const struct lbr_secret password = secret_of(password_words[op->password]), code = secret_of(op->code);
	const struct lbr_attempt attempt = {.name = person->names[op->name], .password = &password, .code = &code,
		.factors = LBR_FACTORS_BOTH, .service = "sshd", .rhost = places[op->place] + strlen("rhost "), .place = places[op->place]};
	struct lbr_outcome outcome;

	op->error = lbr_attempt_run(worker->agents, worker->keyring, worker->settings, &attempt, &outcome, NULL);
	op->verdict = outcome.verdict;
	op->absent = op->error == LBR_OK && outcome.absent;
	op->uncounted = outcome.uncounted;
	op->code_fresh = outcome.code_fresh;
	op->last_sign_in_s = outcome.last_sign_in_s;
	op->next_try_s = outcome.next_try_s;
	op->became = outcome.account.generation;
	lbr_outcome_wipe(&outcome);
}

static void change(struct worker *worker, const struct history *person, struct op *op)
{
	const char *name = person->names[op->name];
	struct lbr_change what = {.name = name, .lane = LBR_LANE_STRANGER, .service = "sshd"};
	char hash[LBR_HASH_MAX];
	struct lbr_view view;

	write_hash(op->password, hash);
	what.hash = hash;
	op->error = lbr_store_load(worker->agents, name, &view, NULL);
	what.generation = op->generation = view.account.generation;
	lbr_view_release(&view);
	if (op->error == LBR_OK)
		op->error = lbr_change_commit(worker->agents, worker->settings, &what, &op->became, NULL);
}

static enum lbr_error edit_flag(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct op *op = context;

	(void)reason;
	op->changed = view->account.disabled != (op->kind == DISABLE);
	view->account.disabled = op->kind == DISABLE;
	*ret_parts = op->changed ? LBR_PART_ACCOUNT : LBR_PART_NONE;
	return LBR_OK;
}

static enum lbr_error edit_lanes(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	static const struct lbr_lane_counters none[LBR_LANES];
	struct op *op = context;

	(void)reason;
	op->changed = memcmp(view->counters.lanes, none, sizeof(none)) != 0;
	memset(view->counters.lanes, 0, sizeof(view->counters.lanes));
	*ret_parts = op->changed ? LBR_PART_COUNTERS : LBR_PART_NONE;
	return LBR_OK;
}

/* As the verbs `disable`, `enable` and `unlock`. */
static void edit_at_desk(struct worker *worker, const char *name, struct op *op)
{
	struct lbr_view view;

	op->error = lbr_store_load(worker->desk, name, &view, NULL);
	if (op->error == LBR_OK)
		op->error = lbr_store_commit(&view, op->kind == UNLOCK ? edit_lanes : edit_flag, op, NULL);
	op->became = view.account.generation;
	lbr_view_release(&view);
}

static void create(struct worker *worker, const struct history *person, struct op *op)
{
	struct lbr_account account;

	seen_s = (int64_t)time(NULL);
	make_account(person->names[op->name], op->password, seen_s, &account);
	op->error = lbr_token_seal(worker->keyring, account.name, person->keys[op->key], &account.token);
	if (op->error == LBR_OK)
		op->error = lbr_store_create(worker->desk, &(struct lbr_record){.account = &account}, NULL);
}

void worker_read(struct worker *worker, const struct history *person, struct op *op)
{
	struct lbr_view view;

	op->error = lbr_store_load_with_history(worker->agents, person->names[op->name], HISTORY_KEPT, &view, NULL);
	op->found->account = view.account;
	op->found->counters = view.counters;
	op->found->history = view.history;
	lbr_view_release(&view);
}

static void ask(struct worker *worker, const struct history *person, struct op *op)
{
	const char *name = person->names[op->name];

	switch (op->kind) {
	case TRY:
		try(worker, person, op);
		break;
	case CHANGE:
		change(worker, person, op);
		break;
	case REMOVE:
		op->error = lbr_store_remove(worker->desk, name, NULL);
		break;
	case CREATE:
		create(worker, person, op);
		break;
	case RENAME:
		op->error = lbr_store_rename(worker->desk, name, person->names[1 - op->name], false, NULL);
		break;
	case READ:
		worker_read(worker, person, op);
		break;
	default:
		edit_at_desk(worker, name, op);
	}
}

static enum fate fate_of(const struct op *op)
{
	switch (op->error) {
	case LBR_OK:
	case LBR_ERR_ABSENT:
		return FATE_DONE;
	case LBR_ERR_EXISTS:
		return op->kind == CREATE || op->kind == RENAME ? FATE_DONE : FATE_NOTHING;
	case LBR_ERR_UNKNOWN:
		return op->kind == READ ? FATE_NOTHING : FATE_PERHAPS;
	default:
		return FATE_NOTHING;
	}
}

/* Every answer bears the floor. */
static void note_floor(struct worker *worker, const struct lbr_store *store)
{
	int64_t floor = store != NULL ? (int64_t)((const struct lbr_remote_store *)store)->tell.floor_step : 0;
	unsigned at = 0;

	if (floor == 0)
		return;
	while (at < FLOORS_MAX - 1 && worker->floors[at] != 0 && worker->floors[at] != floor)
		at++;
	worker->floors[at] = floor;
}

void worker_do(struct worker *worker, const struct history *person, struct op *op)
{
	seen_s = matched_step = 0;
	op->worker = (uint8_t)worker->number;
	op->asked_ns = monotonic_ns();
	ask(worker, person, op);
	op->told_ns = monotonic_ns();
	op->now_s = seen_s;
	op->matched_step = matched_step;
	op->absent = op->absent || op->error == LBR_ERR_ABSENT;
	op->fate = fate_of(op);
	note_floor(worker, worker->agents);
	note_floor(worker, worker->desk);
	if (op->kind >= DISABLE && op->kind <= RENAME && (op->error == LBR_ERR_UNREACHABLE || op->error == LBR_ERR_UNKNOWN)) {
		lbr_store_close(worker->desk); /* root's own broker ends with its connection */
		(void)open_desk(worker);
	}
}
