/* `invite USER...` and `invite --csv FILE`: temporary passwords; people enroll themselves at their first sign-in. */
#include "invite.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "desk_log.h"
#include "json.h"
#include "portal_address.h"
#include "progress.h"

#define ANY_LETTERS (CLI_LETTERS | CLI_LETTERS_TO)

/* The progress bar and a line share the terminal. */
static bool show(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary,
                 void *context)
{
	struct inviting *inviting = context;

	cli_progress_clear();
	return inviting->show(cli, account, temporary, inviting->context);
}

static enum lbr_error create(struct inviting *inviting, struct lbr_account *account, const struct temporary *temporary,
                             struct lbr_reason *reason)
{
	unsigned char key[LBR_TOKEN_KEY_LEN] = { 0 };
	enum lbr_error error = cli_temporary_draw_token(&inviting->session, account, key);

	lbr_wipe(key, sizeof(key)); /* the person sees it at the first sign-in */
	if (error != LBR_OK)
		return error;
	cli_temporary_put(temporary, account);
	return lbr_store_create(inviting->session.store, &(struct lbr_record){ .account = account }, reason);
}

/* Shown first: an account whose temporary password nobody has is worse than a password without an account. Killed between the two,
 * the list can be run again with --skip-existing, and what was shown last counts. */
static enum cli_status invite_new(struct inviting *inviting, const struct person *person, bool *ret_shown_all)
{
	struct lbr_account account = { .token_kind = LBR_TOKEN_PENDING };
	struct lbr_reason reason = { .text = "" };
	struct temporary temporary = { .set_s = 0 };
	enum cli_status status = CLI_DONE;
	enum lbr_error error = cli_ahead_take(inviting->ahead, inviting->life_s, &temporary);

	cli_person_put(person, &account);
	if (error != LBR_OK) {
		status = cli_fail_reason(inviting->cli, person->name, error, &reason);
	} else if (!show(inviting->cli, &account, &temporary, inviting)) {
		*ret_shown_all = false;
		status = cli_fail(inviting->cli, CLI_FAULT, TEXT_NOT_SHOWN, person->name, NULL);
	} else {
		error = create(inviting, &account, &temporary, &reason);
		if (error != LBR_OK)
			status = cli_temporary_fail_unserved(inviting->cli, person->name, error, &reason);
	}
	cli_desk_log(inviting->cli, person->name, status);
	lbr_wipe(&temporary, sizeof(temporary));
	lbr_account_wipe(&account);
	return status;
}

static void say_unchanged(const struct cli *cli, const struct person *person)
{
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b}", "user", person->name, "changed", 0));
}

static enum cli_status invite_all(struct inviting *inviting)
{
	struct reissue again = { .life_s = inviting->life_s, .invited_only = true, .show = show, .context = inviting,
	                         .ahead = inviting->ahead };
	bool renew = cli_has(inviting->cli, CLI_RENEW), shown_all = true;
	enum cli_status worst = CLI_DONE, status;
	size_t at, total = inviting->people.count;

	for (at = 0; at < total && shown_all; at++) {
		const struct person *person = &inviting->people.list[at];

		if (person->skipped) {
			cli_desk_log_change(inviting->cli, person->name, CLI_DONE, false);
			say_unchanged(inviting->cli, person);
			continue;
		}
		again.person = person;
		inviting->letters.person = person;
		cli_progress_draw(at, total);
		if (renew)
			status = cli_temporary_reissue(inviting->cli, &inviting->session, person->name, &again, &shown_all);
		else
			status = invite_new(inviting, person, &shown_all);
		worst = status > worst ? status : worst;
	}
	cli_progress_clear();
	return worst;
}

static void choose_output(struct inviting *inviting)
{
	bool letters = (inviting->cli->options & ANY_LETTERS) != 0;

	inviting->letters.session = &inviting->session;
	inviting->letters.address = inviting->address;
	if (letters)
		cli_portal_address(inviting->cli, inviting->address);
	inviting->context = letters ? (void *)&inviting->letters : &inviting->shown;
	inviting->show = cli_temporary_print;
	if (letters)
		inviting->show = cli_has(inviting->cli, CLI_LETTERS_TO) ? cli_letter_write : cli_letter_print;
}

static enum cli_status read_options(struct inviting *inviting)
{
	struct cli *cli = inviting->cli;

	const char *letters = cli_has(cli, CLI_LETTERS_TO) ? "--letters-to" : "--letters";

	if ((cli->options & ANY_LETTERS) != 0 && cli_has(cli, CLI_JSON))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, letters, "--json", NULL);
	if ((cli->options & ANY_LETTERS) == ANY_LETTERS)
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--letters", letters, NULL);
	if (cli_has(cli, CLI_CONTACT) && (cli->options & (CLI_CSV | CLI_RENEW)))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--contact",
		                    cli_has(cli, CLI_CSV) ? "--csv" : "--renew", NULL);
	if (cli_has(cli, CLI_CONTACT) && cli->count > 1)
		return cli_fail(cli, CLI_USAGE, TEXT_ONE_PERSON, cli->verb->name, "--contact", NULL);
	if (cli_has(cli, CLI_SKIP) && cli_has(cli, CLI_RENEW))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--skip-existing", "--renew", NULL);
	if (cli_has(cli, CLI_IGNORE) && !cli_has(cli, CLI_CSV))
		return cli_fail(cli, CLI_USAGE, TEXT_ONLY_WITH, cli->verb->name, "--ignore-columns", "--csv", NULL);
	choose_output(inviting);
	/* What --renew keeps is the life that was given. */
	inviting->life_s = cli_has(cli, CLI_RENEW) ? 0 : inviting->session.settings.invitation_life_s;
	if (!cli_has(cli, CLI_LIFE))
		return CLI_DONE;
	return cli_duration_read(cli, "--life", cli->life, CLI_LIFE_MIN_S, CLI_LIFE_MAX_S, &inviting->life_s);
}

/* The phone of a person invited again may already be enrolled in person. */
static void say_next(const struct inviting *inviting)
{
	const struct shown_count *shown = &inviting->shown;
	enum lbr_language language = inviting->cli->language;

	if (shown->pending + shown->confirmed == 0)
		return; /* all of them were skipped */
	cli_write(stdout, language, shown->pending > 0 ? TEXT_INVITE_NEXT : TEXT_INVITE_NEXT_CONFIRMED, NULL);
	if (shown->pending > 0 && shown->confirmed > 0)
		cli_write(stdout, language, TEXT_INVITE_NEXT_MIXED, NULL);
}

static void say_written(const struct inviting *inviting)
{
	char count[24];

	snprintf(count, sizeof(count), "%zu", inviting->letters.count);
	if (inviting->letters.kept.file[0].fd >= 0 && inviting->letters.count > 0)
		(void)cli_fail(inviting->cli, CLI_DONE, TEXT_LETTERS_WRITTEN, cli_safe(inviting->cli->letters_to), count, NULL);
}

static size_t count_of(const struct people *people)
{
	size_t count = 0, at;

	for (at = 0; at < people->count; at++)
		count += !people->list[at].skipped;
	return count;
}

/* The file, NSS and the file of letters are opened as the user who runs this, the store as its owner. Returns CLI_DONE, or what
 * ends the command; the worst of the faults of the list goes into `ret_worst`. */
static enum cli_status prepare(struct inviting *inviting, enum cli_status *ret_worst)
{
	struct cli *cli = inviting->cli;
	enum cli_status status = cli_settings_load(cli, &inviting->session.settings);

	if (status == CLI_DONE)
		status = read_options(inviting);
	if (status != CLI_DONE)
		return status;
	inviting->people.provider = inviting->session.settings.command[0] != '\0';
	*ret_worst = cli_people_read(cli, &inviting->people);
	if (*ret_worst == CLI_DONE && cli_has(cli, CLI_LETTERS_TO) && !cli_has(cli, CLI_DRY_RUN))
		status = cli_letters_create(cli, &inviting->letters);
	return status == CLI_DONE ? cli_admin_open_loaded(cli, &inviting->session) : status;
}

static enum cli_status invite_and_say(struct inviting *inviting)
{
	struct cli *cli = inviting->cli;
	enum cli_status status;

	inviting->ahead = cli_ahead_begin(inviting->session.settings.hash_cost, count_of(&inviting->people));
	status = invite_all(inviting);
	say_written(inviting);
	if (status != CLI_DONE)
		return status;
	cli_people_say_skipped(cli, &inviting->people);
	if (!cli_has(cli, CLI_RENEW))
		cli_people_say_without_user(cli, &inviting->people);
	if (isatty(STDOUT_FILENO) && !(cli->options & (CLI_JSON | ANY_LETTERS)))
		say_next(inviting);
	return CLI_DONE;
}

/* Reports every fault of the list first, then invites all of it or none. */
static enum cli_status invite(struct inviting *inviting)
{
	enum cli_status worst = CLI_DONE, status = prepare(inviting, &worst);

	if (status != CLI_DONE)
		return status;
	status = cli_invite_judge(inviting);
	worst = status > worst ? status : worst;
	if (worst != CLI_DONE && (cli_has(inviting->cli, CLI_CSV) || inviting->cli->count > 1))
		return cli_fail(inviting->cli, worst, TEXT_NOBODY_INVITED, NULL);
	if (worst != CLI_DONE)
		return worst;
	return cli_has(inviting->cli, CLI_DRY_RUN) ? cli_invite_say_dry(inviting) : invite_and_say(inviting);
}

enum cli_status cli_invite(struct cli *cli)
{
	struct inviting inviting = { .cli = cli, .letters = { .kept = CLI_KEPT_NONE } };
	enum cli_status status = invite(&inviting);

	cli_ahead_end(inviting.ahead);
	cli_kept_close(&inviting.letters.kept);
	cli_people_free(&inviting.people);
	cli_admin_close(&inviting.session);
	return status;
}
