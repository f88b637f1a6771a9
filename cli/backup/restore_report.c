#include "restore.h"

#include <limits.h>
#include <stdio.h>

#include <liberations/decide.h>
#include <liberations/token.h>

#include "json.h"
#include "progress.h"

/* A last step beyond this comes from a clock that was ahead; codes are refused until then. */
#define FUTURE_STEPS 10

static bool is_locked(const struct lbr_counters *counters, const struct lbr_settings *settings, int64_t now_s)
{
	unsigned lane, wait_s = 0;

	for (lane = 0; lane < LBR_LANES; lane++)
		if (lbr_is_throttled(counters, lane, settings, now_s, &wait_s) && wait_s == UINT_MAX)
			return true;
	return false;
}

static const char *outcome_of(const struct cli *cli, enum restore_outcome outcome)
{
	if (outcome == RESTORE_TAKEN)
		return cli_has(cli, CLI_DRY_RUN) ? "would" : "restored";
	return outcome == RESTORE_EXISTS ? "exists" : "lookalike";
}

static void say(const struct cli *cli, const char *name, enum restore_outcome outcome, bool is_void, bool locked, bool ahead)
{
	enum lbr_language language = cli->language;

	if (outcome != RESTORE_TAKEN) {
		cli_write(stdout, language, outcome == RESTORE_EXISTS ? TEXT_RESTORE_KEPT : TEXT_RESTORE_SKIPPED, name, NULL);
		return;
	}
	cli_write(stdout, language, cli_has(cli, CLI_DRY_RUN) ? TEXT_RESTORE_WOULD : TEXT_RESTORED, name, NULL);
	if (is_void)
		cli_write(stdout, language, TEXT_RESTORE_VOID, name, NULL);
	if (locked)
		cli_write(stdout, language, TEXT_RESTORE_LOCKED, name, NULL);
	if (ahead)
		cli_write(stdout, language, TEXT_RESTORE_AHEAD, name, NULL);
}

void cli_restore_report(const struct cli *cli, const struct lbr_settings *settings, int64_t now_s,
                        const struct backup_person *person, enum restore_outcome outcome, struct restore_sum *sum)
{
	const char *name = person->account.name;
	bool taken = outcome == RESTORE_TAKEN, is_void = taken && person->recovery_left > 0;
	bool locked = taken && is_locked(&person->counters, settings, now_s);
	bool ahead = taken && person->counters.last_step > lbr_token_step(now_s) + LBR_WINDOW_MAX + FUTURE_STEPS;

	sum->taken += taken;
	sum->skipped += !taken;
	sum->has_uid = sum->has_uid || (taken && person->account.has_uid);
	cli_progress_clear();
	if (!cli_has(cli, CLI_JSON)) {
		say(cli, name, outcome, is_void, locked, ahead);
		return;
	}
	cli_json_line(json_pack("{s:s, s:s, s:b, s:b, s:b}", "user", name, "result", outcome_of(cli, outcome),
	                        "recovery_codes_void", is_void, "locked", locked, "clock_ahead", ahead));
}

void cli_restore_report_sum(const struct cli *cli, const struct restore_sum *sum)
{
	char taken[16], skipped[16];

	snprintf(taken, sizeof(taken), "%u", sum->taken);
	snprintf(skipped, sizeof(skipped), "%u", sum->skipped);
	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:i, s:i, s:b}", "restored", (int)sum->taken, "skipped", (int)sum->skipped, "dry_run",
		                        cli_has(cli, CLI_DRY_RUN)));
		return;
	}
	cli_write(stdout, cli->language, cli_has(cli, CLI_DRY_RUN) ? TEXT_RESTORE_DRY : TEXT_RESTORE_SUM, taken, skipped, NULL);
	if (cli_has(cli, CLI_DRY_RUN))
		return;
	if (sum->taken > 0)
		cli_write(stdout, cli->language, TEXT_RESTORE_SOON, NULL);
	if (sum->has_uid)
		cli_write(stdout, cli->language, TEXT_RESTORE_UIDS, NULL);
}
