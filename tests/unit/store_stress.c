/* Random operations by eight processes (file store) or threads (store in memory) on few accounts, against the pure model.
 *
 * Every edit logs what it saw and what it made of it, in memory that all share, and repeats each attempt with lbr_decide on what it
 * saw. Afterwards the log must be a history: each commit replaced exactly what the one before it stored. The linker puts functions
 * of this file in front of the library's (--wrap). LBR_STEPS says how many steps; `make soak-operations` takes
 * a million, see store_stress.txt. */
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
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

#include <sodium.h>

#include <liberations/attempt.h>
#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>
#include <liberations/token.h>

#include "file/file_mutex.h"
#include "memory_store.h"
#include "support/change_stage.h"
#include "view_parts.h"

#define WORKERS 8
#define ACCOUNTS 3
#define STEPS 2000
#define PASSWORDS 14
#define SECONDS_A_STEP 2

/* --- what all share --- */

enum fate { FATE_OPEN, FATE_STORED, FATE_FAILED }; /* open: its process was killed */

struct entry {
	uint64_t saw, stored, torn; /* states; torn: the counters, but not yet the account */
	uint64_t life;              /* of the account: which of those that had its name */
	int64_t  step_before, step_after, yes_step;
	uint64_t set;
	uint32_t used_before, used_after;
	uint8_t  account, fate, created, writes, disabled, yes, yes_code;
};

struct board {
	atomic_uint   count, steps, most, failures, done[16], killed;
	atomic_llong  now_s;
	atomic_ullong stamp;
	char          failure[256];
	struct lbr_recovery_sheet sheets[ACCOUNTS];
	unsigned char keys[ACCOUNTS][LBR_TOKEN_KEY_LEN];
	char          hashes[PASSWORDS][LBR_HASH_MAX];
	struct entry  entries[];
};

static struct board *board;
static unsigned capacity;

/* The faults that are planted. */
static enum { SOUND, NOBODY_IS_KEPT_OUT, STALE_VIEWS_PASS } planted;

static void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void complain(const char *format, ...)
{
	char text[sizeof(board->failure)];
	va_list words;

	va_start(words, format);
	vsnprintf(text, sizeof(text), format, words);
	va_end(words);
	if (atomic_fetch_add(&board->failures, 1) == 0)
		memcpy(board->failure, text, sizeof(text));
}

static int64_t board_now_s(void)
{
	return atomic_load(&board->now_s);
}

/* --- the worker --- */

/* What the attempt under way has typed. */
struct typed {
	bool     attempts;
	unsigned account, password;
	int64_t  loaded_s; /* when its codes were matched */
	struct lbr_secret code;
};

static __thread struct typed typed;
static __thread struct entry *last; /* of the edit that was called last */
static __thread uint64_t chance;

static struct lbr_store *store;

static unsigned below(unsigned bound)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (unsigned)((chance >> 20) % bound);
}

static void nap_us(long us)
{
	struct timespec pause = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&pause, NULL);
}

static uint64_t digest(const struct lbr_account *account, const struct lbr_counters *counters)
{
	static const unsigned char key[crypto_shorthash_KEYBYTES];
	unsigned char bytes[sizeof(*account) + sizeof(*counters)];
	uint64_t result;

	memcpy(bytes, account, sizeof(*account));
	memcpy(bytes + sizeof(*account), counters, sizeof(*counters));
	crypto_shorthash((unsigned char *)&result, bytes, sizeof(bytes), key);
	return result;
}

static uint64_t life_of(const struct lbr_account *account)
{
	static const struct lbr_counters none;
	struct lbr_account only = { .generation = 0 };

	only.token = account->token;
	return digest(&only, &none);
}

static unsigned number_of(const char *hash)
{
	unsigned number;

	for (number = 0; number < PASSWORDS && strcmp(hash, board->hashes[number]) != 0; number++)
		;
	return number;
}

static struct entry *new_entry(unsigned account, const struct lbr_account *now)
{
	unsigned at = atomic_fetch_add(&board->count, 1);

	if (at >= capacity)
		_exit(99);
	board->entries[at].account = (uint8_t)account;
	board->entries[at].life = life_of(now);
	return &board->entries[at];
}

/* The attempt once more, on what its edit saw: the verdict is none of the edit's business, but the counters are. */
static void repeat(const struct lbr_view *before, const struct lbr_view *after)
{
	struct lbr_evidence evidence = { .known = true, .factors = LBR_FACTORS_BOTH };
	struct lbr_decision decision;
	struct lbr_counters expected;

	evidence.password_right = number_of(before->account.password_hash) == typed.password;
	evidence.code_empty = typed.code.len == 0;
	evidence.step = lbr_token_match(board->keys[typed.account], &typed.code, lbr_token_step(typed.loaded_s), settings.window);
	if (evidence.step == 0)
		evidence.recovery = lbr_recovery_match(scratch.keyring, &before->account, &typed.code);
	decision = lbr_decide(&before->account, &before->counters, &evidence, &settings, before->now_s);
	expected = decision.counters;
	if (memcmp(expected.lanes, after->counters.lanes, sizeof(expected.lanes)) != 0 ||
	    expected.last_step != after->counters.last_step || expected.recovery_used != after->counters.recovery_used ||
	    expected.recovery_set != after->counters.recovery_set || expected.last_sign_in_s != after->counters.last_sign_in_s)
		complain("an attempt stored other counters than the model");
}

struct logged {
	lbr_store_edit *edit;
	void           *context;
	uint64_t        generation;
};

static enum lbr_error logged_edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct logged *logged = context;
	struct lbr_view before = *view;
	struct entry *entry = new_entry((unsigned)(view->account.name[0] - 'a'), &view->account);
	enum lbr_error error;

	last = entry;
	entry->fate = FATE_FAILED;
	if (before.account.generation != logged->generation)
		complain("a commit is based on generation %llu, and found %llu", (unsigned long long)logged->generation,
		     (unsigned long long)before.account.generation);
	error = logged->edit(logged->context, view, ret_parts, reason);
	if (error != LBR_OK)
		return error;
	if (typed.attempts && planted == SOUND)
		repeat(&before, view);
	if ((*ret_parts & LBR_PART_COUNTERS) != 0)
		view->counters.origins[0] = atomic_fetch_add(&board->stamp, 1); /* no two states are the same */
	view->account.generation = before.account.generation + ((*ret_parts & LBR_PART_ACCOUNT) != 0);
	entry->saw = digest(&before.account, &before.counters);
	entry->stored = digest(&view->account, &view->counters);
	entry->torn = digest(&before.account, &view->counters);
	entry->step_before = before.counters.last_step;
	entry->step_after = view->counters.last_step;
	entry->set = before.account.recovery_set;
	entry->used_before = before.counters.recovery_used;
	entry->used_after = view->counters.recovery_used;
	entry->disabled = before.account.disabled;
	entry->writes = *ret_parts != LBR_PART_NONE;
	entry->fate = FATE_OPEN;
	if (planted != SOUND)
		nap_us(200); /* others may come in between, if they can */
	return LBR_OK;
}

/* --- in front of the library --- */

enum lbr_error __real_lbr_store_load(struct lbr_store *from, const char *name, struct lbr_view *view, struct lbr_reason *reason);
enum lbr_error __wrap_lbr_store_load(struct lbr_store *from, const char *name, struct lbr_view *view, struct lbr_reason *reason);
enum lbr_error __real_lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason);
enum lbr_error __wrap_lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason);
bool __real_lbr_view_is_same(const struct lbr_view *view, const struct lbr_account *account);
bool __wrap_lbr_view_is_same(const struct lbr_view *view, const struct lbr_account *account);
enum lbr_error __real_lbr_mutex_take(struct lbr_mutexes *mutexes, const char *kind, const char *name,
                                     const struct lbr_deadline *deadline, unsigned *ret_number, struct lbr_reason *reason);
enum lbr_error __wrap_lbr_mutex_take(struct lbr_mutexes *mutexes, const char *kind, const char *name,
                                     const struct lbr_deadline *deadline, unsigned *ret_number, struct lbr_reason *reason);
void __real_lbr_mutex_give(struct lbr_mutexes *mutexes, unsigned number);
void __wrap_lbr_mutex_give(struct lbr_mutexes *mutexes, unsigned number);
bool __real_lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char made[LBR_HASH_MAX]);
bool __wrap_lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char made[LBR_HASH_MAX]);

enum lbr_error __wrap_lbr_store_load(struct lbr_store *from, const char *name, struct lbr_view *view, struct lbr_reason *reason)
{
	enum lbr_error error = __real_lbr_store_load(from, name, view, reason);

	typed.loaded_s = view->now_s;
	return error;
}

enum lbr_error __wrap_lbr_store_commit(struct lbr_view *view, lbr_store_edit *edit, void *context, struct lbr_reason *reason)
{
	struct logged logged = { edit, context, view->impl.generation };
	enum lbr_error error;

	last = NULL;
	if (!view->known) /* a decoy, while the account was removed */
		return __real_lbr_store_commit(view, edit, context, reason);
	error = __real_lbr_store_commit(view, logged_edit, &logged, reason);
	if (last != NULL)
		last->fate = error == LBR_OK ? FATE_STORED : error == LBR_ERR_UNKNOWN ? FATE_OPEN : FATE_FAILED;
	return error;
}

bool __wrap_lbr_view_is_same(const struct lbr_view *view, const struct lbr_account *account)
{
	return planted == STALE_VIEWS_PASS || __real_lbr_view_is_same(view, account);
}

enum lbr_error __wrap_lbr_mutex_take(struct lbr_mutexes *mutexes, const char *kind, const char *name,
                                     const struct lbr_deadline *deadline, unsigned *ret_number, struct lbr_reason *reason)
{
	*ret_number = 0;
	return planted == NOBODY_IS_KEPT_OUT ? LBR_OK
	                                     : __real_lbr_mutex_take(mutexes, kind, name, deadline, ret_number, reason);
}

void __wrap_lbr_mutex_give(struct lbr_mutexes *mutexes, unsigned number)
{
	if (planted != NOBODY_IS_KEPT_OUT)
		__real_lbr_mutex_give(mutexes, number);
}

/* Each hash of this test is made once, so its passwords match by number: a million hashes would take the time of the rest. */
bool __wrap_lbr_password_try(const struct lbr_secret *password, const char *hash, unsigned cost, char made[LBR_HASH_MAX])
{
	unsigned number = number_of(hash);
	struct lbr_secret right;

	if (number == PASSWORDS)
		return __real_lbr_password_try(password, hash, cost, made);
	made[0] = '\0'; /* no answer is remembered: the promises here are those of counting */
	right = numbered(number);
	return right.len == password->len && memcmp(right.bytes, password->bytes, right.len) == 0;
}

/* No power is cut. */
int fsync(int fd)
{
	return fd < 0 ? -1 : 0;
}

int fdatasync(int fd)
{
	return fd < 0 ? -1 : 0;
}

/* --- the operations --- */

static const char *const names[ACCOUNTS] = { "anna", "bruno", "clara" };

static struct lbr_account fresh_account(unsigned at)
{
	struct lbr_account account = scratch_account(names[at]);

	account.password_kind = LBR_PASSWORD_OWN;
	account.password_set_s = BORN;
	account.invited_until_s = 0;
	account.token_kind = LBR_TOKEN_CONFIRMED;
	memcpy(account.password_hash, board->hashes[0], LBR_HASH_MAX);
	if (lbr_token_seal(scratch.keyring, names[at], board->keys[at], &account.token) != LBR_OK)
		complain("sealing");
	return account;
}

static enum lbr_error create(unsigned at)
{
	struct lbr_account account = fresh_account(at);
	struct lbr_counters counters = { .last_step = lbr_token_step(board_now_s()) };
	struct entry *entry;
	enum lbr_error error;

	counters.origins[0] = atomic_fetch_add(&board->stamp, 1);
	entry = new_entry(at, &account);
	entry->created = true;
	entry->fate = FATE_OPEN;
	entry->stored = digest(&account, &counters);
	error = lbr_store_create(store, &(struct lbr_record){ .account = &account, .counters = &counters }, NULL);
	entry->fate = error == LBR_OK ? FATE_STORED : FATE_FAILED;
	return error;
}

static void note_yes(const struct lbr_outcome *outcome)
{
	unsigned added;

	if (last == NULL || outcome->verdict != LBR_ALLOW)
		return;
	added = last->used_after & ~last->used_before;
	last->yes = true;
	last->yes_step = outcome->is_recovery ? 0 : outcome->step;
	last->yes_code = outcome->is_recovery && added != 0 ? (uint8_t)__builtin_ctz(added) + 1 : 0;
}

/* What is in force, as everybody could know it. */
static unsigned password_of(unsigned at, uint64_t *ret_generation)
{
	struct lbr_view view;
	unsigned number = PASSWORDS;

	*ret_generation = 0;
	if (lbr_store_load(store, names[at], &view, NULL) == LBR_OK) {
		number = number_of(view.account.password_hash);
		*ret_generation = view.account.generation;
		if (number == PASSWORDS)
			complain("a password that nobody chose");
	}
	lbr_view_release(&view);
	return number;
}

enum deed { RIGHT, WRONG_CODE, WRONG_PASSWORD, PAPER, CHANGE, DISABLE, ENABLE, EXPIRE, UNLOCK, RENEW, ANEW, LIST, DEEDS };

static enum lbr_error attempt(unsigned at, enum deed deed)
{
	struct lbr_secret password;
	char digits[LBR_CODE_DIGITS + 1] = "";
	struct lbr_attempt attempt = { .name = names[at], .password = &password, .code = &typed.code };
	struct lbr_outcome outcome;
	const char *code = digits;
	enum lbr_error error;
	uint64_t generation;

	memset(&typed, 0, sizeof(typed));
	typed.account = at;
	typed.password = password_of(at, &generation) % PASSWORDS;
	if (deed == WRONG_PASSWORD)
		typed.password = (typed.password + 1) % PASSWORDS;
	password = numbered(typed.password);
	if (deed == PAPER)
		code = board->sheets[at].codes[below(LBR_RECOVERY_CODES)];
	else if (deed == WRONG_CODE)
		code = "000000";
	else if (lbr_token_code(board->keys[at], lbr_token_step(board_now_s()) - below(2), digits) != LBR_OK)
		complain("no code");
	if (lbr_secret_set(&typed.code, code, strlen(code)) != LBR_OK)
		complain("no secret");
	typed.attempts = true;
	error = lbr_attempt_run(store, scratch.keyring, &settings, &attempt, &outcome, NULL);
	typed.attempts = false;
	if (error == LBR_OK)
		note_yes(&outcome);
	else if (outcome.verdict != LBR_DENY)
		complain("an error that does not refuse");
	lbr_outcome_wipe(&outcome);
	return error;
}

static enum lbr_error change(unsigned at)
{
	uint64_t generation, after;
	unsigned next = (password_of(at, &generation) + 1) % PASSWORDS;
	struct lbr_secret password = numbered(next);
	struct lbr_change change = {
		.name = names[at], .generation = generation, .password = &password, .hash = board->hashes[next],
	};

	return lbr_change_commit(store, &settings, &change, &after, NULL);
}

static enum lbr_error set_flag(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	enum deed deed = *(const enum deed *)context;

	(void)reason;
	*ret_parts = deed == UNLOCK ? LBR_PART_COUNTERS : LBR_PART_ACCOUNT;
	if (deed == UNLOCK)
		memset(view->counters.lanes, 0, sizeof(view->counters.lanes));
	else if (deed == EXPIRE)
		view->account.must_change = true;
	else if (view->account.disabled == (deed == DISABLE))
		*ret_parts = LBR_PART_NONE;
	else
		view->account.disabled = deed == DISABLE;
	return LBR_OK;
}

static enum lbr_error administer(unsigned at, enum deed deed)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(store, names[at], &view, NULL);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, set_flag, &deed, NULL);
	lbr_view_release(&view);
	return error;
}

static enum lbr_error renew(unsigned at)
{
	struct lbr_recovery_sheet sheet;
	uint64_t generation;
	enum lbr_error error = lbr_recovery_renew(store, scratch.keyring, names[at], 0, &sheet, &generation, NULL);

	if (error == LBR_OK)
		board->sheets[at] = sheet;
	return error;
}

static int see(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
               const struct lbr_reason *reason)
{
	(void)context;
	if (planted == SOUND && account == NULL)
		complain("a listing finds %s damaged: %s", name, reason->text);
	(void)counters;
	return 0;
}

static enum lbr_error do_one(unsigned at, enum deed deed)
{
	enum lbr_error error;

	switch (deed) {
	case CHANGE: return change(at);
	case DISABLE:
	case ENABLE:
	case EXPIRE:
	case UNLOCK: return administer(at, deed);
	case RENEW: return renew(at);
	case LIST: return lbr_store_list(store, see, NULL, NULL);
	case ANEW:
		error = lbr_store_remove(store, names[at], NULL);
		return error == LBR_OK || error == LBR_ERR_ABSENT ? create(at) : error;
	default: return attempt(at, deed);
	}
}

/* Of a hundred operations. An account that nobody enables, unlocks or makes anew would soon see no more. */
static enum deed draw_deed(void)
{
	static const unsigned char often[DEEDS] = { 40, 8, 5, 10, 6, 3, 8, 2, 10, 3, 2, 3 };
	unsigned number = below(100), deed = 0;

	while (number >= often[deed])
		number -= often[deed++];
	return (enum deed)deed;
}

static void work(unsigned number)
{
	enum lbr_error error;
	enum deed deed;
	unsigned at;

	chance = UINT64_C(0x9e3779b97f4a7c15) * (number + 1 + 64 * atomic_load(&board->steps));
	while (atomic_fetch_add(&board->steps, 1) < atomic_load(&board->most)) {
		atomic_fetch_add(&board->now_s, SECONDS_A_STEP);
		deed = draw_deed();
		at = below(ACCOUNTS);
		error = do_one(at, deed);
		atomic_fetch_add(&board->done[deed], error == LBR_OK);
		if (planted == SOUND && error != LBR_OK && error != LBR_ERR_ABSENT && error != LBR_ERR_STALE && error != LBR_ERR_BUSY &&
		    error != LBR_ERR_EXISTS)
			complain("operation %d on %s: %s", (int)deed, names[at], lbr_error_name(error));
	}
}

/* --- the log afterwards --- */

static int by_state(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return a < b ? -1 : a > b;
}

/* Each commit replaced a state that another one stored, and no two replaced the same. */
static void judge_chain(unsigned count)
{
	uint64_t *saw = calloc(count + 1, sizeof(*saw)), *made = calloc(3 * (size_t)count + 1, sizeof(*made));
	unsigned i, replaced = 0, states = 0;
	const struct entry *entry;

	for (i = 0; i < count; i++) {
		entry = &board->entries[i];
		if (entry->fate == FATE_FAILED || (!entry->created && !entry->writes))
			continue;
		made[states++] = entry->stored;
		if (!entry->created && entry->fate == FATE_OPEN)
			made[states++] = entry->torn;
		if (!entry->created && entry->fate == FATE_STORED)
			saw[replaced++] = entry->saw;
	}
	qsort(saw, replaced, sizeof(*saw), by_state);
	qsort(made, states, sizeof(*made), by_state);
	for (i = 0; i < replaced; i++) {
		if (i > 0 && saw[i] == saw[i - 1])
			complain("two commits replaced the same state");
		if (bsearch(&saw[i], made, states, sizeof(*made), by_state) == NULL)
			complain("a commit replaced a state that nobody stored");
	}
	free(saw);
	free(made);
}

static int by_yes(const void *one, const void *other)
{
	return memcmp(one, other, 3 * sizeof(uint64_t));
}

/* At most one yes for a step and for a code on paper, and none from an account that was disabled. */
static void judge_yes(unsigned count)
{
	uint64_t (*yes)[3] = calloc(count + 1, sizeof(*yes));
	const struct entry *entry;
	unsigned i, found = 0;

	for (i = 0; i < count; i++) {
		entry = &board->entries[i];
		if (!entry->created && entry->fate == FATE_STORED && entry->step_after < entry->step_before)
			complain("the last step went back");
		if (!entry->yes)
			continue;
		yes[found][0] = entry->yes_code > 0 ? entry->set : entry->life;
		yes[found][1] = entry->yes_code;
		yes[found++][2] = (uint64_t)entry->yes_step;
		if (entry->disabled || entry->fate != FATE_STORED)
			complain("yes from an account that was disabled, or before it was stored");
		if (entry->yes_code == 0 && (entry->yes_step <= entry->step_before || entry->step_after != entry->yes_step))
			complain("yes without using up its step");
	}
	qsort(yes, found, sizeof(*yes), by_yes);
	for (i = 1; i < found; i++)
		if (by_yes(yes[i], yes[i - 1]) == 0)
			complain("two yes for one code");
	free(yes);
}

/* Who was removed stores nothing any more. */
static void judge_lives(unsigned count)
{
	uint64_t gone[ACCOUNTS] = { 0 }, alive[ACCOUNTS] = { 0 };
	const struct entry *entry;
	unsigned i;

	for (i = 0; i < count; i++) {
		entry = &board->entries[i];
		if (entry->fate != FATE_STORED)
			continue;
		if (entry->life != alive[entry->account]) {
			gone[entry->account] = alive[entry->account];
			alive[entry->account] = entry->life;
		}
		if (!entry->created && entry->life == gone[entry->account])
			complain("an account that was removed stored something");
	}
}

static void judge_log(void)
{
	unsigned count = atomic_load(&board->count);

	judge_chain(count);
	judge_yes(count);
	judge_lives(count);
}

/* --- the runs --- */

static unsigned wanted(void)
{
	const char *word = getenv("LBR_STEPS");
	long steps = word != NULL ? strtol(word, NULL, 10) : 0;

	return steps > 0 ? (unsigned)steps : STEPS;
}

static void set_board(unsigned steps)
{
	struct lbr_secret secret;
	unsigned i;

	capacity = 2 * steps + 4096;
	board = mmap(NULL, sizeof(*board) + capacity * sizeof(struct entry), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(board, MAP_FAILED);
	atomic_store(&board->now_s, BORN);
	atomic_store(&board->stamp, 1);
	atomic_store(&board->most, steps);
	for (i = 0; i < PASSWORDS; i++) {
		secret = numbered(i);
		ck_assert_int_eq(lbr_password_hash(&secret, 1, board->hashes[i]), LBR_OK);
	}
	for (i = 0; i < ACCOUNTS; i++) {
		ck_assert_int_eq(lbr_token_draw(board->keys[i]), LBR_OK);
		(void)lbr_store_remove(store, names[i], NULL);
		ck_assert_int_eq(create(i), LBR_OK);
		ck_assert_int_eq(renew(i), LBR_OK);
	}
}

static pid_t start_worker(unsigned number)
{
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child > 0)
		return child;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    lbr_store_open(scratch.state, scratch.keyring, board_now_s, &store, NULL) != LBR_OK)
		_exit(98);
	work(number);
	_exit(0);
}

/* Kills one, or stops one for a while, which the others may end. */
static void disturb(pid_t *workers, unsigned round)
{
	unsigned at = round * 7919 % WORKERS;

	nap_us(3000 + round * 7919 % 17 * 1000);
	if (round % 3 == 0)
		kill(workers[at], SIGSTOP);
	nap_us(round % 16 == 0 ? 1200000 : 1000);
	kill(workers[at], round % 3 == 0 ? SIGCONT : SIGKILL);
}

static void run_processes(bool disturbed)
{
	pid_t workers[WORKERS];
	unsigned i, round = 1, left = WORKERS;
	int status;

	for (i = 0; i < WORKERS; i++)
		workers[i] = start_worker(i);
	for (; left > 0; round++) {
		if (disturbed && atomic_load(&board->steps) < atomic_load(&board->most))
			disturb(workers, round);
		else
			nap_us(1000);
		for (i = 0; i < WORKERS; i++) {
			if (workers[i] == 0 || waitpid(workers[i], &status, WNOHANG) != workers[i])
				continue;
			if (disturbed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
				atomic_fetch_add(&board->killed, 1);
				workers[i] = start_worker(i + 8 * round);
				continue;
			}
			ck_assert_msg(status == 0, "worker %u: status %x", i, (unsigned)status);
			workers[i] = 0;
			left--;
		}
	}
}

static void *run_thread(void *number)
{
	work((unsigned)(uintptr_t)number);
	return NULL;
}

static void run_threads(void)
{
	pthread_t threads[WORKERS];
	uintptr_t i;

	for (i = 0; i < WORKERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, run_thread, (void *)i), 0);
	for (i = 0; i < WORKERS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

static void say(const char *kind)
{
	unsigned i, yes = 0;

	for (i = 0; i < atomic_load(&board->count); i++)
		yes += board->entries[i].yes;
	if (getenv("LBR_STEPS") == NULL)
		return;
	printf("%s: %u steps, %u edits, %u yes, %u killed, %u failures; done:", kind, atomic_load(&board->most),
	       atomic_load(&board->count), yes, atomic_load(&board->killed), atomic_load(&board->failures));
	for (i = 0; i < DEEDS; i++)
		printf(" %u", atomic_load(&board->done[i]));
	printf("\n");
}

static void expect_none(const char *kind)
{
	unsigned i;

	judge_log();
	say(kind);
	ck_assert_msg(atomic_load(&board->failures) == 0, "%u failures: %s", atomic_load(&board->failures), board->failure);
	for (i = 0; i < DEEDS; i++)
		ck_assert_msg(atomic_load(&board->done[i]) > 0, "operation %u was never done", i);
}

static void begin(unsigned steps)
{
	enter();
	lbr_store_close(scratch.store);
	ck_assert_int_eq(lbr_store_open(scratch.state, scratch.keyring, board_now_s, &store, NULL), LBR_OK);
	set_board(steps);
}

START_TEST(processes_that_are_killed_and_stopped_make_one_history)
{
	begin(wanted());
	run_processes(true);
	expect_none("file store");
}
END_TEST

START_TEST(threads_on_a_store_without_locks_make_one_history)
{
	scratch_enter();
	lbr_settings_default(&settings);
	settings.hash_cost = 1;
	ck_assert_int_eq(lbr_memory_store_open(scratch.keyring, board_now_s, &store, NULL), LBR_OK);
	set_board(wanted());
	run_threads();
	expect_none("store in memory");
}
END_TEST

/* The checker itself: each fault must be found. */
static void plant(int fault)
{
	begin(STEPS);
	planted = fault;
	run_processes(false);
	judge_log();
	ck_assert_uint_gt(atomic_load(&board->failures), 0);
}

START_TEST(commits_that_keep_nobody_out_are_found)
{
	plant(NOBODY_IS_KEPT_OUT);
}
END_TEST

START_TEST(commits_on_a_stale_account_are_found)
{
	plant(STALE_VIEWS_PASS);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("store_stress");
	TCase *tests = tcase_create("store_stress");

	tcase_set_timeout(tests, 7200);
	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_test(tests, processes_that_are_killed_and_stopped_make_one_history);
	tcase_add_test(tests, threads_on_a_store_without_locks_make_one_history);
	tcase_add_test(tests, commits_that_keep_nobody_out_are_found);
	tcase_add_test(tests, commits_on_a_stale_account_are_found);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
