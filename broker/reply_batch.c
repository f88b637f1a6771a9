/* Loads, and commits of a slot alone, that come at the same moment and are asked as one. What the database did not answer so is
 * asked again alone, by its own thread: who sends something that the database refuses harms no other. */
#include <stdlib.h>

#include <liberations/monotonic.h>

#include "arrays.h"
#include "belief.h"
#include "reply_parts.h"
#include "result_columns.h"
#include "statements.h"

#define MANY_NAMES LBR_ARRAY_LEN(LBR_BATCH_MAX, LBR_STORE_NAME_MAX)
#define MANY_NUMBERS LBR_ARRAY_LEN(LBR_BATCH_MAX, 8)
#define MANY_SLOTS LBR_ARRAY_LEN(LBR_BATCH_MAX, LBR_STORE_SLOT_MAX)

struct many {
	struct lbr_parameters parameters;
	struct lbr_array      names, others, flags, versions, steps, epochs, slots;
	unsigned char         name_bytes[MANY_NAMES], other_bytes[MANY_NAMES], slot_bytes[MANY_SLOTS], flag_bytes[MANY_NUMBERS],
	                      version_bytes[MANY_NUMBERS], step_bytes[MANY_NUMBERS], epoch_bytes[MANY_NUMBERS];
};

static struct lbr_replying *replying_of(const struct lbr_batch *batch, unsigned at)
{
	return batch->list[at]->whose;
}

static void fill_loads(const struct lbr_batch *batch, struct many *many)
{
	unsigned at;

	lbr_array_begin(&many->names, many->name_bytes, LBR_OID_TEXT);
	lbr_array_begin(&many->others, many->other_bytes, LBR_OID_TEXT);
	lbr_array_begin(&many->flags, many->flag_bytes, LBR_OID_BOOL);
	for (at = 0; at < batch->count; at++) {
		const struct lbr_store_ask *ask = &replying_of(batch, at)->ask;

		lbr_array_text(&many->names, ask->name);
		lbr_array_text(&many->others, ask->other);
		lbr_array_flag(&many->flags, ask->history);
	}
	lbr_parameter_array(&many->parameters, &many->names);
	lbr_parameter_array(&many->parameters, &many->others);
	lbr_parameter_array(&many->parameters, &many->flags);
}

static void fill_commits(const struct lbr_batch *batch, const struct lbr_db_link *link, struct many *many)
{
	unsigned at;

	lbr_array_begin(&many->names, many->name_bytes, LBR_OID_TEXT);
	lbr_array_begin(&many->versions, many->version_bytes, LBR_OID_BIGINT);
	lbr_array_begin(&many->slots, many->slot_bytes, LBR_OID_BYTEA);
	lbr_array_begin(&many->steps, many->step_bytes, LBR_OID_BIGINT);
	lbr_array_begin(&many->epochs, many->epoch_bytes, LBR_OID_BIGINT);
	for (at = 0; at < batch->count; at++) {
		const struct lbr_store_ask *ask = &replying_of(batch, at)->ask;

		lbr_array_text(&many->names, ask->name);
		lbr_array_number(&many->versions, ask->row.version);
		lbr_array_bytes(&many->slots, ask->row.slot, ask->row.slot_len);
		lbr_array_number(&many->steps, ask->row.step);
		lbr_array_number(&many->epochs, ask->epoch);
	}
	lbr_parameter_array(&many->parameters, &many->names);
	lbr_parameter_array(&many->parameters, &many->versions);
	lbr_parameter_array(&many->parameters, &many->slots);
	lbr_parameter_array(&many->parameters, &many->steps);
	lbr_parameter_array(&many->parameters, &many->epochs);
	lbr_parameter_number(&many->parameters, link->number);
	lbr_parameter_number(&many->parameters, link->seq + 1);
}

static enum lbr_fate ask_for(const struct lbr_batch *batch, bool commits, struct lbr_db_link *link, int64_t until_ms,
                             PGresult **ret, struct lbr_trouble *trouble)
{
	struct many *many = malloc(sizeof(*many));
	enum lbr_fate fate;

	lbr_trouble_set(trouble, LBR_STORE_BROKEN, "memory");
	if (many == NULL)
		return LBR_FATE_REFUSED;
	many->parameters.count = 0;
	if (commits)
		fill_commits(batch, link, many);
	else
		fill_loads(batch, many);
	fate = lbr_db_link_ask(link, commits ? LBR_STATEMENT_COMMIT_MANY : LBR_STATEMENT_LOAD_MANY, &many->parameters, until_ms,
	                       ret, trouble);
	free(many);
	return fate;
}

static void refuse_all(const struct lbr_batch *batch, enum lbr_store_result result, const struct lbr_trouble *trouble)
{
	unsigned at;

	for (at = 0; at < batch->count; at++) {
		lbr_reply_refuse(replying_of(batch, at), result, trouble);
		replying_of(batch, at)->answered = true;
	}
}

static void take_loads(const struct lbr_batch *batch, const PGresult *result)
{
	unsigned at;

	for (at = 0; at < batch->count; at++) {
		struct lbr_replying *replying = replying_of(batch, at);

		(void)lbr_statement_read(&replying->ask, result, (int)at, &replying->tell);
		replying->answered = true;
	}
}

/* Which of them are done, and how many: all may be, where the answer is not understood. */
static unsigned read_commits(const struct lbr_batch *batch, struct lbr_columns *columns, bool *done, uint64_t *ret_now_us)
{
	unsigned at, count = 0;

	*ret_now_us = lbr_column_number(columns, "now_us", false);
	lbr_column_places(columns, "done", done, batch->count);
	for (at = 0; at < batch->count; at++) {
		done[at] = done[at] || columns->broken;
		count += done[at];
	}
	return count;
}

static bool is_sound(struct lbr_db_pool *pool, struct lbr_db_link *link, const struct lbr_columns *columns, uint64_t now_us,
                     unsigned copies, int64_t until_ms, struct lbr_trouble *trouble)
{
	if (columns->broken) {
		lbr_trouble_set(trouble, LBR_STORE_BROKEN, link->server);
		return false;
	}
	return lbr_done_is_believed(pool, link, columns->result, trouble) &&
	       lbr_done_is_marked(pool, link, now_us, copies, until_ms, trouble);
}

static void tell_commit(struct lbr_replying *replying, bool sound, uint64_t now_us, const struct lbr_trouble *trouble)
{
	replying->answered = true;
	if (!sound) {
		lbr_reply_refuse(replying, LBR_STORE_UNKNOWN, trouble);
		return;
	}
	replying->tell.now_us = now_us;
	replying->tell.result = LBR_STORE_DONE;
}

/* One that is not done is asked by itself: the answer then says what is stored. */
static enum lbr_fate take_commits(struct lbr_db_pool *pool, const struct lbr_batch *batch, struct lbr_db_link *link,
                                  const PGresult *result, unsigned copies, int64_t until_ms, struct lbr_trouble *trouble)
{
	struct lbr_columns columns = {.result = result, .broken = PQntuples(result) != 1};
	bool done[LBR_BATCH_MAX], sound;
	uint64_t now_us;
	unsigned at;

	if (read_commits(batch, &columns, done, &now_us) == 0)
		return LBR_FATE_ANSWERED;
	sound = is_sound(pool, link, &columns, now_us, copies, until_ms, trouble);
	for (at = 0; at < batch->count; at++)
		if (done[at])
			tell_commit(replying_of(batch, at), sound, now_us, trouble);
	return sound ? LBR_FATE_ANSWERED : LBR_FATE_UNKNOWN;
}

/* Those that it leaves without an answer are asked by themselves. */
static void ask_many(struct lbr_replying *leader, const struct lbr_batch *batch, bool commits)
{
	unsigned copies = lbr_marks_copies(&leader->pool->marks);
	int64_t until_ms = commits ? leader->until_ms : lbr_monotonic_ms() + LBR_STORE_LOAD_MS;
	struct lbr_trouble trouble;
	struct lbr_db_link *link = lbr_db_pool_take(leader->pool, until_ms, &trouble);
	PGresult *result = NULL;
	enum lbr_fate fate;

	if (link == NULL) {
		refuse_all(batch, LBR_STORE_UNREACHABLE, &trouble);
		return;
	}
	if (!link->has_many) { /* the schema is that of a release before */
		lbr_reply_let_go(leader, link, LBR_FATE_ANSWERED, &trouble);
		return;
	}
	fate = ask_for(batch, commits, link, until_ms, &result, &trouble);
	if (fate == LBR_FATE_ANSWERED && !commits)
		take_loads(batch, result);
	if (fate == LBR_FATE_UNKNOWN && commits)
		refuse_all(batch, LBR_STORE_UNKNOWN, &trouble);
	if (fate == LBR_FATE_ANSWERED && commits)
		fate = take_commits(leader->pool, batch, link, result, copies, until_ms, &trouble);
	PQclear(result);
	if (fate == LBR_FATE_REFUSED)
		lbr_reply_regreet(link, &trouble);
	lbr_reply_let_go(leader, link, fate, &trouble);
}

bool lbr_reply_may_be_batched(const struct lbr_replying *replying)
{
	const struct lbr_store_ask *ask = &replying->ask;

	if (ask->what == LBR_STORE_LOAD)
		return !ask->alone;
	return ask->what == LBR_STORE_COMMIT && replying->alone == NULL && ask->row.slot_len > 0 && ask->row.account_len == 0 &&
	       ask->row.history_len == 0;
}

static void ask_alone(struct lbr_replying *replying)
{
	replying->answered = true;
	if (lbr_store_is_change(replying->ask.what))
		lbr_reply_change(replying);
	else
		lbr_reply_read(replying);
}

void lbr_reply_batch(struct lbr_replying *replying)
{
	bool commits = replying->ask.what == LBR_STORE_COMMIT;
	struct lbr_queue *queue = commits ? &replying->pool->commits : &replying->pool->loads;
	struct lbr_batch batch;

	replying->answered = false;
	if (lbr_queue_enter(queue, &replying->member, replying->ask.name, &batch)) {
		if (batch.count > 1)
			ask_many(replying, &batch, commits);
		else
			ask_alone(replying);
		lbr_queue_leave(queue, &batch);
	}
	if (!replying->answered) {
		replying->tries--;
		ask_alone(replying);
	}
}
