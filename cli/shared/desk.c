/* Two brokers of this command's own, and what each tells. Read desk.h first. */
#include "desk.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/become.h>

#include "broker_start.h"

static const char *const files[DESK_SIDES] = { CLI_BROKER_OF_DESK, CLI_BROKER_OF_HOST };

static enum lbr_error start_one(struct cli *cli, struct desk *desk, int side, struct lbr_reason *reason)
{
	char path[LBR_PATH_MAX];

	cli_broker_config(cli, files[side], path);
	if (access(path, R_OK) != 0) /* the broker's own word would come on another line */
		return errno == ENOENT ? lbr_fail_at(reason, LBR_ERR_ABSENT, path, LBR_WHY(STORE_NO_CONFIGURATION))
		                       : lbr_fail_system(reason, errno, "%s", path);
	return cli_broker_start_with(cli, files[side], &desk->brokers[side], reason);
}

enum lbr_error cli_desk_start(struct cli *cli, enum desk_need need, struct desk *desk, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	int side;

	desk->cli = cli;
	desk->plain = need == DESK_NEEDS_HOST && cli_broker_is_plain(cli);
	for (side = 0; side < DESK_SIDES; side++)
		desk->brokers[side] = -1;
	for (side = desk->plain ? DESK_HOST : DESK_ROOT; side < DESK_SIDES && error == LBR_OK; side++)
		error = start_one(cli, desk, side, reason);
	return error;
}

enum lbr_error cli_desk_take_over(struct desk *desk, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	int side;

	umask(077);
	if (desk->session.keyring == NULL)
		error = lbr_keyring_load(desk->session.settings.seal_key, &desk->session.keyring, reason);
	for (side = desk->plain ? DESK_HOST : DESK_ROOT; side < DESK_SIDES && error == LBR_OK; side++) {
		const struct lbr_broker broker = { .path = "", .fd = desk->brokers[side] };

		desk->brokers[side] = -1; /* the store's, from now on */
		error = lbr_store_open_shared(&broker, desk->session.keyring, cli_now_s, &desk->stores[side], reason);
	}
	return error;
}

enum cli_status cli_desk_open(struct cli *cli, enum desk_need need, struct desk *desk)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_settings_load(cli, &desk->session.settings);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	error = cli_desk_start(cli, need, desk, &reason);
	if (error == LBR_OK)
		error = lbr_become_owner_of(desk->session.settings.state, desk->session.settings.user, &reason);
	if (error == LBR_OK)
		error = cli_desk_take_over(desk, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	cli_fail_reason(cli, NULL, error, &reason);
	return CLI_FAULT;
}

void cli_desk_ask(struct desk *desk, enum desk_side side)
{
	struct told *told = &desk->told[side];

	if (desk->stores[side] == NULL)
		return;
	cli_told_end(told);
	*told = (struct told){ .reason = { .text = "" } };
	told->error = lbr_store_survey_ask(desk->stores[side], &told->reason);
}

void cli_desk_hear(struct desk *desk, enum desk_side side)
{
	struct told *told = &desk->told[side];

	if (desk->stores[side] != NULL && told->error == LBR_OK)
		told->error = lbr_store_survey_hear(desk->stores[side], cli_told_take, told, &told->reason);
}

void cli_desk_survey(struct desk *desk, enum desk_side side)
{
	cli_desk_ask(desk, side);
	cli_desk_hear(desk, side);
}

void cli_desk_survey_both(struct desk *desk)
{
	cli_desk_ask(desk, DESK_ROOT);
	cli_desk_ask(desk, DESK_HOST);
	cli_desk_hear(desk, DESK_ROOT);
	cli_desk_hear(desk, DESK_HOST);
}

const struct told *cli_desk_told(const struct desk *desk)
{
	return &desk->told[desk->plain ? DESK_HOST : DESK_ROOT];
}

enum lbr_error cli_desk_try_loading(struct desk *desk, struct lbr_reason *reason)
{
	struct lbr_settings settings = desk->session.settings; /* as an agent here reads them, but without local people */
	struct lbr_store *store = NULL;
	struct lbr_view view;
	enum lbr_error error;

	settings.store = LBR_STORE_POSTGRES;
	settings.local[0] = '\0';
	error = lbr_store_open_of(&settings, -1, desk->session.keyring, cli_now_s, &store, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_store_load_decoy(store, "", &view, reason);
	lbr_view_release(&view);
	lbr_store_close(store);
	return error;
}

void cli_desk_close(struct desk *desk)
{
	int side;

	for (side = 0; side < DESK_SIDES; side++) {
		if (desk->stores[side] != NULL)
			lbr_store_close(desk->stores[side]);
		if (desk->cli != NULL && desk->brokers[side] >= 0)
			(void)close(desk->brokers[side]);
		cli_told_end(&desk->told[side]);
		desk->stores[side] = NULL;
	}
	cli_admin_close(&desk->session);
}
