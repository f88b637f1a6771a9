/* Making the schema, and bringing it up to this release: packaging/store/lbr_v1.sql, which is one transaction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/monotonic.h>
#include <liberations/store_schema.h>

#include "db_desk.h"

#define STEP_MS 15000
#define SCRIPT_MAX 2048
#define SPELLED(n) SPELLED_(n)
#define SPELLED_(n) #n

/* Who made the schema is a member of its owner; root's commands call the functions as one of lbr_admin. What no host of the last 30
 * days speaks, and this release no more, goes. */
#define AFTER                                                                                                              \
	"DO $after$ DECLARE v int; BEGIN"                                                                                  \
	" IF NOT pg_has_role('lbr_admin', 'MEMBER') THEN EXECUTE format('GRANT lbr_admin TO %I', current_user); END IF;"    \
	" FOR v IN SELECT o.version FROM lbr.versions o WHERE o.version < " SPELLED(LBR_SCHEMA_OLDEST) " AND NOT EXISTS"     \
	" (SELECT FROM lbr.hosts h WHERE h.speaks <= o.version AND h.seen > clock_timestamp() - interval '30 days') LOOP"   \
	" EXECUTE format('DROP SCHEMA IF EXISTS lbr_v%s CASCADE', v); DELETE FROM lbr.versions o WHERE o.version = v;"      \
	" END LOOP; END $after$;"

enum lbr_fate lbr_desk_run(struct lbr_db_link *link, const char *script, int limit_ms, struct lbr_trouble *trouble)
{
	enum lbr_fate fate = LBR_FATE_ANSWERED;
	char limit[64], state[8] = "";
	PGresult *result;
	bool unknown;

	(void)snprintf(limit, sizeof(limit), "SET statement_timeout = %d", limit_ms);
	link->warned = false;
	(void)PQsetnonblocking(link->pg, 0);
	PQclear(PQexec(link->pg, limit));
	result = PQexec(link->pg, script);
	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
		if (PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL)
			(void)snprintf(state, sizeof(state), "%s", PQresultErrorField(result, PG_DIAG_SQLSTATE));
		lbr_trouble_of_state(state[0] != '\0' ? state : "08006", trouble, &unknown);
		fate = unknown ? LBR_FATE_UNKNOWN : LBR_FATE_REFUSED;
	}
	PQclear(result);
	(void)PQsetnonblocking(link->pg, 1);
	if (fate == LBR_FATE_ANSWERED && link->warned) {
		lbr_trouble_set(trouble, LBR_STORE_NOT_CONFIRMED, link->server);
		fate = LBR_FATE_UNKNOWN;
	}
	return fate;
}

/* False: it does not fit, or there is no memory. */
static bool write_login(struct lbr_db_link *link, const char *host, char ret[SCRIPT_MAX])
{
	char *literal = PQescapeLiteral(link->pg, host, strlen(host));
	int len = 0;

	if (literal != NULL)
		len = snprintf(ret, SCRIPT_MAX,
		               "DO $login$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %s) THEN"
		               " PERFORM lbr_v1.add_host(%s); ELSIF %s <> current_user THEN"
		               " EXECUTE format('GRANT lbr_host TO %%I', %s); END IF; END $login$;",
		               literal, literal, literal, literal);
	PQfreemem(literal);
	return len > 0 && len < SCRIPT_MAX;
}

static bool has_accounts(struct lbr_db_link *link, int64_t until_ms)
{
	struct lbr_facts facts = {.count = 0};
	struct lbr_trouble trouble;
	bool found = false;
	size_t at;

	(void)lbr_survey(link, until_ms, &facts, &trouble);
	for (at = 0; at < facts.count; at++)
		found = found || strcmp(facts.list[at].name, "epoch") == 0;
	lbr_facts_end(&facts);
	return found;
}

enum lbr_fate lbr_install(struct lbr_db_link *link, const char *host, bool empty, bool *ret_exists, struct lbr_trouble *trouble)
{
	char login[SCRIPT_MAX] = "";
	enum lbr_fate fate;

	*ret_exists = empty && has_accounts(link, lbr_monotonic_ms() + LBR_STORE_SURVEY_MS);
	if (*ret_exists)
		return LBR_FATE_ANSWERED;
	if (link->pg == NULL || (host[0] != '\0' && !write_login(link, host, login))) {
		lbr_trouble_set(trouble, LBR_STORE_LOST, link->server);
		return LBR_FATE_REFUSED;
	}
	fate = lbr_desk_run(link, lbr_store_schema(), STEP_MS, trouble);
	if (fate == LBR_FATE_ANSWERED)
		fate = lbr_desk_run(link, AFTER, STEP_MS, trouble);
	if (fate == LBR_FATE_ANSWERED && login[0] != '\0')
		fate = lbr_desk_run(link, login, STEP_MS, trouble);
	return fate;
}
