/* `enroll USER`: the account, its temporary password, its token. */
#include "enroll.h"

#include <errno.h>
#include <pwd.h>

#include <liberations/password.h>
#include <liberations/random.h>

#include "json.h"

#define PERSON_UID_MIN 1000
#define PERSON_UID_MAX 60000
#define PASSWD_TEXT_MAX 65536

/* Asked of NSS while still root: afterwards nothing may be resolved. A name without a Unix user is allowed. */
static enum cli_status resolve_uid(const struct cli *cli, struct lbr_account *account)
{
	static char text[PASSWD_TEXT_MAX];
	struct passwd entry, *found = NULL;
	char number[24];
	int error = getpwnam_r(account->name, &entry, text, sizeof(text), &found);

	if (found == NULL && error != 0 && error != ENOENT && error != ESRCH)
		return cli_complain(cli, CLI_FAULT, TEXT_NSS, account->name, strerrordesc_np(error), NULL);
	if (found == NULL)
		return CLI_DONE;
	snprintf(number, sizeof(number), "%u", (unsigned)found->pw_uid);
	if (!cli_has(cli, CLI_SYSTEM) && (found->pw_uid < PERSON_UID_MIN || found->pw_uid > PERSON_UID_MAX))
		return cli_complain(cli, CLI_NO, TEXT_SYSTEM_USER, account->name, number, NULL);
	account->has_uid = true;
	account->uid = found->pw_uid;
	return CLI_DONE;
}

static enum cli_status take_name(const struct cli *cli, struct lbr_account *account)
{
	const char *name = cli->words[0];

	if (lbr_name_check(name) != LBR_OK)
		return cli_complain(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(name), NULL);
	memcpy(account->name, name, strlen(name) + 1);
	return resolve_uid(cli, account);
}

static enum lbr_error draw(const struct desk *desk, struct enrollment *new)
{
	struct lbr_account *account = &new->account;
	enum lbr_error error = lbr_random_password(&new->password);

	if (error == LBR_OK)
		error = lbr_password_hash(&new->password, desk->settings.hash_cost, account->password_hash);
	if (error == LBR_OK)
		error = lbr_token_draw(new->key);
	if (error == LBR_OK)
		error = lbr_ring_seal(desk->ring, account->name, new->key, &account->token);
	if (error == LBR_OK)
		error = lbr_token_key_text(new->key, 1, new->key_text);
	if (error == LBR_OK)
		error = lbr_token_key_text(new->key, 0, new->key_plain);
	if (error == LBR_OK)
		error = lbr_otpauth_uri(desk->settings.issuer, account->name, new->key, new->uri);
	account->generation = 1;
	account->password_kind = LBR_PASSWORD_TEMPORARY;
	account->token_kind = LBR_TOKEN_PENDING;
	account->password_set_s = cli_now_s();
	account->invited_until_s = account->password_set_s + desk->settings.invitation_life_s;
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
