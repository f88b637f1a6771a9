/* What makes a yes a yes. Read belief.h first. */
#include "belief.h"

#include <syslog.h>

#include <liberations/store_schema.h>

#include "broker_log.h"
#include "greet.h"
#include "result_columns.h"

/* Somebody at the server ended the wait: others see what no standby has. */
static void note_unconfirmed(const struct lbr_db_link *link, struct lbr_trouble *trouble)
{
	lbr_trouble_set(trouble, LBR_STORE_NOT_CONFIRMED, link->server);
	lbr_broker_log(LOG_ALERT, "ALERT: the database stored something without the standby's confirmation (%s): a promoted "
	               "standby may lack it", link->server);
}

bool lbr_done_is_believed(const struct lbr_db_pool *pool, const struct lbr_db_link *link, const PGresult *commit,
                          struct lbr_trouble *trouble)
{
	struct lbr_columns columns = {.result = commit};
	char synchronous_commit[16], standbys[64];

	if (link->warned) {
		note_unconfirmed(link, trouble);
		return false;
	}
	if (commit == NULL || pool->settings->confirm != LBR_CONFIRM_STANDBY)
		return true;
	lbr_column_text(&columns, "synchronous_commit", synchronous_commit, sizeof(synchronous_commit));
	lbr_column_start(&columns, "synchronous_standby_names", standbys, sizeof(standbys));
	if (!columns.broken && lbr_is_confirmed(synchronous_commit, standbys))
		return true;
	lbr_trouble_set(trouble, LBR_STORE_NO_STANDBY, link->server);
	return false;
}

/* A yes may wait here, unread, while a backup from before it takes its server's place, and another connection greets that one:
 * without this commit among the marks it looks fine, and would accept the code once more. So the server must still answer. */
bool lbr_done_is_marked(struct lbr_db_pool *pool, struct lbr_db_link *link, uint64_t now_us, unsigned copies, int64_t until_ms,
                        struct lbr_trouble *trouble)
{
	link->seq++; /* by no commit that stored nothing: what is stored and what is told would lie apart */
	lbr_marks_confirm(&pool->marks, link->number - 1, link->seq, now_us);
	if (lbr_marks_copies(&pool->marks) == copies || lbr_db_link_beat(link, until_ms))
		return true;
	*trouble = link->trouble;
	return false;
}
