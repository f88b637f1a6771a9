/* The person at the desk types one code: the token becomes theirs. */
#include "enroll.h"

#include "json.h"
#include "judge.h"
#include "prompt.h"

#define TRIES 3

/* The step first: if the second write fails, the code is burned and the token still pending, never the reverse. */
static enum lbr_error commit(struct desk *desk, const struct enrollment *new, int64_t step, struct lbr_reason *reason)
{
	struct lbr_locked_account locked = { .known = false };
	enum lbr_error error = lbr_account_lock(desk->store, new->account.name, &locked, reason);

	if (error != LBR_OK)
		return error;
	if (locked.account.generation != new->account.generation || step <= locked.counters.last_step) {
		error = lbr_fail(reason, LBR_ERR_STALE, "the account was changed meanwhile");
	} else {
		locked.counters.last_step = step;
		error = lbr_account_commit_counters(&locked, reason);
	}
	if (error == LBR_OK) {
		locked.account.token_kind = LBR_TOKEN_CONFIRMED;
		error = lbr_account_commit(&locked, reason);
	}
	lbr_account_release(&locked);
	return error;
}

/* Judges one typed line. CLI_NO: it is not the code. */
static enum cli_status try_code(const struct cli *cli, struct desk *desk, const struct enrollment *new,
                                const struct lbr_secret *typed, struct judgement *judgement)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	*judgement = cli_judge(new->key, typed, desk->settings.window, cli_now_s());
	if (!judgement->right)
		return CLI_NO;
	error = commit(desk, new, judgement->step, &reason);
	return error == LBR_OK ? CLI_DONE : cli_complain_reason(cli, new->account.name, error, &reason);
}

static void say_wrong(const struct cli *cli, const struct judgement *judgement, bool last)
{
	cli_judge_say_wrong(cli, stdout, judgement);
	cli_write(stdout, cli->language, last ? TEXT_CODE_LATER : TEXT_CODE_AGAIN, NULL);
}

/* False: nothing was typed. Too long a line is a wrong code. */
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

static enum cli_status ask(const struct cli *cli, struct desk *desk, const struct enrollment *new, bool *ret_confirmed)
{
	enum cli_status status = CLI_NO;
	struct judgement judgement;
	struct lbr_secret typed;
	int tries;

	for (tries = 1; tries <= TRIES && status == CLI_NO; tries++) {
		if (!read_code(cli, &typed)) {
			cli_write(stdout, cli->language, TEXT_CODE_LATER, NULL);
			status = CLI_DONE;
			break;
		}
		status = try_code(cli, desk, new, &typed, &judgement);
		*ret_confirmed = status == CLI_DONE;
		if (status == CLI_DONE)
			cli_write(stdout, cli->language, TEXT_CONFIRMED, NULL);
		if (status == CLI_NO)
			say_wrong(cli, &judgement, tries == TRIES);
	}
	lbr_secret_wipe(&typed);
	return status;
}

enum cli_status cli_enroll_confirm(const struct cli *cli, struct desk *desk, const struct enrollment *new)
{
	bool confirmed = false;
	enum cli_status status = ask(cli, desk, new, &confirmed);

	if (status == CLI_DONE || status == CLI_NO)
		cli_write(stdout, cli->language, confirmed ? TEXT_NEXT : TEXT_NEXT_PENDING, new->account.name, NULL);
	return status;
}

enum cli_status cli_enroll_confirm_json(const struct cli *cli, struct desk *desk, const struct enrollment *new)
{
	enum cli_status status = CLI_NO;
	struct judgement judgement;
	struct lbr_secret typed;

	if (cli_prompt_read(true, &typed) == PROMPT_LINE)
		status = try_code(cli, desk, new, &typed, &judgement);
	lbr_secret_wipe(&typed);
	cli_json_line(json_pack("{s:s, s:b}", "user", new->account.name, "confirmed", status == CLI_DONE));
	return status;
}
