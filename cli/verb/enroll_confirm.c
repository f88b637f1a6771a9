/* The person, present at enrollment, types one code: the token becomes theirs. */
#include "enroll.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "json.h"
#include "prompt.h"
#include "verify_code.h"

#define TRIES 3

struct confirmation {
	uint64_t generation;
	int64_t  step;
};

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct confirmation *confirmation = context;

	if (view->account.generation != confirmation->generation || confirmation->step <= view->counters.last_step)
		return lbr_fail(reason, LBR_ERR_STALE, LBR_WHY(CHANGED));
	view->counters.last_step = confirmation->step;
	view->account.token_kind = LBR_TOKEN_CONFIRMED;
	*ret_parts = LBR_PART_COUNTERS | LBR_PART_ACCOUNT;
	return LBR_OK;
}

static enum lbr_error commit(struct admin_session *session, const struct enrollment *new, int64_t step, struct lbr_reason *reason)
{
	struct confirmation confirmation = { new->account.generation, step };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, new->account.name, &view, reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &confirmation, reason);
	lbr_view_release(&view);
	return error;
}

/* Judges one typed line. CLI_NO: it is not the current code. */
static enum cli_status try_code(const struct cli *cli, struct admin_session *session, const struct enrollment *new,
                                const struct lbr_secret *typed, struct code_check *check)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	*check = cli_verify_code(new->key, typed, session->settings.window, cli_now_s());
	if (!check->right)
		return CLI_NO;
	error = commit(session, new, check->step, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	/* A program gets its own line, of the confirmation. */
	(void)cli_fail_reason(cli, cli_has(cli, CLI_JSON) ? NULL : new->account.name, error, &reason);
	return CLI_FAULT;
}

static void say_wrong(const struct cli *cli, const struct code_check *check, bool last)
{
	cli_verify_code_say_wrong(cli, stdout, check);
	cli_write(stdout, cli->language, last ? TEXT_CODE_LATER : TEXT_CODE_AGAIN, NULL);
}

/* False: nothing was typed. A line that is too long is a wrong code. */
static bool read_code(const struct cli *cli, struct lbr_secret *typed)
{
	enum prompt_result result;

	cli_write(stdout, cli->language, TEXT_ASK_CODE, NULL);
	(void)cli_flush();
	result = cli_prompt_read(true, typed);
	if (!isatty(STDIN_FILENO))
		fputc('\n', stdout);
	return result == PROMPT_TOO_LONG || (result == PROMPT_LINE && typed->len > 0);
}

static enum cli_status ask(const struct cli *cli, struct admin_session *session, const struct enrollment *new, bool *ret_confirmed)
{
	enum cli_status status = CLI_NO;
	struct code_check check;
	struct lbr_secret typed;
	int tries;

	for (tries = 1; tries <= TRIES && status == CLI_NO; tries++) {
		if (!read_code(cli, &typed)) {
			cli_write(stdout, cli->language, TEXT_CODE_LATER, NULL);
			status = CLI_DONE;
			break;
		}
		status = try_code(cli, session, new, &typed, &check);
		*ret_confirmed = status == CLI_DONE;
		if (status == CLI_DONE)
			cli_write(stdout, cli->language, TEXT_CONFIRMED, NULL);
		if (status == CLI_NO)
			say_wrong(cli, &check, tries == TRIES);
	}
	lbr_secret_wipe(&typed);
	return status;
}

enum cli_status cli_enroll_confirm(const struct cli *cli, struct admin_session *session, const struct enrollment *new)
{
	char until[CLI_TIME_MAX];
	bool confirmed = false;
	enum cli_status status = ask(cli, session, new, &confirmed);

	if (status != CLI_DONE && status != CLI_NO)
		return status;
	cli_pictures_say(cli, &new->pictures);
	cli_write(stdout, cli->language, confirmed ? TEXT_NEXT : TEXT_NEXT_PENDING, new->account.name, NULL);
	/* The picture has scrolled it off the screen. */
	cli_write(stdout, cli->language, TEXT_NEXT_PASSWORD, new->account.name,
	          cli_time_local(new->account.invited_until_s, until), new->password.bytes, NULL);
	return status;
}

/* What failed on its way to the store may be there nevertheless: null. */
static json_t *perhaps(enum cli_status status)
{
	return status == CLI_FAULT ? json_null() : json_boolean(status == CLI_DONE);
}

enum cli_status cli_enroll_confirm_json(const struct cli *cli, struct admin_session *session, const struct enrollment *new)
{
	enum cli_status status = CLI_NO;
	struct code_check check;
	struct lbr_secret typed;

	if (cli_prompt_read(true, &typed) == PROMPT_LINE)
		status = try_code(cli, session, new, &typed, &check);
	lbr_secret_wipe(&typed);
	cli_json_line(json_pack("{s:s, s:o, s:o}", "user", new->account.name, "confirmed", perhaps(status),
	                        "changed", perhaps(status)));
	return status;
}
