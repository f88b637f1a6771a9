/* Hosts: what this one was told, and whether all have the key in force and the same release. */
#include "judge.h"

#include <stdio.h>
#include <string.h>

#define RECENT_US (INT64_C(30) * 86400 * 1000000)

struct latest {
	const char *keys, *release, *policy;
	int64_t     seen_us;
};

/* The row of one connection of a login. */
static bool find_row(const struct told *root, const char *login, int64_t connection, struct told_record *ret)
{
	size_t at = 0;

	while (cli_told_next(root, "host", &at, ret))
		if (strcmp(cli_told_of(ret, "host"), login) == 0 && cli_told_number_of(ret, "conn") == connection)
			return true;
	return false;
}

bool cli_judge_loss(const struct told *root, const struct told *host, struct loss *ret)
{
	const struct told *seen = cli_told_has(host, "epoch") ? host : root; /* read after the marks; the other's may be older */
	struct told_record mark, row;
	size_t at = 0;

	*ret = (struct loss){ .commits = 0 };
	if (!cli_told_has(seen, "epoch"))
		return false;
	while (cli_told_next(host, "mark", &at, &mark)) {
		bool has_row = find_row(seen, cli_told(host, "login"), cli_told_number_of(&mark, "mark"), &row);
		int64_t known = has_row ? cli_told_number_of(&row, "seq") : 0, at_us = cli_told_number_of(&mark, "mark_at_us");

		if (known >= cli_told_number_of(&mark, "mark_seq") || cli_told_number(seen, "loss_accepted_us") > at_us)
			continue;
		ret->commits += (unsigned)(cli_told_number_of(&mark, "mark_seq") - known);
		ret->to_us = at_us > ret->to_us ? at_us : ret->to_us;
		if (has_row && cli_told_number_of(&row, "seen_us") > ret->from_us)
			ret->from_us = cli_told_number_of(&row, "seen_us");
	}
	if (ret->from_us > ret->to_us) /* greeted since: it says nothing about when */
		ret->from_us = 0;
	return ret->commits > 0;
}

static void add_reported(const struct told_record *row, int64_t accepted_us, struct loss *loss)
{
	int64_t at_us = cli_told_number_of(row, "lost_us"), lost = cli_told_number_of(row, "lost");

	if (lost <= 0 || at_us <= accepted_us)
		return;
	loss->to_us = loss->commits == 0 || at_us < loss->to_us ? at_us : loss->to_us;
	loss->commits += (unsigned)lost;
}

bool cli_judge_reported(const struct told *root, size_t *at, const char **ret_host, struct loss *ret)
{
	const int64_t accepted_us = cli_told_number(root, "loss_accepted_us");
	size_t next = *at;
	struct told_record row;

	*ret = (struct loss){ .commits = 0 };
	while (cli_told_next(root, "host", &next, &row)) {
		const char *host = cli_told_of(&row, "host");

		if (ret->commits > 0 && strcmp(host, *ret_host) != 0)
			return true;
		*ret_host = host;
		add_reported(&row, accepted_us, ret);
		*at = next;
	}
	return ret->commits > 0;
}

/* What this host lost is judged by its own marks. */
static void judge_reported(const struct both_sides *sides, struct findings *to)
{
	char commits[16], when[CLI_TIME_MAX];
	const char *host = "";
	struct loss loss;
	size_t at = 0;

	while (cli_judge_reported(sides->root, &at, &host, &loss)) {
		if (strcmp(host, cli_told(sides->host, "login")) == 0)
			continue;
		snprintf(commits, sizeof(commits), "%u", loss.commits);
		cli_finding_add(to, FINDING_WARNING, "witness", host, 0, "sudo liberations store adopt",
		                TEXT_SHARED_HOST_LOST, host,
		                commits, cli_time_local(loss.to_us / 1000000, when), NULL);
	}
}

static void judge_loss(const struct both_sides *sides, struct findings *to)
{
	char commits[16], until[CLI_TIME_MAX];
	struct loss loss;

	if (cli_judge_behind(sides->root) || cli_judge_behind(sides->host)) /* it is another server that has these commits */
		return;
	if (!cli_judge_loss(sides->root, sides->host, &loss) && !cli_judge_loss(sides->root, sides->root, &loss))
		return;
	snprintf(commits, sizeof(commits), "%u", loss.commits);
	cli_finding_add(to, FINDING_CRITICAL, "witness", cli_told(sides->root, "server"), 0, "sudo liberations store adopt",
	                TEXT_SHARED_LOST, commits, cli_time_local(loss.to_us / 1000000, until), NULL);
}

/* What a host said last, on whichever connection. */
static struct latest latest_of(const struct told *root, const char *name)
{
	struct latest latest = { .seen_us = -1 };
	struct told_record row;
	size_t at = 0;

	while (cli_told_next(root, "host", &at, &row)) {
		if (strcmp(cli_told_of(&row, "host"), name) != 0 || cli_told_number_of(&row, "seen_us") <= latest.seen_us)
			continue;
		latest = (struct latest){ cli_told_of(&row, "keys"), cli_told_of(&row, "release"),
		                          cli_told_of(&row, "policy"), cli_told_number_of(&row, "seen_us") };
	}
	return latest;
}

static void judge_host(const struct both_sides *sides, const char *name, struct findings *to)
{
	const char *key = cli_told(sides->root, "active_key");
	struct latest latest = latest_of(sides->root, name);

	if (latest.seen_us < cli_told_number(sides->root, "now_us") - RECENT_US)
		return;
	if (latest.keys[0] != '\0' && strstr(latest.keys, key) == NULL)
		cli_finding_add(to, FINDING_WARNING, "keys", name, 0, "", TEXT_SHARED_HOST_KEY, name, key, NULL);
	if (latest.policy[0] != '\0' && strcmp(latest.policy, sides->policy) != 0)
		cli_finding_add(to, FINDING_WARNING, "policy", name, 0, "", TEXT_SHARED_POLICY, name, NULL);
	if (strcmp(latest.release, LBR_VERSION) != 0)
		cli_finding_add(to, FINDING_NOTE, "release", name, 0, "", TEXT_SHARED_RELEASE, name, latest.release, LBR_VERSION,
		                NULL);
}

/* No host keeps an account for more than two seconds; who has its login can. */
static void judge_locks(const struct both_sides *sides, struct findings *to)
{
	struct told_record row;
	char fix[64];
	size_t at = 0;

	while (cli_told_next(sides->root, "locker", &at, &row)) {
		snprintf(fix, sizeof(fix), "SELECT pg_terminate_backend(%.24s);", cli_told_of(&row, "locker_pid"));
		cli_finding_add(to, FINDING_CRITICAL, "locks", cli_told_of(&row, "locker"), 0, fix, TEXT_SHARED_LOCKS,
		                cli_told_of(&row, "locker"), cli_told_of(&row, "held_s"), NULL);
	}
}

void cli_judge_hosts(const struct both_sides *sides, struct findings *to)
{
	const char *key = cli_told(sides->root, "active_key"), *last = "";
	struct told_record row;
	size_t at = 0;

	judge_loss(sides, to);
	judge_reported(sides, to);
	judge_locks(sides, to);
	if (key[0] != '\0' && strstr(sides->key, key) == NULL)
		cli_finding_add(to, FINDING_CRITICAL, "seal-key", "", 0, "", TEXT_SHARED_KEY, key, NULL);
	while (cli_told_next(sides->root, "host", &at, &row)) {
		if (strcmp(cli_told_of(&row, "host"), last) != 0) /* in the order of their names */
			judge_host(sides, cli_told_of(&row, "host"), to);
		last = cli_told_of(&row, "host");
	}
}
