/* The server, as both logins see it. */
#include "judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/store_schema.h>

#define SECOND_US INT64_C(1000000)
#define SLOW_US 100000
#define CERTIFICATE_WARN_S (14 * 86400)
#define LOGIN_FIX_MAX 128

static void judge_schema(const struct both_sides *sides, struct findings *to)
{
	const struct told *root = sides->root;
	bool refused = cli_told_has(root, "status_refused") && cli_told_has(root, "own_refused");
	char fix[LOGIN_FIX_MAX];

	if (!cli_told_flag(root, "schema") || (!cli_told_has(root, "epoch") && !refused))
		cli_finding_add(to, FINDING_CRITICAL, "realm", "", 0, "sudo liberations store init", TEXT_SHARED_NO_REALM, NULL);
	else if (cli_told_has(root, "oldest") && (cli_told_number(root, "oldest") > LBR_SCHEMA_NEWEST ||
	                                          cli_told_number(root, "newest") < LBR_SCHEMA_OLDEST))
		cli_finding_add(to, FINDING_CRITICAL, "schema", "", 0, "sudo liberations store upgrade", TEXT_SHARED_SCHEMA,
		                cli_told(root, "oldest"), cli_told(root, "newest"), NULL);
	else if (!sides->plain && cli_told_has(root, "edition") && cli_told_number(root, "edition") < LBR_SCHEMA_EDITION)
		cli_finding_add(to, FINDING_WARNING, "schema", "", 0, "sudo liberations store upgrade", TEXT_SHARED_OLD_SCHEMA,
		                NULL);
	if (!sides->plain && cli_told_has(root, "status_refused")) {
		snprintf(fix, sizeof(fix), "GRANT lbr_admin TO %s;", cli_told(root, "login"));
		cli_finding_add(to, FINDING_CRITICAL, "rights", "", 0, fix, TEXT_SHARED_NOT_ADMIN, cli_told(root, "login"), NULL);
	}
	if (strcmp(cli_told(root, "line"), cli_told(root, "current_line")) != 0 && cli_told_has(root, "current_line") &&
	    cli_told_has(root, "line") && !cli_judge_behind(root))
		cli_finding_add(to, FINDING_WARNING, "line", "", 0, "", TEXT_SHARED_OTHER_LINE, NULL);
}

static bool is_strict(const struct told *told)
{
	return lbr_is_confirmed(cli_told(told, "synchronous_commit"), cli_told(told, "synchronous_standby_names"));
}

/* As this host's login sees it: a role may have a setting of its own. */
static void judge_confirm(const struct both_sides *sides, struct findings *to)
{
	const struct told *host = sides->host;

	if (strcmp(cli_told(host, "confirm"), "server") == 0) {
		cli_finding_add(to, FINDING_NOTE, "confirm", "", 0, "", TEXT_SHARED_ONE_SERVER, NULL);
		return;
	}
	if (!cli_told_has(host, "synchronous_commit"))
		return;
	if (!is_strict(host))
		cli_finding_add(to, FINDING_CRITICAL, "confirm", "", 0, "", TEXT_SHARED_NOT_STRICT, NULL);
	else if (!cli_told_has(sides->root, "sync_standbys"))
		cli_finding_add(to, FINDING_NOTE, "confirm", "", 0, "GRANT pg_read_all_stats TO lbr_owner;", TEXT_SHARED_NOT_SEEN,
		                NULL);
	else if (cli_told_number(sides->root, "sync_standbys") == 0)
		cli_finding_add(to, FINDING_CRITICAL, "confirm", "", 0, "", TEXT_SHARED_NO_STANDBY, NULL);
}

static void judge_clock(const struct told *told, struct findings *to)
{
	int64_t skew_us = cli_told_number(told, "host_now_us") - cli_told_number(told, "now_us");
	int64_t size_us = skew_us < 0 ? -skew_us : skew_us;
	char seconds[24], ms[24];

	if (!cli_told_has(told, "now_us"))
		return;
	snprintf(seconds, sizeof(seconds), "%" PRId64, size_us / SECOND_US);
	if (size_us > LBR_SKEW_WARNED_S * SECOND_US)
		cli_finding_add(to, size_us > LBR_SKEW_REFUSED_S * SECOND_US ? FINDING_CRITICAL : FINDING_WARNING, "skew", "", 0,
		                "timedatectl status", TEXT_SHARED_SKEW, seconds, NULL);
	snprintf(ms, sizeof(ms), "%" PRId64, cli_told_number(told, "round_trip_us") / 1000);
	if (cli_told_number(told, "round_trip_us") > SLOW_US)
		cli_finding_add(to, FINDING_WARNING, "round-trip", cli_told(told, "server"), 0, "", TEXT_SHARED_SLOW, ms, NULL);
}

static void judge_certificate(const struct told *told, const char *which, enum cli_text text, int64_t now_us, struct findings *to)
{
	int64_t left_s = cli_told_number(told, which) - now_us / SECOND_US;
	char date[CLI_TIME_MAX];

	if (!cli_told_has(told, which) || left_s > CERTIFICATE_WARN_S)
		return;
	cli_finding_add(to, left_s <= 0 ? FINDING_CRITICAL : FINDING_WARNING, "certificate", cli_told(told, "login"), 0, "", text,
	                cli_time_local(cli_told_number(told, which), date), NULL);
}

/* The functions are all that keeps one host from another's secrets. Root's login may own the tables, to make and upgrade them. */
static void judge_rights(const struct both_sides *sides, struct findings *to)
{
	char fix[LOGIN_FIX_MAX];

	if (cli_told_flag(sides->host, "reads_tables")) {
		snprintf(fix, sizeof(fix), "REVOKE lbr_owner FROM %s;", cli_told(sides->host, "login"));
		cli_finding_add(to, FINDING_CRITICAL, "rights", cli_told(sides->host, "login"), 0, fix, TEXT_SHARED_READS, NULL);
	} else if (cli_told_flag(sides->root, "reads_tables")) {
		cli_finding_add(to, FINDING_NOTE, "rights", cli_told(sides->root, "login"), 0, "", TEXT_SHARED_ROOT_READS, NULL);
	}
}

/* Both lines are CLUSTER/TIMELINE, the timeline in hexadecimal, and one of them goes on with "/". */
bool cli_judge_behind(const struct told *told)
{
	const char *seen = cli_told(told, "seen_line"), *current = cli_told(told, "current_line");
	size_t cluster = strcspn(seen, "/");

	return seen[cluster] == '/' && strncmp(seen, current, cluster + 1) == 0 &&
	       strtoull(current + cluster + 1, NULL, 16) < strtoull(seen + cluster + 1, NULL, 16);
}

void cli_judge_server(const struct both_sides *sides, struct findings *to)
{
	const struct told *both[] = { sides->root, sides->host };
	size_t at;

	for (at = 0; at < 2; at++)
		if (both[at]->error != LBR_OK)
			cli_finding_add_reason(to, FINDING_CRITICAL, "database", cli_told(both[at], "login"), "",
			                       &both[at]->reason);
	if (sides->root->error == LBR_OK)
		judge_schema(sides, to);
	for (at = 0; at < 2; at++)
		if (cli_judge_behind(both[at]))
			cli_finding_add(to, FINDING_CRITICAL, "line", cli_told(both[at], "server"), 0, "", TEXT_SHARED_BEHIND,
			                NULL);
	judge_confirm(sides, to);
	judge_clock(sides->host, to);
	for (at = 0; at < 2; at++) {
		judge_certificate(both[at], "server_certificate_ends", TEXT_SHARED_SERVER_CERTIFICATE, sides->now_us, to);
		judge_certificate(both[at], "certificate_ends", TEXT_SHARED_CERTIFICATE, sides->now_us, to);
	}
	judge_rights(sides, to);
}
