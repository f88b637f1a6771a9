#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/become.h>
#include <liberations/store.h>

void world_die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("world: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(70);
}

static void write_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	ssize_t len = (ssize_t)strlen(text);

	if (fd < 0 || write(fd, text, (size_t)len) != len || fchmod(fd, mode) != 0 || close(fd) != 0)
		world_die("%s: %s", path, strerror(errno));
}

static void own(const char *path, uid_t uid, gid_t gid)
{
	if (geteuid() == 0 && chown(path, uid, gid) != 0)
		world_die("%s: chown: %s", path, strerror(errno));
}

static int64_t wall_now_s(void)
{
	return time(NULL);
}

static bool lay_out(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	(void)context;
	(void)ret;
	return lbr_store_lay_out(place->settings.state, place->keyring, reason) == LBR_OK;
}

static void write_configuration(struct world *world)
{
	char text[512], key[LBR_KEY_LINE_MAX];

	snprintf(text, sizeof(text), "state = %s\nuser = %d\nseal-key = %s\nhash-cost = 1\nlanguage = en\n", world->state, WORLD_OWNER,
	         world->seal_key);
	write_file(world->config, 0644, text);
	if (lbr_keyring_new_line(key) != LBR_OK)
		world_die("no seal key");
	write_file(world->seal_key, geteuid() == 0 ? 0640 : 0600, key);
	own(world->seal_key, 0, WORLD_OWNER);
	if (mkdir(world->state, 0700) != 0 || mkdir(world->services, 0755) != 0)
		world_die("%s: %s", world->dir, strerror(errno));
	own(world->state, WORLD_OWNER, WORLD_OWNER);
}

void world_make(struct world *world)
{
	const char *tmp = getenv("TMPDIR");
	struct lbr_reason reason = { .text = "" };

	snprintf(world->dir, sizeof(world->dir), "%.32s/lbr-world.XXXXXX", tmp != NULL && strlen(tmp) <= 32 ? tmp : "/tmp");
	umask(022);
	if (mkdtemp(world->dir) == NULL || chmod(world->dir, 0755) != 0)
		world_die("%s: %s", world->dir, strerror(errno));
	snprintf(world->config, sizeof(world->config), "%s/liberations.conf", world->dir);
	snprintf(world->state, sizeof(world->state), "%s/state", world->dir);
	snprintf(world->seal_key, sizeof(world->seal_key), "%s/seal.key", world->dir);
	snprintf(world->services, sizeof(world->services), "%s/pam.d", world->dir);
	write_configuration(world);
	if (!world_as_owner(world->config, lay_out, NULL, NULL, 0, &reason))
		world_die("%s", reason.text);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

void world_remove(const struct world *world)
{
	if (nftw(world->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		world_die("%s: not removed: %s", world->dir, strerror(errno));
}

void world_service(const struct world *world, const char *service, const char *format, ...)
{
	char path[256], fresh[300], text[4096];
	va_list arguments;

	/* Renamed into place: tests that run beside each other may share a service. */
	snprintf(path, sizeof(path), "%s/%s", world->services, service);
	snprintf(fresh, sizeof(fresh), "%s.%d", path, (int)getpid());
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	write_file(fresh, 0644, text);
	if (rename(fresh, path) != 0)
		world_die("%s: %s", path, strerror(errno));
}

void world_code(const char *key_hex, int steps, char ret[LBR_CODE_DIGITS + 1])
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = {0};
	size_t i;
	unsigned byte;

	if (strlen(key_hex) > 2 * sizeof(key))
		world_die("a key has at most %zu hex digits", 2 * sizeof(key));
	for (i = 0; i < strlen(key_hex) / 2; i++) {
		if (sscanf(key_hex + 2 * i, "%2x", &byte) != 1)
			world_die("a key is hex digits");
		key[i] = (unsigned char)byte;
	}
	if (lbr_token_code(key, lbr_token_step(time(NULL)) + steps, ret) != LBR_OK)
		world_die("no code");
}

void world_wrong_code(char ret[LBR_CODE_DIGITS + 1])
{
	char right[LBR_CODE_DIGITS + 1];
	int steps, far = 50;

	for (steps = -3; steps <= 3; steps++) {
		world_code(WORLD_KEY_HEX, far, ret);
		world_code(WORLD_KEY_HEX, steps, right);
		if (strcmp(ret, right) == 0) {
			far++;
			steps = -4;
		}
	}
}

/* --- becoming the owner --------------------------------------------------------------------------------------------------- */

static void tell_fault(void *context, const struct lbr_reason *fault)
{
	struct lbr_reason *reason = context;

	*reason = *fault;
}

static bool work_in_place(struct world_place *place, world_work *work, void *context, void *ret, struct lbr_reason *reason)
{
	bool done;

	if (lbr_become_owner_of(place->settings.state, place->settings.user, reason) != LBR_OK)
		return false;
	if (lbr_keyring_load(place->settings.seal_key, &place->keyring, reason) != LBR_OK)
		return false;
	/* The store does not exist yet while it is laid out. */
	if (work != lay_out && lbr_store_open(place->settings.state, place->keyring, wall_now_s, &place->store, reason) != LBR_OK) {
		lbr_keyring_free(place->keyring);
		return false;
	}
	done = work(place, context, ret, reason);
	lbr_store_close(place->store);
	lbr_keyring_free(place->keyring);
	return done;
}

static void send_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t sent;

	for (; len > 0; at += sent, len -= (size_t)sent) {
		sent = write(fd, at, len);
		if (sent <= 0)
			_exit(71);
	}
}

static bool receive_all(int fd, void *bytes, size_t len)
{
	char *at = bytes;
	ssize_t got;

	for (; len > 0; at += got, len -= (size_t)got) {
		got = read(fd, at, len);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return false;
	}
	return true;
}

static void run_child(int fd, struct world_place *place, world_work *work, void *context, size_t size)
{
	struct lbr_reason reason = { .text = "" };
	void *ret = calloc(1, size + 1);
	bool done = ret != NULL && work_in_place(place, work, context, ret, &reason);

	send_all(fd, &done, sizeof(done));
	send_all(fd, &reason, sizeof(reason));
	if (size > 0)
		send_all(fd, ret, size);
	_exit(0);
}

bool world_as_owner(const char *config, world_work *work, void *context, void *ret, size_t size, struct lbr_reason *reason)
{
	struct world_place place = {.keyring = NULL, .store = NULL};
	bool done = false, whole;
	int ends[2];
	pid_t pid;

	lbr_settings_default(&place.settings);
	if (lbr_settings_load(config, &place.settings, tell_fault, reason) != LBR_OK)
		return false;
	if (pipe2(ends, O_CLOEXEC) != 0)
		world_die("pipe: %s", strerror(errno));
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		world_die("fork: %s", strerror(errno));
	if (pid == 0)
		run_child(ends[1], &place, work, context, size);
	close(ends[1]);
	whole = receive_all(ends[0], &done, sizeof(done)) && receive_all(ends[0], reason, sizeof(*reason)) &&
	        (size == 0 || receive_all(ends[0], ret, size));
	close(ends[0]);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	if (!whole)
		world_die("the owner's child died");
	return done;
}
