/* Each kind of commit, killed or refused by the disk at every step: another process finds the old record or the new one and goes on
 * with it at once. Between the counters and the account a code may be burned; none ever becomes valid again. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/change_stage.h"

#include <liberations/attempt.h>
#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>
#include <liberations/token.h>

#define STEP (BORN / LBR_STEP_S) /* of the commit that is disturbed */
#define LATER 20                 /* steps until the next sign-in */

/* In front of the C library's: the call that `fail_at` numbers fails; with `gone`, all that follow it too. */
static unsigned calls, fail_at;
static bool gone;

static bool must_fail(void)
{
	bool fails;

	calls++;
	fails = fail_at > 0 && (calls == fail_at || (gone && calls > fail_at));
	if (fails)
		errno = EIO;
	return fails;
}

/* No power is cut here, so a sync may be any system call: one that returns 0 and costs nothing. */
int fsync(int fd)
{
	return must_fail() ? -1 : (int)syscall(SYS_lseek, fd, 0, SEEK_SET);
}

int fdatasync(int fd)
{
	return fsync(fd);
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	return must_fail() ? -1 : (int)syscall(SYS_renameat2, old_dir, old, new_dir, new, 0);
}

int unlinkat(int dir, const char *name, int flags)
{
	return must_fail() ? -1 : (int)syscall(SYS_unlinkat, dir, name, flags);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return must_fail() ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

/* --- the record before --- */

/* One account on its way through one commit, and everything that was drawn for it beforehand. */
struct scene {
	char                      name[32];
	char                      new_name[36];               /* of a rename */
	unsigned char             keys[2][LBR_TOKEN_KEY_LEN]; /* of the token before, and of the one that replaces it */
	struct lbr_sealed         token;                      /* the second one, sealed */
	char                      hash[LBR_HASH_MAX];         /* of password 1 */
	struct lbr_recovery_sheet sheet;
	struct lbr_view           before;
	bool                      existed;
};

static char hashes[2][LBR_HASH_MAX]; /* of passwords 0 and 1: made once */

static void make_hashes(void)
{
	struct lbr_secret secret;
	unsigned number;

	for (number = 0; number < 2 && hashes[number][0] == '\0'; number++) {
		secret = numbered(number);
		ck_assert_int_eq(lbr_password_hash(&secret, 1, hashes[number]), LBR_OK);
	}
}

/* A password of the person's own, a confirmed token whose last code was used, and a sheet whose first code was. */
static struct lbr_account own_account(struct scene *scene)
{
	struct lbr_account account = scratch_account(scene->name);

	account.password_kind = LBR_PASSWORD_OWN;
	account.password_set_s = BORN - DAY;
	account.invited_until_s = 0;
	account.token_kind = LBR_TOKEN_CONFIRMED;
	memset(account.password_hash, 0, sizeof(account.password_hash));
	memcpy(account.password_hash, hashes[0], sizeof(hashes[0]));
	ck_assert_int_eq(lbr_token_seal(scratch.keyring, scene->name, scene->keys[0], &account.token), LBR_OK);
	ck_assert_int_eq(lbr_recovery_draw(scratch.keyring, &account, &scene->sheet), LBR_OK);
	return account;
}

static void draw(struct scene *scene)
{
	make_hashes();
	ck_assert_int_eq(lbr_token_draw(scene->keys[0]), LBR_OK);
	ck_assert_int_eq(lbr_token_draw(scene->keys[1]), LBR_OK);
	ck_assert_int_eq(lbr_token_seal(scratch.keyring, scene->name, scene->keys[1], &scene->token), LBR_OK);
	memcpy(scene->hash, hashes[1], sizeof(hashes[1]));
}

static void create_as(struct scene *scene, struct lbr_account *account, uint32_t code_failures)
{
	struct lbr_counters counters = {
		.last_step = STEP - 1, .recovery_set = account->recovery_set, .recovery_used = 1,
		.lanes[LBR_LANE_STRANGER] = { .code_failures = code_failures },
	};
	struct lbr_history history = { .count = 0 };
	struct lbr_record record = { .account = account, .counters = &counters, .history = &history };

	lbr_history_heal(&history, account, settings.history);
	ck_assert_int_eq(lbr_store_create(scratch.store, &record, NULL), LBR_OK);
	scene->existed = true;
}

static void set_own(struct scene *scene)
{
	struct lbr_account account = own_account(scene);

	create_as(scene, &account, 2);
}

static void set_locked(struct scene *scene)
{
	struct lbr_account account = own_account(scene);

	create_as(scene, &account, settings.lock_after);
}

static void set_invited(struct scene *scene)
{
	struct lbr_account account = own_account(scene);

	lbr_recovery_clear(&account);
	account.password_kind = LBR_PASSWORD_TEMPORARY;
	account.token_kind = LBR_TOKEN_PENDING;
	account.invited_until_s = BORN + DAY;
	create_as(scene, &account, 0);
}

static void set_absent(struct scene *scene)
{
	scene->existed = false;
}

/* --- the commits --- */

static enum lbr_error sign_in(const struct scene *scene, unsigned password, const char *code, struct lbr_outcome *ret)
{
	struct lbr_secret secret = numbered(password), typed = {0};
	struct lbr_attempt attempt = { .name = scene->name, .password = &secret, .code = &typed };

	ck_assert_int_eq(lbr_secret_set(&typed, code, strlen(code)), LBR_OK);
	return lbr_attempt_run(scratch.store, scratch.keyring, &settings, &attempt, ret, NULL);
}

static enum lbr_error by_phone(struct scene *scene)
{
	char code[LBR_CODE_DIGITS + 1];
	struct lbr_outcome outcome;
	enum lbr_error error;

	ck_assert_int_eq(lbr_token_code(scene->keys[0], STEP, code), LBR_OK);
	error = sign_in(scene, 0, code, &outcome);
	return error == LBR_OK && outcome.verdict != LBR_ALLOW ? LBR_ERR_INTERNAL : error;
}

static enum lbr_error by_sheet(struct scene *scene)
{
	struct lbr_outcome outcome;
	enum lbr_error error = sign_in(scene, 0, scene->sheet.codes[1], &outcome);

	return error == LBR_OK && outcome.verdict != LBR_ALLOW ? LBR_ERR_INTERNAL : error;
}

static enum lbr_error by_mistake(struct scene *scene)
{
	struct lbr_outcome outcome;

	return sign_in(scene, 1, "000000", &outcome);
}

static enum lbr_error renew_sheet(struct scene *scene)
{
	struct lbr_recovery_sheet sheet;
	uint64_t generation;

	return lbr_recovery_renew(scratch.store, scratch.keyring, scene->name, 0, &sheet, &generation, NULL);
}

static void put_token(struct lbr_view *view, const void *context)
{
	const struct scene *scene = context;

	view->account.token = scene->token;
	view->counters.last_step = STEP;
}

static enum lbr_error change_by(struct scene *scene, unsigned parts, scratch_change *change)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(scratch.store, scene->name, &view, NULL);

	if (error == LBR_OK)
		error = scratch_commit(&view, parts, change, scene);
	lbr_view_release(&view);
	return error;
}

static enum lbr_error replace_token(struct scene *scene)
{
	return change_by(scene, LBR_PART_COUNTERS | LBR_PART_ACCOUNT, put_token);
}

static void forget_failures(struct lbr_view *view, const void *context)
{
	(void)context;
	memset(view->counters.lanes, 0, sizeof(view->counters.lanes));
}

static enum lbr_error unlock(struct scene *scene)
{
	return change_by(scene, LBR_PART_COUNTERS, forget_failures);
}

static enum lbr_error change_password_to_1(struct scene *scene, int64_t confirm_step)
{
	struct lbr_secret secret = numbered(1);
	struct lbr_change change = {
		.name = scene->name, .generation = 1, .password = &secret, .hash = scene->hash, .confirm_step = confirm_step,
		.is_sign_in = confirm_step > 0,
	};
	uint64_t generation;

	return lbr_change_commit(scratch.store, &settings, &change, &generation, NULL);
}

static enum lbr_error change_password(struct scene *scene)
{
	return change_password_to_1(scene, 0);
}

static enum lbr_error first_sign_in(struct scene *scene)
{
	return change_password_to_1(scene, STEP);
}

static enum lbr_error rebuild(struct scene *scene)
{
	static const struct lbr_counters counters = { .last_step = STEP + 1 };

	return lbr_store_rebuild_counters(scratch.store, scene->name, &counters, NULL);
}

static enum lbr_error create(struct scene *scene)
{
	struct lbr_account account = own_account(scene);
	struct lbr_counters counters = { .last_step = STEP - 1, .recovery_set = account.recovery_set, .recovery_used = 1 };

	return lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account, .counters = &counters }, NULL);
}

static enum lbr_error take_away(struct scene *scene)
{
	return lbr_store_remove(scratch.store, scene->name, NULL);
}

static enum lbr_error rename_it(struct scene *scene)
{
	return lbr_store_rename(scratch.store, scene->name, scene->new_name, false, NULL);
}

/* What a kind of commit changes, and what the next right sign-in hears before and after it. */
static const struct kind {
	const char       *name;
	void            (*set)(struct scene *scene);
	enum lbr_error  (*act)(struct scene *scene);
	bool              account;        /* it changes the account, or only the counters */
	unsigned          password;       /* in force afterwards */
	unsigned          key;
	enum lbr_verdict  old, new;
	bool              exists;         /* afterwards */
} kinds[] = {
	{ "by.phone", set_own, by_phone, false, 0, 0, LBR_ALLOW, LBR_ALLOW, true },
	{ "by.sheet", set_own, by_sheet, false, 0, 0, LBR_ALLOW, LBR_ALLOW, true },
	{ "by.mistake", set_own, by_mistake, false, 0, 0, LBR_ALLOW, LBR_ALLOW, true },
	{ "sheet", set_own, renew_sheet, true, 0, 0, LBR_ALLOW, LBR_ALLOW, true },
	{ "token", set_own, replace_token, true, 0, 1, LBR_ALLOW, LBR_ALLOW, true },
	{ "change", set_own, change_password, true, 1, 0, LBR_ALLOW, LBR_ALLOW, true },
	{ "first", set_invited, first_sign_in, true, 1, 0, LBR_CHOOSE, LBR_ALLOW, true },
	{ "unlock", set_locked, unlock, false, 0, 0, LBR_DENY_LOCKED, LBR_ALLOW, true },
	{ "rebuild", set_locked, rebuild, false, 0, 0, LBR_DENY_LOCKED, LBR_ALLOW, true },
	{ "create", set_absent, create, true, 0, 0, LBR_DENY, LBR_ALLOW, true },
	{ "remove", set_own, take_away, true, 0, 0, LBR_ALLOW, LBR_DENY, false },
	{ "rename", set_own, rename_it, true, 0, 0, LBR_ALLOW, LBR_ALLOW, true },
};

#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))

/* --- the record afterwards --- */

/* Another process than the one that was killed, with a store of its own. */
static void reopen(void)
{
	struct lbr_reason reason = { .text = "" };

	lbr_store_close(scratch.store);
	ck_assert_msg(lbr_store_open(scratch.state, scratch.keyring, scratch_now_s, &scratch.store, &reason) == LBR_OK, "%s",
	              reason.text);
}

static void begin(const struct kind *kind, char test, unsigned number, struct scene *scene)
{
	memset(scene, 0, sizeof(*scene));
	snprintf(scene->name, sizeof(scene->name), "%s.%c%u", kind->name, test, number);
	snprintf(scene->new_name, sizeof(scene->new_name), "%s.new", scene->name);
	scratch.now_s = BORN;
	draw(scene);
	kind->set(scene);
	if (scene->existed)
		scene->before = scratch_view(scene->name);
}

static bool opens(const struct lbr_view *now, const char *code)
{
	struct lbr_secret typed = {0};
	unsigned number;

	ck_assert_int_eq(lbr_secret_set(&typed, code, strlen(code)), LBR_OK);
	number = lbr_recovery_match(scratch.keyring, &now->account, &typed);
	return lbr_recovery_is_unused(&now->account, &now->counters, number);
}

/* Nothing that was used before, or that another record made void, is valid. */
static void nothing_revives(const struct scene *scene, const struct lbr_view *now, bool is_new)
{
	bool same_sheet = now->account.recovery_set == scene->before.account.recovery_set;
	unsigned at;

	ck_assert_int_ge(now->counters.last_step, scene->before.counters.last_step);
	ck_assert(!opens(now, scene->sheet.codes[0]));
	if (!same_sheet)
		for (at = 0; at < LBR_RECOVERY_CODES; at++)
			ck_assert(!opens(now, scene->sheet.codes[at]));
	if (!is_new)
		ck_assert(memcmp(&now->account, &scene->before.account, sizeof(now->account)) == 0);
}

static bool is_renaming(const struct kind *kind)
{
	return kind->act == rename_it;
}

/* Exactly one of the two names is an account, with the same counters. Before the change its text may name the other one, and a new
 * generation, which changes nothing for its owner. From then on `scene` has the name that is in force: true if that is the new one. */
static bool find_name(struct scene *scene, struct lbr_view *ret)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error old = lbr_store_load(scratch.store, scene->name, ret, &reason), new;
	struct lbr_view renamed;

	ck_assert_msg(old == LBR_OK || old == LBR_ERR_ABSENT, "%s", reason.text);
	new = lbr_store_load(scratch.store, scene->new_name, &renamed, &reason);
	ck_assert_msg(new == (old == LBR_OK ? LBR_ERR_ABSENT : LBR_OK), "%s", reason.text);
	if (old == LBR_ERR_ABSENT) {
		*ret = renamed;
		memcpy(scene->name, scene->new_name, sizeof(scene->name));
	}
	ck_assert(memcmp(&ret->counters, &scene->before.counters, sizeof(ret->counters)) == 0);
	ck_assert(opens(ret, scene->sheet.codes[1]));
	memset(ret->account.new_name, 0, sizeof(ret->account.new_name));
	if (old == LBR_OK)
		ret->account.generation = scene->before.account.generation;
	return old != LBR_OK;
}

/* The next person to sign in, and the notices, find all three parts sound. */
static void goes_on(const struct kind *kind, const struct scene *scene, struct lbr_view *now, bool is_new)
{
	char code[LBR_CODE_DIGITS + 1];
	struct lbr_outcome outcome;
	enum lbr_verdict verdict = is_new ? kind->new : kind->old;

	ck_assert_int_eq(lbr_view_load_history(now, settings.history, NULL), LBR_OK);
	if (now->account.password_kind == LBR_PASSWORD_OWN)
		ck_assert_str_eq(now->history.entries[0].hash, hashes[is_new ? kind->password : 0]);
	ck_assert_str_eq(now->account.password_hash, hashes[is_new ? kind->password : 0]);
	scratch.now_s = BORN + LATER * LBR_STEP_S;
	ck_assert_int_eq(lbr_token_code(scene->keys[is_new ? kind->key : 0], STEP + LATER, code), LBR_OK);
	ck_assert_int_eq(sign_in(scene, is_new ? kind->password : 0, code, &outcome), LBR_OK);
	ck_assert_msg(outcome.verdict == verdict, "%s: verdict %x instead of %x", scene->name, outcome.verdict, verdict);
	lbr_outcome_wipe(&outcome);
}

/* Counters alone do not tell the old record from the new one by a generation. */
static bool counters_differ(const struct lbr_view *one, const struct lbr_view *other)
{
	return memcmp(&one->counters, &other->counters, sizeof(one->counters)) != 0;
}

/* Where no account is, one can be made, and it inherits nothing. */
static void may_be_made(struct scene *scene)
{
	struct lbr_account account = own_account(scene);
	struct lbr_view now;

	ck_assert_int_eq(lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL), LBR_OK);
	now = scratch_view(scene->name);
	ck_assert_int_eq(now.counters.last_step, 0);
	ck_assert_int_eq(lbr_view_load_history(&now, settings.history, NULL), LBR_OK);
	ck_assert_uint_eq(now.history.count, 1);
	lbr_view_release(&now);
}

/* A second run gets there, or hears that it was done; then nothing is left of the old name. */
static void is_completed(const struct scene *scene, bool is_new)
{
	char old[sizeof(scene->name)];
	enum lbr_error error;
	struct lbr_view now;

	snprintf(old, sizeof(old), "%.*s", (int)(strlen(scene->new_name) - strlen(".new")), scene->new_name);
	error = lbr_store_rename(scratch.store, old, scene->new_name, false, NULL);
	ck_assert(error == LBR_OK || (is_new && error == LBR_ERR_ABSENT));
	ck_assert_int_eq(lbr_store_is_free(scratch.store, old, NULL), LBR_OK);
	now = scratch_view(scene->new_name);
	ck_assert_str_eq(now.account.keyed_name, old);
	ck_assert_str_eq(now.account.former_name, "");
	lbr_view_release(&now);
}

static bool look_renamed(const struct kind *kind, struct scene *scene)
{
	struct lbr_view now;
	bool is_new;

	reopen();
	is_new = find_name(scene, &now);
	nothing_revives(scene, &now, is_new);
	goes_on(kind, scene, &now, is_new);
	is_completed(scene, is_new);
	lbr_view_release(&now);
	return is_new;
}

/* Old or new: returns which. */
static bool look(const struct kind *kind, struct scene *scene)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view now;
	enum lbr_error error;
	bool is_new;

	if (is_renaming(kind))
		return look_renamed(kind, scene);
	reopen();
	error = lbr_store_load(scratch.store, scene->name, &now, &reason);
	if (error == LBR_ERR_ABSENT) {
		ck_assert(!scene->existed || !kind->exists);
		may_be_made(scene);
		return !kind->exists;
	}
	ck_assert_msg(error == LBR_OK, "%s", reason.text);
	if (scene->existed && kind->exists)
		is_new = kind->account ? now.account.generation > 1 : counters_differ(&now, &scene->before);
	else
		is_new = !scene->existed;
	if (scene->existed)
		nothing_revives(scene, &now, is_new && kind->account);
	if (is_new && kind->account && scene->existed) {
		ck_assert_uint_eq(now.account.generation, 2);
		ck_assert(counters_differ(&now, &scene->before)); /* they come first */
	}
	goes_on(kind, scene, &now, is_new);
	lbr_view_release(&now);
	return is_new;
}

/* --- the disturbances --- */

/* Lets a child commit and kills it as it enters or leaves the kernel for the `stop`-th time. False: it had ended before. */
static bool kill_at(const struct kind *kind, struct scene *scene, unsigned stop)
{
	unsigned stops = 0;
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(77);
		raise(SIGSTOP);
		_exit(kind->act(scene) == LBR_OK ? 0 : 1);
	}
	ck_assert_int_gt(child, 0);
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status))
		if (stops++ == stop)
			kill(child, SIGKILL);
		else
			ck_assert_int_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
	ck_assert_msg(!WIFEXITED(status) || WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
	return WIFSIGNALED(status);
}

/* Before a call and after it nothing else has happened than between two calls: every second stop is enough. */
START_TEST(killed_at_any_system_call_it_is_the_old_or_the_new)
{
	const struct kind *kind = &kinds[_i];
	unsigned old = 0, new = 0, stop = 1;
	bool killed = true, is_new;
	struct scene scene;

	enter();
	for (; killed; stop += 2) {
		begin(kind, 'k', stop, &scene);
		killed = kill_at(kind, &scene, stop);
		is_new = look(kind, &scene);
		ck_assert(killed || is_new);
		*(is_new ? &new : &old) += 1;
	}
	ck_assert_uint_gt(old, 5);
	ck_assert_uint_gt(new, 1);
}
END_TEST

/* A removal and a rebuilding are not taken back: they may be repeated. */
static bool is_repeated(const struct kind *kind)
{
	return kind->act == take_away || kind->act == rebuild;
}

/* What was refused is not stored, unless the error says that it may be. */
static void refuse_each_call(const struct kind *kind, bool for_good)
{
	enum lbr_error error;
	unsigned failing = 0, made;
	struct scene scene;
	bool is_new;

	enter();
	do {
		begin(kind, for_good ? 'g' : 'o', ++failing, &scene);
		calls = 0;
		fail_at = failing;
		gone = for_good;
		error = kind->act(&scene);
		made = calls;
		fail_at = 0;
		is_new = look(kind, &scene);
		ck_assert_msg(error != LBR_OK || is_new, "call %u", failing);
		ck_assert_msg(error == LBR_OK || error == LBR_ERR_UNKNOWN || !is_new || is_repeated(kind), "call %u of %u", failing, made);
	} while (made >= failing);
	ck_assert_int_eq(error, LBR_OK);
	ck_assert_uint_gt(failing, 1);
}

START_TEST(refused_by_the_disk_once_it_is_the_old_or_the_new)
{
	refuse_each_call(&kinds[_i], false);
}
END_TEST

/* Nothing can be taken back either. */
START_TEST(refused_by_the_disk_for_good_it_is_the_old_or_the_new)
{
	refuse_each_call(&kinds[_i], true);
}
END_TEST

/* Otherwise the next commit would overwrite the only copy that is surely on the disk. */
START_TEST(what_is_perhaps_stored_is_made_durable_before_the_next_commit)
{
	struct scene scene;

	enter();
	begin(&kinds[2], 'n', 0, &scene);
	ck_assert_int_eq(by_mistake(&scene), LBR_OK); /* another record may have left the same mutex to be settled */
	calls = 0;
	fail_at = 2;
	gone = true;
	ck_assert_int_eq(by_mistake(&scene), LBR_ERR_UNKNOWN);
	calls = fail_at = 0;
	ck_assert_int_eq(by_mistake(&scene), LBR_OK);
	ck_assert_uint_gt(calls, 6); /* both copies, then the commit's own two */
	calls = 0;
	ck_assert_int_eq(by_mistake(&scene), LBR_OK);
	ck_assert_uint_eq(calls, 2);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("commit_crash");
	TCase *tests = tcase_create("commit_crash");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_loop_test(tests, killed_at_any_system_call_it_is_the_old_or_the_new, 0, KINDS);
	tcase_add_loop_test(tests, refused_by_the_disk_once_it_is_the_old_or_the_new, 0, KINDS);
	tcase_add_loop_test(tests, refused_by_the_disk_for_good_it_is_the_old_or_the_new, 0, KINDS);
	tcase_add_test(tests, what_is_perhaps_stored_is_made_durable_before_the_next_commit);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
