/* Draws a temporary password and shows it. */
#include "temporary.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liberations/password.h>
#include <liberations/random.h>

#include "json.h"

#define USER_COLUMN 24

void cli_temporary_date(struct temporary *temporary, unsigned life_s)
{
	temporary->set_s = cli_now_s();
	temporary->until_s = temporary->set_s + life_s;
}

enum lbr_error cli_temporary_draw(unsigned hash_cost, unsigned life_s, struct temporary *ret)
{
	enum lbr_error error = lbr_random_password(&ret->password);

	if (error == LBR_OK)
		error = lbr_password_hash(&ret->password, hash_cost, ret->hash);
	cli_temporary_date(ret, life_s);
	return error;
}

void cli_temporary_put(const struct temporary *temporary, struct lbr_account *account)
{
	account->password_kind = LBR_PASSWORD_TEMPORARY;
	account->password_set_s = temporary->set_s;
	account->invited_until_s = temporary->until_s;
	account->must_change = false; /* a temporary password must change anyway */
	memcpy(account->password_hash, temporary->hash, sizeof(account->password_hash));
}

enum lbr_error cli_temporary_draw_token(const struct admin_session *session, struct lbr_account *account,
                                        unsigned char key[LBR_TOKEN_KEY_LEN])
{
	enum lbr_error error = lbr_token_draw(key);

	if (error == LBR_OK)
		error = lbr_token_seal(session->keyring, lbr_account_keyed_name(account), key, &account->token);
	account->token_kind = LBR_TOKEN_PENDING;
	return error;
}

/* A long name stands on a line of its own, so that the rest fits the terminal. */
static void print_columns(const struct cli *cli, const char *name, const struct temporary *temporary)
{
	char until[CLI_TIME_MAX];

	if (cli_text_width(name) > USER_COLUMN) {
		puts(name);
		name = "";
	}
	cli_write_padded(stdout, name, USER_COLUMN);
	cli_write(stdout, cli->language, TEXT_TEMPORARY_LINE, temporary->password.bytes, cli_time_local(temporary->until_s, until),
	          NULL);
}

bool cli_temporary_print(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary,
                         void *context)
{
	struct shown_count *shown = context;

	if (shown != NULL)
		*(account->token_kind == LBR_TOKEN_CONFIRMED ? &shown->confirmed : &shown->pending) += 1;
	if (cli_has(cli, CLI_JSON))
		return cli_json_line(json_pack("{s:s, s:s, s:o, s:b}", "user", account->name, "temporary_password",
		                               temporary->password.bytes, "until", cli_json_time(temporary->until_s),
		                               "changed", 1));
	if (isatty(STDOUT_FILENO))
		print_columns(cli, account->name, temporary);
	else
		printf("%s\t%s\n", account->name, temporary->password.bytes);
	return cli_flush();
}
