/* The accounts as a monitor sees them, and the space that is left for them. */
#include "status.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include <liberations/token.h>

#define WARN_MB 100
#define CRITICAL_MB 10
#define WARN_FILES 1000
#define CRITICAL_FILES 100
#define NUMBER_MAX 24

static void note(struct monitor_names *names, const char *name)
{
	if (names->count < MONITOR_NAMES_MAX)
		snprintf(names->names[names->count], sizeof(names->names[0]), "%s", name);
	names->count++;
}

/* A code of the future was accepted: the clock ran ahead then, or is behind now, and this person is refused until it agrees. */
static bool runs_ahead(const struct monitored *on, const struct lbr_counters *counters)
{
	int64_t margin = on->session.settings.window + 1;

	return counters->last_step > lbr_token_step(on->now_s) + margin;
}

static void count(struct monitored *on, const struct lbr_account *account, const struct lbr_counters *counters)
{
	struct standing standing = cli_standing(account, counters, &on->session.settings, on->now_s);

	on->accounts++;
	on->invited += standing.facts[STANDING_INVITED];
	on->waiting += standing.facts[STANDING_WAITS];
	if (standing.facts[STANDING_DISABLED])
		note(&on->disabled, account->name);
	if (standing.facts[STANDING_EXPIRED])
		note(&on->expired, account->name);
	if (standing.facts[STANDING_LOCKED])
		note(&on->locked, account->name);
	if (runs_ahead(on, counters))
		note(&on->ahead, account->name);
}

static int take_one(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                    const struct lbr_reason *reason)
{
	struct monitored *on = context;

	(void)reason;
	if (on->only != NULL && strcmp(on->only, name) != 0)
		return 0;
	if (account == NULL || counters == NULL)
		note(&on->damaged, name[0] != '\0' ? name : "?");
	else
		count(on, account, counters);
	return 0;
}

static void say_names(struct monitored *on, enum monitor_level level, enum cli_text text, const struct monitor_names *names)
{
	char list[MONITOR_NAMES_MAX * (LBR_NAME_MAX + 2) + 8] = "", number[NUMBER_MAX];
	size_t len = 0;
	unsigned at;

	if (names->count == 0)
		return;
	for (at = 0; at < names->count && at < MONITOR_NAMES_MAX; at++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", at > 0 ? " " : "", names->names[at]);
	if (names->count > MONITOR_NAMES_MAX)
		snprintf(list + len, sizeof(list) - len, " ...");
	snprintf(number, sizeof(number), "%u", names->count);
	cli_monitor_say(on, level, text, number, list, NULL);
}

static void say_number(struct monitored *on, enum cli_text text, unsigned value)
{
	char number[NUMBER_MAX];

	snprintf(number, sizeof(number), "%u", value);
	cli_monitor_say(on, MONITOR_OK, text, number, NULL);
}

/* Among all accounts, some are always disabled or expired; of a single one, that is the question. */
static void say_accounts(struct monitored *on)
{
	enum monitor_level of_one = on->only != NULL ? MONITOR_WARNING : MONITOR_OK;

	if (!on->key_is_foreign)
		say_names(on, MONITOR_CRITICAL, TEXT_STATUS_DAMAGED, &on->damaged);
	say_names(on, MONITOR_WARNING, TEXT_STATUS_LOCKED, &on->locked);
	say_names(on, MONITOR_WARNING, TEXT_STATUS_AHEAD, &on->ahead);
	say_number(on, TEXT_STATUS_ACCOUNTS, on->accounts);
	if (on->only != NULL) {
		say_names(on, of_one, TEXT_STATUS_DISABLED, &on->disabled);
		say_names(on, of_one, TEXT_STATUS_EXPIRED, &on->expired);
	}
	if (on->locked.count == 0)
		say_number(on, TEXT_STATUS_NOT_LOCKED, 0);
	say_number(on, TEXT_STATUS_WAITING, on->waiting);
}

void cli_monitor_accounts(struct monitored *on)
{
	struct lbr_reason reason = { .text = "" };

	if (lbr_store_list(on->session.store, take_one, on, &reason) != LBR_OK) {
		cli_monitor_say_reason(on, MONITOR_CRITICAL, &reason);
		return;
	}
	on->counted = true;
	if (on->only != NULL && on->accounts + on->damaged.count == 0)
		cli_monitor_say(on, MONITOR_UNKNOWN, TEXT_NO_ACCOUNT, cli_safe(on->only), NULL);
	else
		say_accounts(on);
}

static enum monitor_level judge_space(const struct monitored *on)
{
	if (on->free_mb < CRITICAL_MB || on->free_files < CRITICAL_FILES)
		return MONITOR_CRITICAL;
	return on->free_mb < WARN_MB || on->free_files < WARN_FILES ? MONITOR_WARNING : MONITOR_OK;
}

void cli_monitor_space(struct monitored *on)
{
	char number[NUMBER_MAX], files[NUMBER_MAX];
	struct statvfs found;

	if (statvfs(on->session.settings.state, &found) != 0)
		return;
	on->measured = true;
	on->free_mb = (unsigned long long)found.f_bavail * found.f_frsize / 1000000;
	on->free_files = found.f_files > 0 ? found.f_favail : ULLONG_MAX;
	snprintf(number, sizeof(number), "%llu", on->free_mb);
	snprintf(files, sizeof(files), "%llu", on->free_files);
	if (on->free_files < WARN_FILES)
		cli_monitor_say(on, judge_space(on), TEXT_STATUS_FILES, files, on->session.settings.state, NULL);
	else
		cli_monitor_say(on, judge_space(on), TEXT_STATUS_SPACE, number, on->session.settings.state, NULL);
}
