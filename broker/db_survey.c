/* What is known of the database. Read db_desk.h first. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "db_desk.h"
#include "parameters.h"

#define OF_THE_SERVER                                                                                                 \
	"SELECT current_database()::text AS database, current_setting('server_version') AS postgres,"                \
	" r.rolsuper::text AS superuser, (r.rolsuper OR r.rolcreaterole)::text AS may_create_roles,"                  \
	" has_database_privilege(current_database(), 'CREATE')::text AS may_create_schema,"                           \
	" pg_is_in_recovery()::text AS in_recovery, (to_regnamespace('lbr_v1') IS NOT NULL)::text AS schema,"         \
	" COALESCE(substring(obj_description(to_regnamespace('lbr_v1'), 'pg_namespace') FROM '^edition ([0-9]{1,9})$'),"  \
	" '0') AS edition,"                                                                                           \
	" current_setting('synchronous_commit') AS synchronous_commit,"                                               \
	" current_setting('synchronous_standby_names') AS synchronous_standby_names,"                                 \
	" pg_database_size(current_database())::text AS database_bytes"                                               \
	" FROM pg_roles r WHERE r.rolname = current_user"
#define FACTS_OF_ACCOUNTS                                                                                             \
	"oldest::text, newest::text, epoch::text, line, current_line, floor_step::text, window_steps::text,"          \
	" active_key, now_us::text, adopted_us::text, loss_accepted_us::text, sync_standbys::text"
#define FACTS_OF_HOSTS                                                                                                \
	"name AS host, conn::text, seq::text, seen_us::text, speaks::text, release,"                                  \
	" array_to_string(keys, ',') AS keys, policy, skew_us::text,"                      \
	" lost::text, lost_us::text"
#define OF_THE_ACCOUNTS "SELECT " FACTS_OF_ACCOUNTS ", commits::text FROM lbr_v1.status()"
#define OF_HOSTS "SELECT " FACTS_OF_HOSTS " FROM lbr_v1.hosts()"
#define OF_OWN_ACCOUNTS "SELECT " FACTS_OF_ACCOUNTS " FROM lbr_v1.own_status()" /* what a host's login may see */
#define OF_OWN_HOSTS "SELECT " FACTS_OF_HOSTS " FROM lbr_v1.own_hosts()"
#define OF_TURNS "SELECT what AS turn, holder, until_us::text FROM lbr_v1.turns() WHERE until_us > 0"
#define OF_LOCKS "SELECT name AS locker, pid::text AS locker_pid, held_s::text FROM lbr_v1.lock_holders()"

enum lbr_fate lbr_desk_ask(struct lbr_db_link *link, const char *sql, int64_t until_ms, PGresult **ret, struct lbr_trouble *trouble)
{
	const struct lbr_parameters none = {.count = 0};
	enum lbr_fate fate = lbr_db_link_prepare(link, "", sql, until_ms, trouble);

	*ret = NULL;
	return fate == LBR_FATE_ANSWERED ? lbr_db_link_ask(link, "", &none, until_ms, ret, trouble) : fate;
}

/* As long as the server lives, one question that is refused does not end the survey. */
static enum lbr_fate look(struct lbr_db_link *link, const char *sql, const char *refused, int64_t until_ms, struct lbr_facts *facts,
                          struct lbr_trouble *trouble)
{
	PGresult *result = NULL;
	enum lbr_fate fate = lbr_desk_ask(link, sql, until_ms, &result, trouble);

	if (fate == LBR_FATE_ANSWERED)
		lbr_facts_add_rows(facts, result);
	if (fate == LBR_FATE_REFUSED && refused != NULL) {
		lbr_fact_add(facts, refused, trouble->detail);
		fate = LBR_FATE_ANSWERED;
	}
	PQclear(result);
	return fate;
}

static int64_t clock_us(clockid_t id)
{
	struct timespec now = {.tv_sec = 0};

	(void)clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static enum lbr_fate time_one(struct lbr_db_link *link, int64_t until_ms, struct lbr_facts *facts, struct lbr_trouble *trouble)
{
	const struct lbr_parameters none = {.count = 0};
	PGresult *result = NULL;
	enum lbr_fate fate = lbr_db_link_prepare(link, "", "SELECT 1", until_ms, trouble);
	int64_t begun_us = clock_us(CLOCK_MONOTONIC);

	if (fate == LBR_FATE_ANSWERED)
		fate = lbr_db_link_ask(link, "", &none, until_ms, &result, trouble);
	if (fate == LBR_FATE_ANSWERED)
		lbr_fact_add_number(facts, "round_trip_us", clock_us(CLOCK_MONOTONIC) - begun_us);
	PQclear(result);
	return fate;
}

/* A login that reads a table sees what the functions keep from it. */
static enum lbr_fate try_a_table(struct lbr_db_link *link, int64_t until_ms, struct lbr_facts *facts, struct lbr_trouble *trouble)
{
	PGresult *result = NULL;
	enum lbr_fate fate = lbr_desk_ask(link, "SELECT 1::text FROM lbr.accounts LIMIT 1", until_ms, &result, trouble);

	PQclear(result);
	if (fate == LBR_FATE_ANSWERED || fate == LBR_FATE_REFUSED)
		lbr_fact_add(facts, "reads_tables", fate == LBR_FATE_ANSWERED ? "true" : "false");
	return fate == LBR_FATE_REFUSED ? LBR_FATE_ANSWERED : fate;
}

static const char *find(const struct lbr_facts *facts, const char *name)
{
	size_t at;

	for (at = 0; at < facts->count; at++)
		if (strcmp(facts->list[at].name, name) == 0)
			return facts->list[at].value;
	return "";
}

/* All that root's login sees, or what a host's does. */
static enum lbr_fate look_at_accounts(struct lbr_db_link *link, int64_t until_ms, struct lbr_facts *facts,
                                      struct lbr_trouble *trouble)
{
	enum lbr_fate fate = look(link, OF_THE_ACCOUNTS, "status_refused", until_ms, facts, trouble);
	bool own = find(facts, "status_refused")[0] != '\0';

	if (fate == LBR_FATE_ANSWERED && own)
		fate = look(link, OF_OWN_ACCOUNTS, "own_refused", until_ms, facts, trouble);
	lbr_fact_add_number(facts, "host_now_us", clock_us(CLOCK_REALTIME));
	if (fate == LBR_FATE_ANSWERED)
		fate = look(link, own ? OF_OWN_HOSTS : OF_HOSTS, "hosts_refused", until_ms, facts, trouble);
	if (fate == LBR_FATE_ANSWERED && !own)
		fate = look(link, OF_TURNS, "turns_refused", until_ms, facts, trouble);
	if (fate == LBR_FATE_ANSWERED && !own)
		fate = look(link, OF_LOCKS, "locks_refused", until_ms, facts, trouble);
	return fate;
}

enum lbr_fate lbr_survey(struct lbr_db_link *link, int64_t until_ms, struct lbr_facts *facts, struct lbr_trouble *trouble)
{
	enum lbr_fate fate;

	lbr_fact_add(facts, "server", link->server);
	lbr_survey_tls(link, facts);
	fate = time_one(link, until_ms, facts, trouble);
	if (fate == LBR_FATE_ANSWERED)
		fate = look(link, OF_THE_SERVER, NULL, until_ms, facts, trouble);
	if (fate != LBR_FATE_ANSWERED || strcmp(find(facts, "schema"), "true") != 0)
		return fate;
	fate = try_a_table(link, until_ms, facts, trouble);
	return fate == LBR_FATE_ANSWERED ? look_at_accounts(link, until_ms, facts, trouble) : fate;
}

void lbr_survey_host(const struct lbr_db_pool *pool, struct lbr_facts *facts)
{
	const struct lbr_store_settings *settings = pool->settings;
	uint64_t seq, at_us, timeline;
	const char *cluster;
	char line[48];
	unsigned at;

	lbr_fact_add(facts, "login", settings->user);
	lbr_fact_add(facts, "confirm", settings->confirm == LBR_CONFIRM_STANDBY ? "standby" : "server");
	lbr_fact_add(facts, "loss", settings->loss == LBR_LOSS_REFUSE ? "refuse" : "floor");
	if (lbr_marks_latest(&pool->marks, &cluster, &timeline)) {
		(void)snprintf(line, sizeof(line), "%s/%" PRIX64, cluster, timeline); /* as the database writes it */
		lbr_fact_add(facts, "seen_line", line);
	}
	for (at = 0; at < LBR_LINKS_MAX; at++) {
		if (!lbr_marks_read(&pool->marks, at, &seq, &at_us))
			continue;
		lbr_fact_add_number(facts, "mark", at + 1);
		lbr_fact_add_number(facts, "mark_seq", (int64_t)seq);
		lbr_fact_add_number(facts, "mark_at_us", (int64_t)at_us);
	}
}
