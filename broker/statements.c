/* The calls of lbr_v1, and which of them a connection needs. What each function promises is in packaging/store/lbr_v1.sql. */
#include "statements.h"

#include <stddef.h>
#include <string.h>

#include "result_columns.h"

static const struct {
	const char *name, *sql;
	bool        admin;
} statements[LBR_STORE_WHATS] = {
	[LBR_STORE_LOAD] = {"load", "SELECT * FROM lbr_v1.load($1, $2, $3)", false},
	[LBR_STORE_COMMIT] = {"commit",
	                      "SELECT * FROM lbr_v1.commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::bigint::int, $12)",
	                      false},
	[LBR_STORE_IS_FREE] = {"is_free", "SELECT lbr_v1.is_free($1, $2) AS taken_by", false},
	[LBR_STORE_CREATE] = {"create", "SELECT * FROM lbr_v1.create($1, $2, $3, $4, $5, $6, $7, $8)", true},
	[LBR_STORE_REMOVE] = {"remove", "SELECT lbr_v1.remove($1) AS done", true},
	[LBR_STORE_RENAME] = {"rename", "SELECT * FROM lbr_v1.rename($1, $2, $3, $4, $5, $6, $7, $8, $9)", true},
	[LBR_STORE_REBUILD] = {"rebuild", "SELECT lbr_v1.rebuild($1, $2, $3, $4) AS done", true},
	[LBR_STORE_FOUND] = {"found",
	                     "SELECT lbr_v1.init(encode($1, 'hex')::uuid, $2::bigint::int, $3, $4, $5, $6::bytea[]) AS done", true},
	[LBR_STORE_TAKE_OUT] = {"take_out", "SELECT lbr_v1.take_out($1, $2) AS done", true},
	[LBR_STORE_NOTICE] = {"notice", "SELECT n.record FROM (SELECT 1) o LEFT JOIN lbr_v1.notice_read($1, $2) n ON true", true},
	[LBR_STORE_NOTICE_MARK] = {"notice_mark", "SELECT lbr_v1.notice_mark($1, $2, $3, $4, $5) AS done", true},
	[LBR_STORE_NOTICE_RESEAL] = {"notice_reseal", "SELECT lbr_v1.notice_reseal($1, $2, $3, $4) AS done", true},
	[LBR_STORE_NOTICE_DROP] = {"notice_drop", "SELECT lbr_v1.notice_drop($1, $2) AS done", true},
	[LBR_STORE_NOTICE_PAGE] = {"notice_page",
	                           "SELECT name, kind, record FROM lbr_v1.notice_page($1, $2, $3::bigint::int)", true},
	[LBR_STORE_TURN] = {"turn",
	                    "SELECT CASE WHEN $3::bigint > 0 THEN lbr_v1.take_turn($1, $3::bigint::int, $2::text::uuid) "
	                    "ELSE lbr_v1.give_turn($1, $2::text::uuid) END AS done, "
	                    "(SELECT t.holder FROM lbr_v1.turns() t WHERE t.what = $1) AS taken_by", true},
	[LBR_STORE_LACKING] = {"lacking",
	                       "SELECT h.name FROM (SELECT DISTINCT ON (t.name) t.* FROM lbr_v1.hosts() t "
	                       "ORDER BY t.name, t.seen_us DESC) h WHERE NOT $1 = ANY (h.keys) "
	                       "AND h.seen_us > (extract(epoch FROM clock_timestamp()) - 2592000) * 1000000 "
	                       "ORDER BY h.name LIMIT 256", true},
	[LBR_STORE_ACTIVATE] = {"activate",
	                        "SELECT k = '{}' AS done, k[1] AS taken_by FROM lbr_v1.set_active_key($1, $2) k", true},
	[LBR_STORE_PAGE] = {"page", "SELECT * FROM lbr_v1.page($1, $2::bigint::int, $3)", true},
	[LBR_STORE_MAKER] = {"", "SELECT lbr_v1.maker($1) AS taken_by", true}, /* the file of a release before lacks it */
};

/* Those that answer no question by themselves. */
static const struct {
	const char *name, *sql;
} others[] = {
	{LBR_STATEMENT_HELLO,
	 "SELECT * FROM lbr_v1.hello($1::bigint::int, $2, string_to_array(split_part($3, ';', 1), ','), "
	 "NULLIF(split_part($3, ';', 2), ''), $4)"},
	{LBR_STATEMENT_ADOPT, "SELECT lbr_v1.adopt()"},
	{LBR_STATEMENT_BEAT, "SELECT lbr_v1.beat($1::bigint::int)"},
	{LBR_STATEMENT_REPORT_LOSS, "SELECT lbr_v1.report_loss($1::bigint::int, $2)"},
	{LBR_STATEMENT_LOAD_ALONE, "SELECT * FROM lbr_v1.load_locked($1, $2, $3)"},
	{LBR_STATEMENT_BEGIN, "BEGIN"},
	{LBR_STATEMENT_END, "COMMIT"},
	{LBR_STATEMENT_UNDO, "ROLLBACK"},
};

/* Those that the file of a release before lacks. */
static const struct {
	const char *name, *sql;
} many[] = {
	{LBR_STATEMENT_LOAD_MANY, "SELECT * FROM lbr_v1.load_many($1, $2, $3)"},
	{LBR_STATEMENT_COMMIT_MANY, "SELECT * FROM lbr_v1.commit_many($1, $2, $3, $4, $5, $6::bigint::int, $7)"},
};

const char *lbr_statement_of(enum lbr_store_what what)
{
	return statements[what].name;
}

/* False: the link is down. */
static bool prepare_many(struct lbr_db_link *link, int64_t until_ms)
{
	enum lbr_fate fate = LBR_FATE_ANSWERED;
	struct lbr_trouble trouble;
	size_t at;

	for (at = 0; at < sizeof(many) / sizeof(many[0]) && fate == LBR_FATE_ANSWERED; at++)
		fate = lbr_db_link_prepare(link, many[at].name, many[at].sql, until_ms, &trouble);
	link->has_many = fate == LBR_FATE_ANSWERED;
	return link->pg != NULL;
}

bool lbr_statements_prepare(struct lbr_db_link *link, bool admin, int64_t until_ms)
{
	enum lbr_fate fate = LBR_FATE_ANSWERED;
	size_t more;
	int what;

	for (what = 0; what < LBR_STORE_WHATS && fate == LBR_FATE_ANSWERED; what++)
		if (statements[what].name != NULL && statements[what].name[0] != '\0' && (admin || !statements[what].admin))
			fate = lbr_db_link_prepare(link, statements[what].name, statements[what].sql, until_ms, &link->trouble);
	for (more = 0; more < sizeof(others) / sizeof(others[0]) && fate == LBR_FATE_ANSWERED; more++)
		fate = lbr_db_link_prepare(link, others[more].name, others[more].sql, until_ms, &link->trouble);
	return fate == LBR_FATE_ANSWERED && prepare_many(link, until_ms);
}

enum lbr_fate lbr_statement_prepare_late(struct lbr_db_link *link, enum lbr_store_what what, int64_t until_ms,
                                         struct lbr_trouble *trouble)
{
	if (statements[what].name[0] != '\0')
		return LBR_FATE_ANSWERED;
	return lbr_db_link_prepare(link, "", statements[what].sql, until_ms, trouble);
}
