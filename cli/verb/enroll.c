/* `enroll USER`: the account, its temporary password, its token. */
#include "enroll.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "desk_log.h"
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

static enum lbr_error draw_password(const struct admin_session *session, struct enrollment *new)
{
	struct temporary temporary = { .set_s = 0 };
	enum lbr_error error = cli_temporary_draw(session->settings.hash_cost, session->settings.invitation_life_s, &temporary);

	if (error == LBR_OK) {
		cli_temporary_put(&temporary, &new->account);
		new->password = temporary.password;
	}
	lbr_wipe(&temporary, sizeof(temporary));
	return error;
}

static enum lbr_error draw(const struct admin_session *session, struct enrollment *new)
{
	enum lbr_error error = draw_password(session, new);

	if (error == LBR_OK)
		error = cli_temporary_draw_token(session, &new->account, new->key);
	if (error == LBR_OK)
		error = lbr_token_key_text(new->key, 1, new->key_text);
	if (error == LBR_OK)
		error = lbr_token_key_text(new->key, 0, new->key_plain);
	if (error == LBR_OK)
		error = lbr_otpauth_uri(session->settings.issuer, new->account.name, new->key, new->uri);
	return error;
}

/* Before the account exists: if they cannot be written, nothing was changed. */
static enum cli_status draw_pictures(const struct cli *cli, const struct admin_session *session, const struct enrollment *new)
{
	char title[LBR_URI_MAX];

	snprintf(title, sizeof(title), "%s: %s", session->settings.issuer, new->account.name);
	return cli_pictures_write(cli, &new->pictures, new->uri, title);
}

static enum cli_status create(const struct cli *cli, struct admin_session *session, struct enrollment *new)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = draw(session, new);

	if (error == LBR_OK && draw_pictures(cli, session, new) != CLI_DONE)
		return CLI_FAULT;
	if (error == LBR_OK)
		error = lbr_store_create(session->store, &(struct lbr_record){ .account = &new->account }, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	(void)cli_fail_reason(cli, new->account.name, error, &reason);
	if (error != LBR_ERR_EXISTS)
		return CLI_FAULT;
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b}", "user", new->account.name, "changed", 0));
	return cli_fail(cli, CLI_NO, TEXT_EXISTS_HELP, NULL);
}

static bool present_json(const struct enrollment *new)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:b}", "user", new->account.name, "temporary_password",
	                           new->password.bytes, "key", new->key_plain, "uri", new->uri, "changed", 1);

	return cli_json_line(object);
}

/* A temporary password that was never shown is useless: remove the account, so that `enroll` can be repeated. */
static enum cli_status take_back(const struct cli *cli, struct admin_session *session, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_store_remove(session->store, name, &reason);

	if (error != LBR_OK)
		return cli_fail_reason(cli, name, error, &reason);
	return cli_fail(cli, CLI_FAULT, TEXT_TAKEN_BACK, name, NULL);
}

static enum cli_status enroll(struct cli *cli, struct admin_session *session, struct enrollment *new)
{
	enum cli_status status = cli_settings_load(cli, &session->settings);
	bool json = cli_has(cli, CLI_JSON);

	if (status == CLI_DONE)
		status = take_name(cli, &new->account);
	if (status == CLI_DONE)
		status = cli_pictures_open(cli, &new->pictures);
	if (status == CLI_DONE)
		status = cli_admin_open_loaded(cli, session);
	if (status == CLI_DONE)
		status = create(cli, session, new);
	if (status != CLI_DONE)
		return status;
	if (!(json ? present_json(new) : cli_enroll_present(cli, session, new)))
		return take_back(cli, session, new->account.name);
	cli_kept_keep(&new->pictures);
	cli_desk_log(cli, new->account.name, CLI_DONE); /* whether or not a code confirms the token now */
	return json ? cli_enroll_confirm_json(cli, session, new) : cli_enroll_confirm(cli, session, new);
}

enum cli_status cli_enroll(struct cli *cli)
{
	struct enrollment new = { .pictures = CLI_KEPT_NONE };
	struct admin_session session = { .store = NULL };
	enum cli_status status = enroll(cli, &session, &new);

	cli_kept_close(&new.pictures);
	cli_admin_close(&session);
	lbr_wipe(&new, sizeof(new));
	return status;
}
