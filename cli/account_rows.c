/* The process that reads the store, and the pipe through which it tells what it reads. */
#include "account_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/recovery.h>

#include "child.h"
#include "reason.h"

struct account_reader {
	struct admin_session session;
	int64_t              now_s;
	FILE                *to;
};

/* The store's list gives the reason alone. */
static enum lbr_error error_of(const struct lbr_reason *reason)
{
	return lbr_reason_has(reason, LBR_REASON_NEWER_RELEASE) ? LBR_ERR_NEWER : LBR_ERR_DAMAGED;
}

static bool tell_fault(struct account_reader *reader, const char *name, bool has_account, enum lbr_error error,
                       const struct lbr_reason *reason)
{
	struct account_row row;

	memset(&row, 0, sizeof(row));
	row.fault = true;
	row.error = error;
	row.has_account = has_account;
	memcpy(row.name, name, strlen(name) + 1);
	return cli_account_row_write(reader->to, &row) && fwrite(reason, sizeof(*reason), 1, reader->to) == 1;
}

static void put_standing(const struct standing *standing, struct standing *ret)
{
	int lane;

	memcpy(ret->facts, standing->facts, sizeof(ret->facts));
	ret->now_s = standing->now_s;
	ret->end_s = standing->end_s;
	for (lane = 0; lane < LBR_LANES; lane++) {
		ret->lanes[lane].password_failures = standing->lanes[lane].password_failures;
		ret->lanes[lane].code_failures = standing->lanes[lane].code_failures;
		ret->lanes[lane].wait_s = standing->lanes[lane].wait_s;
		ret->lanes[lane].locked = standing->lanes[lane].locked;
	}
}

/* Member by member into zeros: the holes of a structure that is copied whole would carry what the stack held, in the one process
 * that has the key. */
static void look(const struct account_reader *reader, const struct lbr_account *account, const struct lbr_counters *counters,
                 struct account_row *ret)
{
	static const struct lbr_counters none;
	const struct lbr_counters *its = counters != NULL ? counters : &none;
	struct standing standing = cli_standing(account, its, &reader->session.settings, reader->now_s);

	memset(ret, 0, sizeof(*ret));
	ret->language = account->language;
	ret->own = account->password_kind == LBR_PASSWORD_OWN;
	ret->confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;
	ret->disabled = account->disabled;
	ret->must_change = account->must_change;
	ret->no_counters = counters == NULL;
	ret->recovery_left = lbr_recovery_left(account, its);
	ret->recorded.has_uid = account->has_uid;
	ret->recorded.uid = account->uid;
	ret->last_s = its->last_sign_in_s;
	ret->password_set_s = account->password_set_s;
	put_standing(&standing, &ret->standing);
	memcpy(ret->name, account->name, strlen(account->name) + 1);
	memcpy(ret->contact, account->contact, strlen(account->contact) + 1);
}

/* A pipe that nobody reads any more ends it. */
static int tell(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                const struct lbr_reason *reason)
{
	struct account_reader *reader = context;
	struct account_row row;

	if ((account == NULL || counters == NULL) && !tell_fault(reader, name, account != NULL, error_of(reason), reason))
		return 1;
	if (account == NULL)
		return 0;
	look(reader, account, counters, &row);
	row.error = counters == NULL ? error_of(reason) : LBR_OK;
	return !cli_account_row_write(reader->to, &row);
}

/* The exit status says only that everything that could be read was told. */
static _Noreturn void read_store(const struct admin_session *session, int to)
{
	struct account_reader reader = { .session = { .settings = session->settings, .broker = session->broker } };
	struct lbr_reason reason;
	enum lbr_error error;

	memset(&reason, 0, sizeof(reason));
	reader.to = fdopen(to, "w");
	if (reader.to == NULL)
		_exit(1);
	error = cli_admin_open_store(&reader.session, &reason);
	reader.now_s = cli_now_s();
	if (error == LBR_OK)
		error = lbr_store_list(reader.session.store, tell, &reader, &reason);
	if (error != LBR_OK && !tell_fault(&reader, "", false, error, &reason))
		_exit(1);
	cli_admin_close(&reader.session);
	_exit(fclose(reader.to) == 0 ? 0 : 1);
}

/* False: the caller wants no more. */
static bool take_rows(FILE *from, cli_account_each *each, void *context)
{
	struct lbr_reason reason;
	struct account_row row;

	while (cli_account_row_read(from, &row)) {
		if (row.fault && fread(&reason, sizeof(reason), 1, from) != 1)
			return true;
		if (!each(context, &row, row.fault ? &reason : NULL))
			return false;
	}
	return true;
}

static bool ended_well(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Starts the process; `*ret_from` is what it tells. */
static pid_t begin(const struct admin_session *session, FILE **ret_from)
{
	pid_t child, parent = getpid();
	int ends[2];

	*ret_from = NULL;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		if (!cli_child_end_with(parent))
			_exit(1);
		read_store(session, ends[1]);
	}
	(void)close(ends[1]);
	*ret_from = fdopen(ends[0], "r");
	if (*ret_from == NULL)
		(void)close(ends[0]);
	return child;
}

enum cli_status cli_accounts_read(const struct cli *cli, const struct admin_session *session, cli_account_each *each,
                                  void *context)
{
	bool complete, well;
	FILE *from;
	pid_t child;

	(void)cli_flush(); /* or both would write it */
	child = begin(session, &from);
	if (child < 0 || from == NULL) {
		enum cli_status status = cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, errno), NULL);

		if (from != NULL)
			(void)fclose(from);
		if (child > 0)
			(void)ended_well(child);
		return status;
	}
	complete = take_rows(from, each, context);
	(void)fclose(from);
	well = ended_well(child);
	return well || !complete ? CLI_DONE : cli_fail(cli, CLI_FAULT, TEXT_READING_BROKE_OFF, NULL);
}
