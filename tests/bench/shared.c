/* What tests/bench/shared measures with: accounts in every kind of store, sign-ins taken in turns, attempts without a hash. It prints
 * numbers, and judges nothing.
 *
 *     shared found CONFIG BROKER STORE_CONF      a new set of shared accounts
 *     shared rows CONFIG REALM TABLE COUNT       rows of u0000000 ... for COPY; REALM: its id in hexadecimal
 *     shared files CONFIG COUNT                  the same accounts in files
 *     shared turns PAIRS FIRST SERVICES ...      a sign-in through each in turn: the median of its ms, and of its ratio to the first
 *     shared starts PAIRS AGENT CONFIG ...       the same of an agent's start until it says welcome
 *     shared rate CONFIG CLIENTS SECONDS COUNT   loads and commits a second
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <security/pam_appl.h>

#include <liberations/become.h>
#include <liberations/client.h>
#include <liberations/codec.h>
#include <liberations/name.h>
#include <liberations/store.h>

#include "copies.h"
#include "remote_parts.h"
#include "stage.h"

#define TURNS_MAX 8
#define PAIRS_MAX 1000

static struct lbr_reason reason;

struct place {
	struct lbr_settings settings;
	struct lbr_keyring *keyring;
};

static int64_t wall_now_s(void)
{
	return time(NULL);
}

static unsigned number_of(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static void need(bool done, const char *what)
{
	if (!done)
		world_die("%s: %s", what, reason.text);
}

/* Becomes the owner of the accounts, as every program of the product does. */
static struct place enter(const char *config)
{
	struct place place = {.keyring = NULL};

	lbr_settings_default(&place.settings);
	need(lbr_settings_load(config, &place.settings, NULL, NULL) == LBR_OK, config);
	need(lbr_become_owner_of(place.settings.state, place.settings.user, &reason) == LBR_OK, place.settings.user);
	need(lbr_keyring_load(place.settings.seal_key, &place.keyring, &reason) == LBR_OK, place.settings.seal_key);
	return place;
}

/* --- accounts ------------------------------------------------------------------------------------------------------------- */

static int start_broker(const char *program, const char *config)
{
	int pair[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		world_die("socketpair: %s", strerror(errno));
	child = fork();
	if (child == 0) {
		if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
			execl(program, program, "--config", config, "--admin", (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	return pair[0];
}

static int found(char **words)
{
	const struct lbr_broker broker = {.path = "", .fd = start_broker(words[1], words[2])};
	struct place place = enter(words[0]);
	struct lbr_store *store;

	need(lbr_store_open_shared(&broker, place.keyring, wall_now_s, &store, &reason) == LBR_OK, "the shared store");
	need(lbr_store_found(store, 1, &reason) == LBR_OK, "a set of accounts");
	lbr_store_close(store);
	lbr_keyring_free(place.keyring);
	return 0;
}

static void print_hex(const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	fputs("\t\\\\x", stdout);
	for (; len > 0; bytes++, len--) {
		putchar(digits[*bytes >> 4]);
		putchar(digits[*bytes & 15]);
	}
}

static void print_row(const struct lbr_remote_store *store, const char *id, bool accounts, const struct lbr_account *account)
{
	static struct lbr_swap swap;
	static struct lbr_store_row row;
	char folded[LBR_NAME_FOLDED_MAX + 1];
	const struct lbr_counters none = {.last_step = 0};

	memset(&row, 0, sizeof(row));
	swap.parts = accounts ? LBR_PART_ACCOUNT : LBR_PART_COUNTERS;
	swap.generation = account->generation;
	need(lbr_account_encode(account, store->keyring, swap.account, &swap.account_len, &reason) == LBR_OK &&
	     lbr_copies_renew(store->keyring, account->name, &none, swap.counters) == LBR_OK &&
	     lbr_remote_seal_swap(store, &swap, account->name, &row, &reason) == LBR_OK &&
	     lbr_name_fold(account->name, folded) == LBR_OK, account->name);
	if (accounts) {
		printf("%s\t%s\t%" PRIu64 "\t%s", account->name, folded, account->generation, id);
		print_hex(row.account, row.account_len);
	} else {
		printf("%s\t4294967296\t0\t%s", account->name, id);
		print_hex(row.slot, row.slot_len);
	}
	putchar('\n');
}

static int rows(char **words)
{
	struct place place = enter(words[0]);
	struct lbr_remote_store store = {.base = {.keyring = place.keyring}, .keyring = place.keyring};
	unsigned at, byte = 0, count = number_of(words[3]);
	struct lbr_account account;

	for (at = 0; at < LBR_REALM_LEN; at++) {
		need(sscanf(words[1] + 2 * at, "%2x", &byte) == 1, "the realm");
		store.realm[at] = (unsigned char)byte;
	}
	for (at = 0; at < count; at++) {
		need(stage_account(place.keyring, at, &account), "an account");
		print_row(&store, lbr_keyring_id(place.keyring), strcmp(words[2], "accounts") == 0, &account);
	}
	lbr_keyring_free(place.keyring);
	return fflush(stdout) == 0 ? 0 : 1;
}

static int files(char **words)
{
	struct place place = enter(words[0]);
	struct lbr_store *store;

	need(lbr_store_open(place.settings.state, place.keyring, wall_now_s, &store, &reason) == LBR_OK, place.settings.state);
	need(stage_create(store, place.keyring, number_of(words[1]), &reason), "an account");
	lbr_store_close(store);
	lbr_keyring_free(place.keyring);
	return 0;
}

/* --- sign-ins in turn -------------------------------------------------------------------------------------------------------- */

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

static void sign_in(const char *services, unsigned number, double *ret_s)
{
	char name[BENCH_NAME_MAX];

	stage_name(number, name);
	if (stage_sign_in(services, BENCH_ALONE, name, WORLD_PASSWORD, NULL, ret_s) != PAM_SUCCESS)
		world_die("%s: %s was refused", services, name);
}

static const char *agent;

static void start(const char *config, unsigned number, double *ret_s)
{
	static struct lbr_client client;
	struct lbr_hello hello = {.language = LBR_LANGUAGE_EN, .service = "bench"};
	double started = stage_clock();

	(void)number;
	lbr_client_init(&client);
	if (lbr_client_start(&client, agent, config) != 0 || lbr_client_greet(&client, &hello) != LBR_OK)
		world_die("%s: its agent does not say welcome", config);
	*ret_s = stage_clock() - started;
	lbr_client_close(&client);
}

/* A pair is one through each; who comes first changes with each pair. */
static int turns(void (*one)(const char *, unsigned, double *), unsigned pairs, unsigned first, char **services, unsigned kinds)
{
	static double took[TURNS_MAX][PAIRS_MAX], ratios[TURNS_MAX][PAIRS_MAX];
	unsigned pair, kind, at;

	need(kinds <= TURNS_MAX && pairs > 0 && pairs <= PAIRS_MAX, "turns");
	for (pair = 0; pair < pairs; pair++) {
		for (at = 0; at < kinds; at++) {
			kind = (at + pair) % kinds;
			one(services[kind], first + pair, &took[kind][pair]);
		}
		for (kind = 0; kind < kinds; kind++)
			ratios[kind][pair] = took[kind][pair] / took[0][pair];
	}
	for (kind = 0; kind < kinds; kind++)
		printf("%.2f %.4f\n", 1e3 * median(took[kind], pairs), median(ratios[kind], pairs));
	return 0;
}

/* --- attempts without a hash ------------------------------------------------------------------------------------------------- */

static enum lbr_error count_failure(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)context;
	(void)why;
	view->counters.lanes[LBR_LANE_STRANGER].password_failures = view->now_s % 90;
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static unsigned attempt_until(const struct place *place, double end, unsigned at, unsigned count)
{
	char name[BENCH_NAME_MAX];
	struct lbr_store *store;
	struct lbr_view view;
	unsigned done;

	need(lbr_store_open_of(&place->settings, -1, place->keyring, wall_now_s, &store, &reason) == LBR_OK, "the store");
	for (done = 0; stage_clock() < end; done++) {
		stage_name((at + done * 7919) % count, name);
		need(lbr_store_load(store, name, &view, &reason) == LBR_OK, name);
		need(lbr_store_commit(&view, count_failure, NULL, &reason) == LBR_OK, name);
		lbr_view_release(&view);
	}
	lbr_store_close(store);
	return done;
}

static int rate(char **words)
{
	struct place place = enter(words[0]);
	unsigned clients = number_of(words[1]), count = number_of(words[3]), client, done, sum = 0;
	double started = stage_clock(), end = started + number_of(words[2]);
	int ends[2];

	if (pipe(ends) != 0)
		world_die("pipe: %s", strerror(errno));
	for (client = 0; client < clients; client++) {
		if (fork() == 0) {
			done = attempt_until(&place, end, client * 104729, count);
			_exit(write(ends[1], &done, sizeof(done)) == sizeof(done) ? 0 : 1);
		}
	}
	close(ends[1]);
	while (read(ends[0], &done, sizeof(done)) == sizeof(done))
		sum += done;
	for (client = 0; client < clients; client++) {
		int status;

		if (wait(&status) < 0 || status != 0)
			return 1;
	}
	printf("%.0f\n", sum / (stage_clock() - started));
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "found") == 0 && argc == 5)
		return found(argv + 2);
	if (strcmp(what, "rows") == 0 && argc == 6)
		return rows(argv + 2);
	if (strcmp(what, "files") == 0 && argc == 4)
		return files(argv + 2);
	if (strcmp(what, "turns") == 0 && argc > 4)
		return turns(sign_in, number_of(argv[2]), number_of(argv[3]), argv + 4, (unsigned)argc - 4);
	if (strcmp(what, "starts") == 0 && argc > 4) {
		agent = argv[3];
		return turns(start, number_of(argv[2]), 0, argv + 4, (unsigned)argc - 4);
	}
	if (strcmp(what, "rate") == 0 && argc == 6)
		return rate(argv + 2);
	return 2;
}
