/* `check-password [USER]`: judges a password with the code that judges a change. Writes nothing. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <liberations/change.h>
#include <liberations/password.h>

#include "admin_session.h"
#include "agent_link.h"
#include "json.h"
#include "prompt.h"

/* For programs; in the order of the enumeration. */
static const char *const objection_words[LBR_OBJECTIONS] = {
	[LBR_OBJECTION_PASTE] = "paste", [LBR_OBJECTION_BYTES] = "bytes", [LBR_OBJECTION_KEYS] = "keys",
	[LBR_OBJECTION_SHORT] = "short", [LBR_OBJECTION_LONG] = "long", [LBR_OBJECTION_SAME] = "same",
	[LBR_OBJECTION_USED] = "used", [LBR_OBJECTION_NAME] = "name", [LBR_OBJECTION_OLD] = "old",
	[LBR_OBJECTION_WORDS] = "words", [LBR_OBJECTION_BREACHED] = "breached", [LBR_OBJECTION_SIMPLE] = "simple",
};

struct check {
	struct admin_session        session;
	enum lbr_language  language; /* the person's, else the command's */
	enum lbr_objection objection;
};

/* False: no line came. A line that is too long is a password that is too long. */
static bool read_candidate(const struct cli *cli, struct lbr_secret *ret, bool *ret_too_long)
{
	struct lbr_secret typed;
	enum prompt_result result;

	if (isatty(STDIN_FILENO)) {
		cli_write(stderr, cli->language, TEXT_ASK_CANDIDATE, NULL);
		fflush(stderr);
	}
	result = cli_prompt_read(false, &typed);
	*ret_too_long = result == PROMPT_TOO_LONG ||
	                (result == PROMPT_LINE && lbr_password_normalise(&typed, ret) != LBR_OK);
	lbr_secret_wipe(&typed);
	return result == PROMPT_TOO_LONG || result == PROMPT_LINE;
}

static void adopt_language(struct check *check, const char *name)
{
	struct lbr_view view;

	if (lbr_store_load(check->session.store, name, &view, NULL) == LBR_OK && view.account.language != LBR_LANGUAGE_NONE)
		check->language = view.account.language;
	lbr_view_release(&view);
}

static enum cli_status judge(const struct cli *cli, struct check *check, const struct lbr_secret *password)
{
	const struct lbr_candidate candidate = { .password = password, .name = "", .contact = "" };
	const char *name = cli->count > 0 ? cli->words[0] : NULL;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	if (name == NULL)
		error = lbr_rules_judge(&candidate, &check->session.settings, &check->objection, &reason);
	else
		error = lbr_change_judge(check->session.store, name, password, NULL, &check->session.settings,
		                         NULL, &check->objection, NULL, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	return name != NULL ? cli_admin_fail(cli, name, error, &reason) : cli_fail_reason(cli, NULL, error, &reason);
}

static void say(const struct cli *cli, const struct check *check)
{
	bool good = check->objection == LBR_OBJECTION_NONE;
	char text[256] = "";

	if (!good)
		lbr_text_format(lbr_rules_text(check->objection), check->language, false, check->session.settings.min_length,
		                NULL, text, sizeof(text));
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:b, s:o, s:o}", "good", good,
		                        "objection", good ? json_null() : json_string(objection_words[check->objection]),
		                        "reason", good ? json_null() : json_string(text)));
	else if (good)
		cli_write(stdout, check->language, TEXT_CANDIDATE_GOOD, NULL);
	else
		printf("%s\n", text);
}

static enum cli_status check_one(struct cli *cli, struct check *check, struct lbr_secret *password)
{
	enum cli_status status = cli->count > 0 ? cli_admin_open(cli, &check->session) :
	                         cli_settings_load(cli, &check->session.settings);
	bool too_long = false;

	if (status != CLI_DONE)
		return status;
	if (cli->count > 0)
		adopt_language(check, cli->words[0]);
	if (!read_candidate(cli, password, &too_long))
		return cli_fail(cli, CLI_NO, TEXT_CANDIDATE_MISSING, NULL);
	check->objection = LBR_OBJECTION_LONG;
	if (!too_long)
		status = judge(cli, check, password);
	if (status != CLI_DONE)
		return status;
	say(cli, check);
	return check->objection == LBR_OBJECTION_NONE ? CLI_DONE : CLI_NO;
}

enum cli_status cli_check_password(struct cli *cli)
{
	struct check check = { .objection = LBR_OBJECTION_SIMPLE };
	struct lbr_secret password = { .len = 0 };
	enum cli_status status;

	if (cli->count == 0)
		cli_agent_adopt_language(cli);
	check.language = cli->language;
	status = check_one(cli, &check, &password);
	lbr_secret_wipe(&password);
	cli_admin_close(&check.session);
	return status;
}
