/* `enroll USER`: the account, its temporary password, its token. */
#include "enroll.h"

#include "json.h"
#include "person.h"
#include "temporary.h"

static enum cli_status take_name(const struct cli *cli, struct lbr_account *account)
{
	struct person person = { .language = LBR_LANGUAGE_NONE };
	enum cli_status status = cli_person_take(cli, cli->words[0], &person);

	if (status == CLI_DONE && cli_has(cli, CLI_CONTACT))
		status = cli_person_set_contact(cli, cli->contact, &person);
	if (status == CLI_DONE)
		cli_person_put(&person, account);
	return status;
}

static enum lbr_error draw_password(const struct desk *desk, struct enrollment *new)
{
	struct temporary temporary = { .set_s = 0 };
	enum lbr_error error = cli_temporary_draw(desk, desk->settings.invitation_life_s, &temporary);

	if (error == LBR_OK) {
		cli_temporary_put(&temporary, &new->account);
		new->password = temporary.password;
	}
	lbr_wipe(&temporary, sizeof(temporary));
	return error;
}

static enum lbr_error draw(const struct desk *desk, struct enrollment *new)
{
	enum lbr_error error = draw_password(desk, new);

	if (error == LBR_OK)
		error = cli_temporary_draw_token(desk, &new->account, new->key);
	if (error == LBR_OK)
		error = lbr_token_key_text(new->key, 1, new->key_text);
	if (error == LBR_OK)
		error = lbr_token_key_text(new->key, 0, new->key_plain);
	if (error == LBR_OK)
		error = lbr_otpauth_uri(desk->settings.issuer, new->account.name, new->key, new->uri);
	return error;
}

static enum cli_status create(const struct cli *cli, struct desk *desk, struct enrollment *new)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = draw(desk, new);

	if (error == LBR_OK)
		error = lbr_store_create(desk->store, &new->account, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	return cli_complain_reason(cli, new->account.name, error, &reason);
}

static bool present_json(const struct enrollment *new)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "user", new->account.name, "temporary_password",
	                           new->password.bytes, "key", new->key_plain, "uri", new->uri);

	return cli_json_line(object);
}

/* A temporary password that nobody could read is worth nothing: the account goes, so that `enroll` can be repeated. */
static enum cli_status take_back(const struct cli *cli, struct desk *desk, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_remove(desk->store, name, &reason);

	if (error != LBR_OK)
		return cli_complain_reason(cli, name, error, &reason);
	return cli_complain(cli, CLI_FAULT, TEXT_TAKEN_BACK, name, NULL);
}

static enum cli_status enroll(struct cli *cli, struct desk *desk, struct enrollment *new)
{
	enum cli_status status = cli_settings_load(cli, &desk->settings);
	bool json = cli_has(cli, CLI_JSON);

	if (status == CLI_DONE)
		status = take_name(cli, &new->account);
	if (status == CLI_DONE)
		status = cli_desk_open_loaded(cli, desk);
	if (status == CLI_DONE)
		status = create(cli, desk, new);
	if (status != CLI_DONE)
		return status;
	if (!(json ? present_json(new) : cli_enroll_present(cli, desk, new)))
		return take_back(cli, desk, new->account.name);
	return json ? cli_enroll_confirm_json(cli, desk, new) : cli_enroll_confirm(cli, desk, new);
}

enum cli_status cli_enroll(struct cli *cli)
{
	struct enrollment new = { .key_text = "" };
	struct desk desk = { .store = NULL };
	enum cli_status status = enroll(cli, &desk, &new);

	cli_desk_close(&desk);
	lbr_wipe(&new, sizeof(new));
	return status;
}
