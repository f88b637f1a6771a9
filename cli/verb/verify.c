/* `verify USER`: judges a code from standard input and accepts nothing. A diagnosis, for whoever may read the store. */
#include <inttypes.h>

#include "desk.h"
#include "json.h"
#include "judge.h"
#include "prompt.h"

struct verification {
	struct judgement judgement;
	bool             used; /* a sign-in would refuse it: that step was accepted before */
};

static enum cli_status judge(const struct cli *cli, struct desk *desk, const struct lbr_secret *typed,
                             struct verification *ret)
{
	struct lbr_reason reason = { .text = "" };
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	struct lbr_locked_account locked = { .known = false };
	enum lbr_error error = lbr_account_lock(desk->store, cli->words[0], &locked, &reason);
	bool known;

	if (error == LBR_OK)
		error = lbr_token_unseal(desk->keyring, locked.account.name, &locked.account.token, key);
	if (error == LBR_OK) {
		ret->judgement = cli_judge(key, typed, desk->settings.window, cli_now_s());
		ret->used = ret->judgement.right && ret->judgement.step <= locked.counters.last_step;
	}
	lbr_wipe(key, sizeof(key));
	known = locked.known;
	lbr_account_release(&locked);
	/* An account whose token no key opens is there; it is the key that is missing. */
	if (error == LBR_ERR_ABSENT && known)
		return cli_complain(cli, CLI_FAULT, TEXT_NO_KEY, cli_safe(cli->words[0]), NULL);
	return error == LBR_OK ? CLI_DONE : cli_desk_complain(cli, cli->words[0], error, &reason);
}

static void say(const struct cli *cli, const struct verification *found)
{
	if (found->used)
		cli_write(stdout, cli->language, TEXT_CODE_USED, NULL);
	else if (!found->judgement.right)
		cli_judge_say_wrong(cli, stdout, &found->judgement);
	else if (found->judgement.offset_s == 0)
		cli_write(stdout, cli->language, TEXT_CODE_RIGHT, NULL);
	else
		cli_write(stdout, cli->language,
		          found->judgement.offset_s < 0 ? TEXT_CODE_RIGHT_BEHIND : TEXT_CODE_RIGHT_AHEAD, NULL);
}

static void say_json(const struct cli *cli, const struct verification *found)
{
	json_t *offset = found->judgement.found ? json_integer(found->judgement.offset_s) : json_null();

	cli_json_line(json_pack("{s:s, s:b, s:b, s:o}", "user", cli->words[0], "right",
	                        found->judgement.right && !found->used, "used", found->used, "offset_s", offset));
}

static enum cli_status verify(struct cli *cli, struct desk *desk, struct lbr_secret *typed)
{
	struct verification found = { .used = false };
	enum cli_status status;

	if (isatty(STDIN_FILENO)) {
		cli_write(stderr, cli->language, TEXT_ASK_CODE_OF, cli_safe(cli->words[0]), NULL);
		fflush(stderr);
	}
	if (cli_prompt_read(false, typed) != PROMPT_LINE || typed->len == 0)
		return cli_complain(cli, CLI_NO, TEXT_CODE_MISSING, NULL);
	status = judge(cli, desk, typed, &found);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		say_json(cli, &found);
	else
		say(cli, &found);
	return found.judgement.right && !found.used ? CLI_DONE : CLI_NO;
}

enum cli_status cli_verify(struct cli *cli)
{
	struct desk desk = { .store = NULL };
	struct lbr_secret typed;
	enum cli_status status = cli_desk_open(cli, &desk);

	if (status == CLI_DONE)
		status = verify(cli, &desk, &typed);
	lbr_secret_wipe(&typed);
	cli_desk_close(&desk);
	return status;
}
