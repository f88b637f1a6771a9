/* `verify USER`: judges a code from standard input and accepts nothing. A diagnosis, for users who may read the store. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "admin_session.h"
#include "json.h"
#include "prompt.h"
#include "verify_code.h"

struct verification {
	struct code_check check;
	bool             used; /* a sign-in would refuse it: that step was already accepted */
};

static enum cli_status judge(const struct cli *cli, struct admin_session *session, const struct lbr_secret *typed,
                             struct verification *ret)
{
	struct lbr_reason reason = { .text = "" };
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, cli->words[0], &view, &reason);
	bool known;

	if (error == LBR_OK)
		error = lbr_token_unseal(session->keyring, lbr_account_keyed_name(&view.account), &view.account.token, key);
	if (error == LBR_OK) {
		ret->check = cli_verify_code(key, typed, session->settings.window, cli_now_s());
		ret->used = ret->check.right && ret->check.step <= view.counters.last_step;
	}
	lbr_wipe(key, sizeof(key));
	known = view.known;
	lbr_view_release(&view);
	/* An account whose token no key opens does exist; the key is missing. */
	if (error == LBR_ERR_ABSENT && known)
		return cli_fail(cli, CLI_FAULT, TEXT_NO_KEY, cli_safe(cli->words[0]), NULL);
	return error == LBR_OK ? CLI_DONE : cli_admin_fail(cli, cli->words[0], error, &reason);
}

static void say(const struct cli *cli, const struct verification *found)
{
	if (found->used)
		cli_write(stdout, cli->language, TEXT_CODE_USED, NULL);
	else if (!found->check.right)
		cli_verify_code_say_wrong(cli, stdout, &found->check);
	else if (found->check.offset_s == 0)
		cli_write(stdout, cli->language, TEXT_CODE_RIGHT, NULL);
	else
		cli_write(stdout, cli->language,
		          found->check.offset_s < 0 ? TEXT_CODE_RIGHT_BEHIND : TEXT_CODE_RIGHT_AHEAD, NULL);
}

static void say_json(const struct cli *cli, const struct verification *found)
{
	json_t *offset = found->check.found ? json_integer(found->check.offset_s) : json_null();

	cli_json_line(json_pack("{s:s, s:b, s:b, s:o}", "user", cli->words[0], "right",
	                        found->check.right && !found->used, "used", found->used, "offset_s", offset));
}

static enum cli_status verify(struct cli *cli, struct admin_session *session, struct lbr_secret *typed)
{
	struct verification found = { .used = false };
	enum cli_status status;

	if (isatty(STDIN_FILENO)) {
		cli_write(stderr, cli->language, TEXT_ASK_CODE_OF, cli_safe(cli->words[0]), NULL);
		fflush(stderr);
	}
	if (cli_prompt_read(false, typed) != PROMPT_LINE || typed->len == 0)
		return cli_fail(cli, CLI_NO, TEXT_CODE_MISSING, NULL);
	status = judge(cli, session, typed, &found);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		say_json(cli, &found);
	else
		say(cli, &found);
	return found.check.right && !found.used ? CLI_DONE : CLI_NO;
}

enum cli_status cli_verify(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	struct lbr_secret typed;
	enum cli_status status = cli_admin_open(cli, &session);

	if (status == CLI_DONE)
		status = verify(cli, &session, &typed);
	lbr_secret_wipe(&typed);
	cli_admin_close(&session);
	return status;
}
