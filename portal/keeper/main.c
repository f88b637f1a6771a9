/* liberations-portal: the keeper. `liberations-portal [--config FILE] [--readers DIRECTORY]`; it stays in the foreground, under any
 * supervisor, as the user who owns the state directory. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "keeper_loop.h"
#include "portal_key_file.h"

#ifndef LBR_READERS
#define LBR_READERS "/usr/libexec"
#endif
#define QUEUE_MIN 16

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void say(void *context, const struct lbr_reason *reason)
{
	(void)context;
	fprintf(stderr, "liberations-portal: %s\n", reason->text);
}

/* A socket of our own, where nobody hands one over: for the group of web servers, as its directory is. */
static int listen_at(const char *path, unsigned queue)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || (unlink(path) != 0 && errno != ENOENT) || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    chmod(path, 0660) != 0 || listen(fd, (int)(queue > QUEUE_MIN ? queue : QUEUE_MIN)) != 0) {
		fprintf(stderr, "liberations-portal: %s: %s\n", path, strerror(errno));
		return -1;
	}
	return fd;
}

/* No core, no debugger, no zombies. */
static void harden(void)
{
	const struct rlimit none = { 0, 0 };
	struct sigaction action = { .sa_handler = on_signal };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

static int open_all(struct lbr_keeper *keeper)
{
	const struct lbr_portal_settings *settings = keeper->settings;
	const struct lbr_session_rules rules = {
		settings->idle_s, settings->absolute_s, (int64_t)settings->recheck_s * 1000, settings->per_person,
	};
	struct lbr_reason reason;
	unsigned damaged, at;

	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++)
		keeper->pages[at] = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
	keeper->gate = -1;
	if (lbr_portal_key_load(settings->key, &keeper->key, &reason) != LBR_OK ||
	    lbr_table_file_open(&keeper->table, settings->state, settings->sessions, &keeper->key, &rules, &damaged,
	                        &reason) != LBR_OK) {
		say(NULL, &reason);
		return 1;
	}
	if (damaged > 0)
		fprintf(stderr, "liberations-portal: %s/sessions: %u damaged sessions ended\n", settings->state, damaged);
	keeper->pages_socket = listen_at(settings->pages, settings->waiting);
	keeper->gate_socket = listen_at(settings->gate, settings->waiting);
	return keeper->pages_socket < 0 || keeper->gate_socket < 0;
}

int main(int argc, char **argv)
{
	static struct lbr_portal_settings settings;
	static struct lbr_keeper keeper;
	static char page[LBR_PATH_MAX + 32], gate[LBR_PATH_MAX + 32];
	const char *config = LBR_DEFAULT_PORTAL_CONFIG, *readers = LBR_READERS;
	int at;

	for (at = 1; at + 1 < argc; at += 2) {
		if (strcmp(argv[at], "--config") == 0)
			config = argv[at + 1];
		else if (strcmp(argv[at], "--readers") == 0)
			readers = argv[at + 1];
		else
			break;
	}
	if (at < argc) {
		fprintf(stderr, "Usage: liberations-portal [--config FILE] [--readers DIRECTORY]\n");
		return 2;
	}
	harden();
	if (sodium_init() < 0 || lbr_portal_settings_load(config, &settings, say, NULL) != LBR_OK)
		return 1;
	(void)snprintf(page, sizeof(page), "%.255s/liberations-portal-page", readers);
	(void)snprintf(gate, sizeof(gate), "%.255s/liberations-portal-gate", readers);
	keeper.settings = &settings;
	keeper.page_program = page;
	keeper.gate_program = gate;
	return open_all(&keeper) != 0 ? 1 : lbr_keeper_run(&keeper, &stop);
}
