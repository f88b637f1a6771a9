/* `recovery-codes USER`: ten new codes; the old ones are void, the token is unchanged. Printed once. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>

#include "admin_session.h"
#include "desk_log.h"
#include "json.h"

static enum cli_status judge(const struct cli *cli, struct admin_session *session, uint64_t *ret_generation)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(session->store, cli->words[0], &view, &reason);
	enum cli_status status = CLI_DONE;

	if (error != LBR_OK)
		status = cli_admin_fail(cli, cli->words[0], error, &reason);
	else if (view.account.token_kind != LBR_TOKEN_CONFIRMED)
		status = cli_fail(cli, CLI_NO, TEXT_NOT_CONFIRMED, cli_safe(cli->words[0]), NULL);
	*ret_generation = view.account.generation;
	lbr_view_release(&view);
	return status;
}

static bool print_json(const char *name, const struct lbr_recovery_sheet *sheet)
{
	json_t *codes = json_array();
	unsigned at;

	for (at = 0; codes != NULL && at < LBR_RECOVERY_CODES; at++)
		if (json_array_append_new(codes, json_string(sheet->codes[at])) != 0) {
			json_decref(codes);
			codes = NULL;
		}
	return cli_json_line(json_pack("{s:s, s:o, s:b}", "user", name, "recovery_codes", codes, "changed", 1));
}

static bool print_columns(const struct cli *cli, const struct lbr_recovery_sheet *sheet)
{
	unsigned at;

	cli_write(stdout, cli->language, TEXT_RECOVERY_SHEET, cli->words[0], NULL);
	for (at = 0; at < LBR_RECOVERY_CODES; at += 2)
		printf("  %s   %s\n", sheet->codes[at], sheet->codes[at + 1]);
	return cli_flush();
}

static enum cli_status fail(const struct cli *cli, enum lbr_error error, const struct lbr_reason *reason)
{
	enum cli_status status = cli_admin_fail(cli, cli->words[0], error, reason);

	if (error == LBR_ERR_UNKNOWN)
		(void)cli_fail(cli, status, TEXT_PERHAPS_VOID, cli_safe(cli->words[0]), NULL);
	return status;
}

static enum cli_status renew(const struct cli *cli, struct admin_session *session, uint64_t generation)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_recovery_sheet sheet;
	enum cli_status status = CLI_DONE;
	enum lbr_error error = lbr_recovery_renew(session->store, session->keyring, cli->words[0], generation, &sheet, &generation,
	                                          &reason);

	if (error != LBR_OK)
		status = fail(cli, error, &reason);
	else if (!(cli_has(cli, CLI_JSON) ? print_json(cli->words[0], &sheet) : print_columns(cli, &sheet)))
		status = cli_fail(cli, CLI_FAULT, TEXT_CODES_NOT_SHOWN, cli->words[0], NULL);
	cli_desk_log(cli, cli->words[0], status);
	lbr_wipe(&sheet, sizeof(sheet));
	return status;
}

enum cli_status cli_recovery_codes(struct cli *cli)
{
	struct admin_session session = { .store = NULL };
	enum cli_status status = cli_admin_open(cli, &session);
	uint64_t generation = 0;

	if (status == CLI_DONE)
		status = judge(cli, &session, &generation);
	if (status == CLI_DONE)
		status = renew(cli, &session, generation);
	cli_admin_close(&session);
	return status;
}
