/* `disable USER...` and `enable USER...`: the flag. */
#include "desk.h"
#include "json.h"

/* The generation grows with the write, so a sign-in that is under way is refused at its commit. */
static enum lbr_error set_flag(struct desk *desk, const char *name, bool disabled, struct lbr_reason *reason)
{
	struct lbr_hold hold = { .known = false };
	enum lbr_error error = lbr_hold_open(desk->store, name, &hold, reason);

	if (error != LBR_OK)
		return error;
	if (hold.account.disabled != disabled) {
		hold.account.disabled = disabled;
		error = lbr_hold_commit_account(&hold, reason);
	}
	lbr_hold_close(&hold);
	return error;
}

static enum cli_status switch_one(const struct cli *cli, struct desk *desk, const char *name, bool disabled)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = set_flag(desk, name, disabled, &reason);

	if (error != LBR_OK)
		return cli_desk_complain(cli, name, error, &reason);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b}", "user", name, "disabled", disabled));
	else
		cli_write(stdout, cli->language, disabled ? TEXT_DISABLED : TEXT_ENABLED, name, NULL);
	return CLI_DONE;
}

static enum cli_status switch_all(struct cli *cli, bool disabled)
{
	struct desk desk = { .store = NULL };
	enum cli_status worst = cli_desk_open(cli, &desk), status;
	int at;

	if (worst != CLI_DONE)
		return worst;
	for (at = 0; at < cli->count; at++) {
		status = switch_one(cli, &desk, cli->words[at], disabled);
		if (status > worst)
			worst = status;
	}
	cli_desk_close(&desk);
	return worst;
}

enum cli_status cli_disable(struct cli *cli)
{
	return switch_all(cli, true);
}

enum cli_status cli_enable(struct cli *cli)
{
	return switch_all(cli, false);
}
