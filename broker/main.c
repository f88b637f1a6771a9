/* liberations-store: the broker between this host's programs and the database of the shared accounts. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/become.h>
#include <liberations/handed_sockets.h>
#include <liberations/socket_make.h>

#include "broker_arguments.h"
#include "broker_log.h"
#include "client.h"

#define STACK_BYTES (512 * 1024)

/* libpq reads PGHOST and its kin, and OpenSSL its own. */
static void harden(void)
{
	const struct rlimit none = {0, 0};

	(void)clearenv();
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static bool start_thread(void *(*run)(void *), void *context)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool started;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	started = pthread_create(&thread, &attributes, run, context) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}

static struct lbr_client_of_store *client_of(struct lbr_db_pool *pool, int fd)
{
	struct lbr_client_of_store *client = malloc(sizeof(*client));

	if (client != NULL)
		*client = (struct lbr_client_of_store){pool, fd};
	return client;
}

/* Agents of this host, and root. */
static bool is_allowed(int fd, uid_t agent)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer))
		return false;
	return peer.uid == 0 || peer.uid == agent || peer.uid == geteuid();
}

static void accept_for_ever(struct lbr_db_pool *pool, int listener, uid_t agent)
{
	struct lbr_client_of_store *client;
	int fd;

	for (;;) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0) {
			if (errno != EINTR && errno != ECONNABORTED)
				(void)usleep(100000); /* no descriptors: clients end */
			continue;
		}
		client = is_allowed(fd, agent) ? client_of(pool, fd) : NULL;
		if (client == NULL || !start_thread(lbr_client_serve, client)) {
			free(client);
			(void)close(fd);
		}
	}
}

static int fail(const struct lbr_reason *reason)
{
	lbr_broker_log(LOG_ERR, "%s", reason->text);
	return EX_CONFIG;
}

static int serve(const struct lbr_broker_arguments *arguments, const struct lbr_store_settings *settings, int listener, uid_t agent)
{
	static struct lbr_db_pool pool;
	struct lbr_reason reason = {.text = ""};

	if (lbr_db_pool_begin(&pool, settings, arguments->admin, &reason) != LBR_OK)
		return fail(&reason);
	if (!start_thread(lbr_db_pool_tend, &pool)) {
		(void)lbr_fail_system(&reason, errno, "pthread_create");
		return fail(&reason);
	}
	if (arguments->admin)
		(void)lbr_client_serve(client_of(&pool, STDIN_FILENO));
	else
		accept_for_ever(&pool, listener, agent);
	return EX_OK;
}

static enum lbr_error listen_on(const struct lbr_store_settings *settings, int handed, gid_t gid, int *ret,
                                struct lbr_reason *reason)
{
	if (handed == 0)
		return lbr_socket_make(settings->socket, 0660, gid, ret, reason);
	*ret = 3;
	if (handed > 1)
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(HANDED_SOCKETS), "");
	return lbr_handed_take(*ret, reason);
}

static void log_fault(void *context, const struct lbr_reason *reason)
{
	(void)context;
	lbr_broker_log(LOG_ERR, "%s", reason->text);
}

int main(int argc, char **argv)
{
	int handed = lbr_handed_count(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), 1);
	struct lbr_broker_arguments arguments;
	struct lbr_store_settings settings;
	struct lbr_reason reason = {.text = ""};
	struct lbr_owner agent = {.uid = (uid_t)-1};
	enum lbr_error error;
	int listener = -1;

	if (!lbr_broker_arguments_read(argc, argv, &arguments))
		return EX_USAGE;
	harden();
	lbr_broker_log_open();
	if (lbr_store_settings_load(arguments.config, &settings, log_fault, NULL) != LBR_OK)
		return EX_CONFIG;
	error = lbr_owner_find(settings.agent, &agent, &reason);
	if (error == LBR_OK && !arguments.admin)
		error = listen_on(&settings, handed, agent.has_gid ? agent.gid : (gid_t)-1, &listener, &reason);
	if (error == LBR_OK)
		error = lbr_become_user(settings.run_as, "", &reason);
	return error == LBR_OK ? serve(&arguments, &settings, listener, agent.uid) : fail(&reason);
}
