/* liberations-store: the broker between this host's programs and the database of the shared accounts. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/become.h>
#include <liberations/handed_sockets.h>

#include "accept.h"
#include "broker_arguments.h"
#include "broker_confine.h"
#include "broker_log.h"
#include "broker_socket.h"
#include "client.h"
#include "secret_files.h"

static int fail(const struct lbr_reason *reason)
{
	lbr_broker_log(LOG_ERR, "%s", reason->text);
	return EX_CONFIG;
}

/* The others' threads may be in the middle of something: they end with the process, and run no destructors. */
static void __attribute__((noreturn)) leave(int status)
{
	_exit(status);
}

static int serve(const struct lbr_broker_arguments *arguments, const struct lbr_store_settings *settings, int listener, uid_t agent)
{
	static struct lbr_db_pool pool;
	struct lbr_client_of_store *client;
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error = lbr_db_pool_begin(&pool, settings, arguments->admin, &reason);

	if (error == LBR_OK)
		error = lbr_broker_confine(settings, &reason);
	if (error != LBR_OK)
		return fail(&reason);
	lbr_broker_accept_begin();
	client = arguments->admin ? lbr_client_of_store(&pool, STDIN_FILENO, -1) : NULL;
	/* Root's questions may come before there is a schema: its pool begins with the first that needs one. */
	if (arguments->admin ? client == NULL : !lbr_db_pool_tend_begin(&pool)) {
		(void)lbr_fail_system(&reason, errno, "pthread_create");
		return fail(&reason);
	}
	if (arguments->admin)
		(void)lbr_client_serve(client);
	else
		lbr_broker_accept(&pool, listener, agent);
	leave(EX_OK);
}

static enum lbr_error listen_on(const struct lbr_store_settings *settings, int handed, const struct lbr_owner *agent, int *ret,
                                struct lbr_reason *reason)
{
	if (handed == 0)
		return lbr_broker_socket_make(settings, agent, ret, reason);
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
	error = lbr_broker_harden(&reason);
	lbr_broker_log_open();
	if (error != LBR_OK)
		return fail(&reason);
	if (lbr_store_settings_load(arguments.config, &settings, log_fault, NULL) != LBR_OK)
		return EX_CONFIG;
	error = lbr_owner_find(settings.agent, &agent, &reason);
	if (error == LBR_OK && !arguments.admin)
		error = listen_on(&settings, handed, &agent, &listener, &reason);
	if (error == LBR_OK && arguments.admin)
		error = lbr_password_keep(&settings, &reason);
	if (error == LBR_OK)
		error = lbr_become_user(settings.run_as, "", &reason);
	if (error == LBR_OK)
		error = lbr_secret_files_check(&settings, &reason);
	return error == LBR_OK ? serve(&arguments, &settings, listener, agent.uid) : fail(&reason);
}
