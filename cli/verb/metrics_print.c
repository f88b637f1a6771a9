/* The samples of `metrics`. Names, labels and their meaning are an interface: liberations(8) lists them. */
#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>

#include "json.h"

/* The heading of a family of samples. */
static void begin(bool json, const char *name, const char *type, const char *help)
{
	if (!json)
		printf("# HELP liberations_%s %s\n# TYPE liberations_%s %s\n", name, help, name, type);
}

/* `label` NULL: it has none. Labels and values are our own words and need no escape. */
static void put(bool json, const char *name, const char *label, const char *value, int64_t number)
{
	char metric[64];

	snprintf(metric, sizeof(metric), "liberations_%s", name);
	if (!json && label == NULL)
		printf("%s %" PRId64 "\n", metric, number);
	else if (!json)
		printf("%s{%s=\"%s\"} %" PRId64 "\n", metric, label, value, number);
	else if (label == NULL)
		cli_json_line(json_pack("{s:s, s:I}", "metric", metric, "value", (json_int_t)number));
	else
		cli_json_line(json_pack("{s:s, s:s, s:I}", "metric", metric, label, value, "value", (json_int_t)number));
}

static void put_gauge(bool json, const char *name, const char *help, int64_t number)
{
	begin(json, name, "gauge", help);
	put(json, name, NULL, NULL, number);
}

static void put_states(bool json, const struct metrics *metrics)
{
	static const struct { enum standing_fact fact; const char *word; } states[] = {
		{ STANDING_DISABLED, "disabled" }, { STANDING_LOCKED, "locked" }, { STANDING_WAITS, "waiting" },
		{ STANDING_EXPIRED, "expired" }, { STANDING_MUST_CHANGE, "must-change" }, { STANDING_INVITED, "invited" },
		{ STANDING_TEMPORARY, "temporary" },
	};
	size_t at;

	begin(json, "accounts_state", "gauge", "Accounts in each state; an account in no other state is active.");
	put(json, "accounts_state", "state", "active", (int64_t)metrics->active);
	for (at = 0; at < sizeof(states) / sizeof(states[0]); at++)
		put(json, "accounts_state", "state", states[at].word, (int64_t)metrics->states[states[at].fact]);
}

static void put_lanes(bool json, const struct metrics *metrics)
{
	int lane;

	begin(json, "locked_lanes", "gauge", "Accounts that are locked, by where the failures came from.");
	for (lane = 0; lane < LBR_LANES; lane++)
		put(json, "locked_lanes", "lane", cli_lane_name((enum lbr_lane)lane), (int64_t)metrics->locked[lane]);
}

static void put_sign_ins(bool json, const struct metrics *metrics)
{
	static const char name[] = "last_sign_in_age_seconds";
	uint64_t count = 0;
	char bound[24];
	unsigned at;

	begin(json, name, "histogram", "Time since the last sign-in of each account that has ever signed in.");
	for (at = 0; at < METRICS_BUCKETS; at++) {
		count += metrics->signed_in[at];
		if (at < METRICS_BUCKETS - 1)
			snprintf(bound, sizeof(bound), "%" PRId64, cli_metrics_bounds_s[at]);
		put(json, "last_sign_in_age_seconds_bucket", "le", at < METRICS_BUCKETS - 1 ? bound : "+Inf", (int64_t)count);
	}
	put(json, "last_sign_in_age_seconds_sum", NULL, NULL, metrics->signed_in_sum_s);
	put(json, "last_sign_in_age_seconds_count", NULL, NULL, (int64_t)count);
}

static void put_accounts(bool json, const struct metrics *metrics)
{
	put_gauge(json, "accounts", "Accounts that can be read.", (int64_t)metrics->accounts);
	put_gauge(json, "accounts_damaged", "Accounts that cannot be read.", (int64_t)metrics->damaged);
	put_states(json, metrics);
	put_lanes(json, metrics);
	put_gauge(json, "accounts_expiring_14d", "Accounts whose password or invitation ends within 14 days.",
	          (int64_t)metrics->soon);
	put_gauge(json, "accounts_never_signed_in", "Accounts that have never signed in.", (int64_t)metrics->never);
	put_gauge(json, "oldest_invitation_age_seconds", "Age of the oldest invitation that nobody has used; 0 without one.",
	          metrics->oldest_invitation_s);
	put_gauge(json, "notices_waiting", "Notices that wait for `liberations notify`.", (int64_t)metrics->notices);
	put_gauge(json, "oldest_notice_age_seconds", "Age of the oldest of these notices; 0 without one.",
	          metrics->oldest_notice_s);
	put_gauge(json, "seal_keys_in_use", "Seal keys that tokens are sealed with.", metrics->key_count);
	put_sign_ins(json, metrics);
}

/* A store that cannot be read has no numbers: zeros would look like a store that is empty. */
void cli_metrics_print(const struct metrics *metrics, bool json)
{
	begin(json, "build_info", "gauge", "The release of this command.");
	put(json, "build_info", "version", LBR_VERSION, 1);
	put_gauge(json, "store_readable", "1 if the store and every part of it could be read.", metrics->readable);
	put_gauge(json, "time_seconds", "When these numbers were taken, in seconds since 1970.", metrics->now_s);
	if (metrics->readable)
		put_accounts(json, metrics);
}
