/* Opens the administrator's session: what a verb needs before it may touch an account. */
#include "admin_session.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/become.h>

#include "broker_start.h"
#include "mistyped.h"
#include "reason.h"

/* The accounts that many hosts share are read on the connection that is open. */
static struct lbr_store *shared;

static void say_fault(void *context, const struct lbr_reason *reason)
{
	const struct cli *cli = context;
	char words[CLI_REASON_MAX];

	cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_reason(cli->language, reason, words), NULL);
}

enum lbr_error cli_settings_read(const struct cli *cli, struct lbr_settings *settings, lbr_fault *fault, void *context)
{
	if (cli->config_fd > 0)
		return lbr_settings_load_open(cli->config_fd, cli->config, settings, fault, context);
	return lbr_settings_load(cli->config, settings, fault, context);
}

enum cli_status cli_settings_load(struct cli *cli, struct lbr_settings *settings)
{
	return cli_settings_read(cli, settings, say_fault, cli) == LBR_OK ? CLI_DONE : CLI_FAULT;
}

enum cli_status cli_admin_leave_root(const struct cli *cli, struct admin_session *session)
{
	struct lbr_reason reason = { .text = "" };
	bool was_root = geteuid() == 0;
	enum lbr_error error = cli_broker_start(cli, session, &reason);

	if (error == LBR_OK)
		error = lbr_become_owner_of(session->settings.state, session->settings.user, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	if (error == LBR_ERR_UNSAFE && !was_root)
		return cli_fail(cli, CLI_NOT_ALLOWED, TEXT_NEEDS_ROOT, cli->verb->name, NULL);
	cli_fail_reason(cli, NULL, error, &reason);
	return CLI_FAULT;
}

enum lbr_error cli_admin_open_store(struct admin_session *session, struct lbr_reason *reason)
{
	enum lbr_error error;

	umask(077);
	error = lbr_keyring_load(session->settings.seal_key, &session->keyring, reason);
	if (error == LBR_OK) {
		int broker = session->broker > 0 ? session->broker : -1;

		session->broker = 0; /* the store's, from now on */
		error = lbr_store_open_of(&session->settings, broker, session->keyring, cli_host_now_s, &session->store, reason);
	}
	if (error != LBR_OK) {
		cli_admin_close(session);
		return error;
	}
	if (session->settings.store != LBR_STORE_FILE)
		shared = session->store;
	if (!session->away)
		(void)lbr_store_meet(session->store, NULL); /* whatever is asked first says why not */
	cli_clock_follow(session->store);
	return LBR_OK;
}

enum lbr_error cli_admin_try_shared(struct admin_session *session, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_become_owner_of(session->settings.state, session->settings.user, reason);

	session->settings.local[0] = '\0'; /* their files say nothing of the others */
	if (error == LBR_OK)
		error = cli_admin_open_store(session, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_store_load_decoy(session->store, "", &view, reason);
	lbr_view_release(&view);
	cli_admin_close(session);
	return error;
}

enum cli_status cli_admin_open_loaded(struct cli *cli, struct admin_session *session)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_admin_leave_root(cli, session);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	error = cli_admin_open_store(session, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(cli, NULL, error, &reason);
	return CLI_FAULT;
}

enum cli_status cli_admin_open(struct cli *cli, struct admin_session *session)
{
	enum cli_status status = cli_settings_load(cli, &session->settings);

	return status == CLI_DONE ? cli_admin_open_loaded(cli, session) : status;
}

void cli_admin_close(struct admin_session *session)
{
	cli_clock_follow(NULL);
	if (session->store == shared)
		shared = NULL;
	if (session->store != NULL)
		lbr_store_close(session->store);
	if (session->broker > 0)
		(void)close(session->broker);
	lbr_keyring_free(session->keyring);
	session->broker = 0;
	session->store = NULL;
	session->keyring = NULL;
}

bool cli_may_administer(const struct cli *cli)
{
	struct lbr_settings settings;
	struct stat state;

	if (geteuid() == 0)
		return true;
	return cli_settings_read(cli, &settings, NULL, NULL) == LBR_OK && lstat(settings.state, &state) == 0 &&
	       state.st_uid == geteuid();
}

enum cli_status cli_admin_fail(const struct cli *cli, const char *name, enum lbr_error error,
                                  const struct lbr_reason *reason)
{
	struct lbr_settings settings;
	bool read;

	if (error == LBR_ERR_ABSENT) {
		read = cli_settings_read(cli, &settings, NULL, NULL) == LBR_OK;
		return cli_mistyped_account(cli, read && settings.store != LBR_STORE_FILE ? shared : NULL,
		                            read ? settings.state : NULL, name);
	}
	return cli_fail_reason(cli, name, error, reason);
}

enum lbr_language cli_language_of_person(const struct cli *cli, const struct lbr_settings *settings,
                                         const struct lbr_account *account)
{
	if (account->language != LBR_LANGUAGE_NONE)
		return account->language;
	return settings->language != LBR_LANGUAGE_NONE ? settings->language : cli->language;
}
