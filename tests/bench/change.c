/* What a change of password costs with a full history, against eleven bare hashes one after the other, in the same
 * run: best of some rounds of each. The old password's own hash belongs to the attempt that verified it and comes
 * on top of both. */
#include <crypt.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/change.h>
#include <liberations/hash_memory.h>
#include <liberations/password.h>

#include "support/unprivileged.h"

#define ROUNDS 9
#define BARE 11
#define LIMIT 0.62
#define HASHES_LIMIT 12 /* with the old password's */
#define BORN INT64_C(1900000000)
#define DAY INT64_C(86400)
#define NAME "bench"

static char dir[128], state[160], key[160];
static struct lbr_keyring *keyring;
static struct lbr_store *store;
static struct lbr_settings settings;
static struct lbr_reason reason;
static atomic_uint hashes;

/* In front of libxcrypt's: counts. */
char *crypt_ra(const char *phrase, const char *setting, void **data, int *size)
{
	static char *(*real)(const char *, const char *, void **, int *);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "crypt_ra");
	atomic_fetch_add(&hashes, 1);
	return real(phrase, setting, data, size);
}

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "change: %s: %s\n", what, reason.text);
	exit(1);
}

static double now(void)
{
	struct timespec time;

	need(clock_gettime(CLOCK_MONOTONIC, &time) == 0, "clock");
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct lbr_secret numbered(unsigned number)
{
	struct lbr_secret secret;
	char text[64];

	snprintf(text, sizeof(text), "%c lamproie %u vire au quartz", 'b' + (char)(number % 20), number * 7919);
	need(lbr_secret_set(&secret, text, strlen(text)) == LBR_OK, "a password");
	return secret;
}

static void write_key(void)
{
	char line[LBR_KEY_LINE_MAX];
	int fd;

	need(lbr_keyring_new_line(line) == LBR_OK, "a key");
	fd = open(key, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	need(fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line), key);
	close(fd);
}

static void make_account(void)
{
	struct lbr_account account = { .name = NAME, .generation = 1, .password_kind = LBR_PASSWORD_OWN,
	                               .password_set_s = BORN, .token_kind = LBR_TOKEN_CONFIRMED };
	static const unsigned char token[LBR_TOKEN_KEY_LEN] = "bench bench bench 20";
	struct lbr_secret first = numbered(0);

	need(lbr_token_seal(keyring, NAME, token, &account.token) == LBR_OK, "seal");
	need(lbr_password_hash(&first, settings.hash_cost, account.password_hash) == LBR_OK, "hash");
	need(lbr_store_create(store, &(struct lbr_record){ .account = &account }, &reason) == LBR_OK, "create");
}

/* The day of the change. */
static int64_t today_s;

static int64_t clock_s(void)
{
	return today_s;
}

static void make_store(void)
{
	need(mkdir(state, 0700) == 0, state);
	write_key();
	need(lbr_keyring_load(key, &keyring, &reason) == LBR_OK, "keyring");
	need(lbr_store_lay_out(state, keyring, &reason) == LBR_OK, "lay out");
	need(lbr_store_open(state, keyring, clock_s, &store, &reason) == LBR_OK, "open");
	lbr_settings_default(&settings);
	make_account();
}

static uint64_t generation(void)
{
	struct lbr_view view;
	uint64_t found;

	need(lbr_store_load(store, NAME, &view, &reason) == LBR_OK, "loaded");
	found = view.account.generation;
	lbr_view_release(&view);
	return found;
}

static double change(unsigned number)
{
	struct lbr_secret password = numbered(number), old = numbered(number - 1);
	char hash[LBR_HASH_MAX];
	struct lbr_change change = { .name = NAME, .generation = generation(), .password = &password, .hash = hash };
	enum lbr_objection objection;
	uint64_t after;
	double from = now();

	today_s = BORN + number * DAY;
	need(lbr_change_judge(store, NAME, &password, &old, &settings, NULL, &objection, hash, &reason) == LBR_OK,
	     "judge");
	need(objection == LBR_OBJECTION_NONE, "an objection");
	need(lbr_change_commit(store, &settings, &change, &after, &reason) == LBR_OK, "commit");
	return now() - from;
}

/* libxcrypt's function and nothing of the project's own. */
static double bare(void)
{
	struct lbr_secret password = numbered(1);
	char *setting = crypt_gensalt_ra("$y$", settings.hash_cost, NULL, 0);
	double from = now();
	void *scratch;
	int at, size;

	need(setting != NULL, "a salt");
	for (at = 0; at < BARE; at++) {
		scratch = NULL;
		size = 0;
		need(crypt_ra(password.bytes, setting, &scratch, &size) != NULL, "hash");
		free(scratch);
	}
	free(setting);
	return now() - from;
}

static int measure(void)
{
	double best_change = 1e9, best_bare = 1e9, took;
	unsigned number = 1, round, counted;
	cpu_set_t cpus;

	need(become_unprivileged(dir) == 0, "another user");
	make_store();
	while (number <= 10)
		(void)change(number++);
	for (round = 0; round < ROUNDS; round++) {
		took = bare();
		best_bare = took < best_bare ? took : best_bare;
		atomic_store(&hashes, 0);
		took = change(number++);
		best_change = took < best_change ? took : best_change;
	}
	counted = atomic_load(&hashes) + 1;
	need(sched_getaffinity(0, sizeof(cpus), &cpus) == 0, "processors");
	printf("password change, full history: %.2f x of %d bare hashes in one thread (%.0f ms; %.0f ms), "
	       "on %d processors; at most %.2f on two\n", best_change / best_bare, BARE, best_change * 1e3, best_bare * 1e3,
	       CPU_COUNT(&cpus), LIMIT);
	printf("password change, full history: %u hashes, the old password's included; at most %d\n", counted,
	       HASHES_LIMIT);
	lbr_store_close(store);
	lbr_keyring_free(keyring);
	return 0; /* the figures speak; a benchmark judges nothing */
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

/* The work is done in a child that becomes the store's owner; the parent cleans up. */
int main(void)
{
	const char *base = getenv("TMPDIR");
	int status = -1;
	pid_t child;

	lbr_password_use_memory(lbr_hash_memory_begin, lbr_hash_memory_end);
	snprintf(dir, sizeof(dir), "%s/lbr-bench-XXXXXX", base != NULL ? base : "/tmp");
	need(mkdtemp(dir) != NULL, dir);
	snprintf(state, sizeof(state), "%s/state", dir);
	snprintf(key, sizeof(key), "%s/seal.key", dir);
	child = fork();
	if (child == 0)
		exit(measure());
	if (child < 0 || waitpid(child, &status, 0) != child)
		status = -1;
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
