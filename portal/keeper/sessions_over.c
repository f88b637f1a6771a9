/* Sessions that end by themselves. */
#include "sessions_over.h"

#include "session_log.h"

#define TURN_MS 1000
#define TURNS_A_TABLE 60

static void log_over(void *context, enum lbr_session_over why, const struct lbr_web_session *session)
{
	static const char *const events[] = {
		[LBR_SESSION_IDLE] = "session ended by being idle",
		[LBR_SESSION_OLD] = "session ended by its age",
		[LBR_SESSION_CROWDED] = "session ended by one sign-in too many",
	};

	lbr_log_session(context, events[why], session);
}

void lbr_sessions_over_begin(struct lbr_keeper *keeper)
{
	keeper->table.table.tell_over = log_over;
	keeper->table.table.tell_context = keeper;
}

void lbr_sessions_over_turn(struct lbr_keeper *keeper)
{
	struct lbr_session_table *table = &keeper->table.table;

	if (keeper->now_ms < keeper->sessions_again_ms)
		return;
	keeper->sessions_again_ms = keeper->now_ms + TURN_MS;
	lbr_session_tidy(table, keeper->now_s, table->count / TURNS_A_TABLE + 1);
}
