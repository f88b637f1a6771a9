/* The greeting of a connection. Read greet.h first. */
#include "greet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/monotonic.h>

#include "broker_log.h"
#include "db_line.h"
#include "result_columns.h"
#include "parameters.h"
#include "statements.h"

#define SKEW_MAX_US (INT64_C(1000000) * LBR_SKEW_REFUSED_S)
#define LOCK_NOT_AVAILABLE "SQLSTATE 55P03" /* of its row, which a commit of the one before holds while it waits for a standby */

/* What hello says. */
struct hello {
	uint64_t         oldest, newest;
	char             line[LBR_LINE_TEXT_MAX], current[LBR_LINE_TEXT_MAX], synchronous_commit[16];
	char             standbys[64]; /* the beginning: a server may name many */
	bool             in_recovery, has_realm;
	size_t           realm_len;
	struct lbr_line  witness;
	struct lbr_realm realm;
	uint64_t         now_us;
};

static bool down(struct lbr_db_link *link, enum lbr_store_cause cause, const char *detail)
{
	lbr_trouble_set(&link->trouble, cause, detail);
	lbr_db_link_drop(link);
	return false;
}

static bool read_line(const char *text, struct lbr_line *ret)
{
	struct lbr_line_parts parts;

	if (!lbr_line_read(text, &parts))
		return false;
	memcpy(ret->cluster, parts.cluster, sizeof(ret->cluster));
	ret->timeline = parts.timeline;
	return true;
}

/* "CONNECTION:NUMBER,...", in any order. */
static bool read_seqs(const char *text, struct lbr_line *ret)
{
	unsigned long connection;
	char *end;

	for (; *text != '\0'; text = *end == ',' ? end + 1 : end) {
		connection = strtoul(text, &end, 10);
		if (end == text || *end != ':' || connection < 1 || connection > LBR_LINKS_MAX)
			return false;
		text = end + 1;
		ret->seqs[connection - 1] = strtoull(text, &end, 10);
		if (end == text || (*end != ',' && *end != '\0'))
			return false;
	}
	return true;
}

static bool read_hello(const PGresult *result, struct hello *ret)
{
	char seqs[LBR_LINKS_MAX * 24];
	struct lbr_columns columns = {.result = result, .broken = PQntuples(result) != 1};

	memset(ret, 0, sizeof(*ret));
	if (columns.broken)
		return false;
	ret->oldest = lbr_column_number(&columns, "oldest", true);
	ret->newest = lbr_column_number(&columns, "newest", true);
	ret->in_recovery = lbr_column_flag(&columns, "in_recovery");
	lbr_column_text(&columns, "line", ret->line, sizeof(ret->line));
	lbr_column_text(&columns, "current_line", ret->current, sizeof(ret->current));
	lbr_column_text(&columns, "synchronous_commit", ret->synchronous_commit, sizeof(ret->synchronous_commit));
	lbr_column_start(&columns, "synchronous_standby_names", ret->standbys, sizeof(ret->standbys));
	lbr_column_text(&columns, "active_key", ret->realm.key, sizeof(ret->realm.key));
	lbr_column_bytes(&columns, "realm", ret->realm.id, sizeof(ret->realm.id), &ret->realm_len);
	lbr_column_bytes(&columns, "probe", ret->realm.probe, sizeof(ret->realm.probe), &ret->realm.probe_len);
	ret->realm.epoch = lbr_column_number(&columns, "epoch", true);
	ret->realm.floor_step = lbr_column_number(&columns, "floor_step", true);
	ret->now_us = lbr_column_number(&columns, "now_us", false);
	lbr_column_text(&columns, "seqs", seqs, sizeof(seqs));
	ret->witness.accepted_us = lbr_column_number(&columns, "loss_accepted_us", true);
	ret->has_realm = ret->realm_len == sizeof(ret->realm.id);
	return !columns.broken && read_seqs(seqs, &ret->witness) && (ret->in_recovery || read_line(ret->current, &ret->witness));
}

static enum lbr_fate ask_hello(struct lbr_db_link *link, const struct lbr_greeting *greeting, int64_t until_ms, struct hello *ret)
{
	struct lbr_parameters parameters = {.count = 0};
	PGresult *result;
	enum lbr_fate fate;

	lbr_parameter_number(&parameters, link->number);
	lbr_parameter_text(&parameters, LBR_VERSION);
	lbr_parameter_text(&parameters, greeting->keys);
	lbr_parameter_number(&parameters, (uint64_t)greeting->now_us);
	fate = lbr_db_link_ask(link, LBR_STATEMENT_HELLO, &parameters, until_ms, &result, &link->trouble);
	if (fate == LBR_FATE_REFUSED && strcmp(link->trouble.detail, LOCK_NOT_AVAILABLE) == 0)
		lbr_trouble_set(&link->trouble, LBR_STORE_UNCONFIRMED, link->server);
	if (fate != LBR_FATE_ANSWERED)
		return fate;
	if (!read_hello(result, ret)) {
		lbr_trouble_set(&link->trouble, LBR_STORE_BROKEN, "hello");
		fate = LBR_FATE_REFUSED;
	}
	PQclear(result);
	return fate;
}

static bool judge_settings(struct lbr_db_link *link, const struct lbr_greeting *greeting, const struct hello *hello)
{
	int64_t skew_us = greeting->now_us - (int64_t)hello->now_us;
	char detail[24];

	if (hello->in_recovery)
		return down(link, LBR_STORE_OLD_PRIMARY, link->server);
	if (hello->oldest > LBR_SCHEMA_NEWEST || hello->newest < LBR_SCHEMA_OLDEST)
		return down(link, LBR_STORE_SCHEMA, link->server);
	if (!hello->has_realm && !greeting->founds)
		return down(link, LBR_STORE_NO_REALM, link->server);
	if (greeting->settings->confirm == LBR_CONFIRM_STANDBY && !lbr_is_confirmed(hello->synchronous_commit, hello->standbys))
		return down(link, LBR_STORE_NO_STANDBY, link->server);
	if (skew_us > SKEW_MAX_US || skew_us < -SKEW_MAX_US) {
		(void)snprintf(detail, sizeof(detail), "%" PRId64, skew_us / 1000000);
		return down(link, LBR_STORE_CLOCK, detail);
	}
	return true;
}

/* Raises the floor at the database. False: the link is down. */
static bool raise_floor(struct lbr_db_link *link, const char *statement, const struct lbr_parameters *parameters, int64_t until_ms)
{
	PGresult *result;

	if (lbr_db_link_ask(link, statement, parameters, until_ms, &result, &link->trouble) != LBR_FATE_ANSWERED) {
		lbr_db_link_drop(link);
		return false;
	}
	PQclear(result);
	return true;
}

static bool adopt(struct lbr_db_link *link, int64_t until_ms)
{
	const struct lbr_parameters none = {.count = 0};

	return raise_floor(link, LBR_STATEMENT_ADOPT, &none, until_ms);
}

/* Other hosts, which lost nothing, would accept a code again that this one has used. */
static bool report_loss(struct lbr_db_link *link, unsigned connection, uint64_t seq, int64_t until_ms)
{
	struct lbr_parameters parameters = {.count = 0};

	lbr_parameter_number(&parameters, connection + 1);
	lbr_parameter_number(&parameters, seq);
	return raise_floor(link, LBR_STATEMENT_REPORT_LOSS, &parameters, until_ms);
}

static bool judge_line(struct lbr_db_link *link, const struct lbr_greeting *greeting, const struct lbr_marks_told *told,
                       const struct hello *hello, int64_t until_ms)
{
	unsigned forgotten;

	switch (lbr_marks_judge(greeting->marks, told, &hello->witness, &forgotten)) {
	case LBR_LINE_BEHIND:
		return down(link, LBR_STORE_OLD_PRIMARY, link->server);
	case LBR_LINE_FORGOT:
		if (!report_loss(link, forgotten, told->seqs[forgotten], until_ms))
			return false;
		return greeting->settings->loss == LBR_LOSS_FLOOR || down(link, LBR_STORE_FORGOT, link->server);
	case LBR_LINE_FINE:
		break;
	}
	return true;
}

static bool greet(struct lbr_db_link *link, const struct lbr_greeting *greeting, int64_t until_ms, struct hello *hello)
{
	struct lbr_marks_told told;

	lbr_marks_copy(greeting->marks, &told);
	if (ask_hello(link, greeting, until_ms, hello) != LBR_FATE_ANSWERED) {
		lbr_db_link_drop(link);
		return false;
	}
	return judge_settings(link, greeting, hello) && judge_line(link, greeting, &told, hello, until_ms);
}

bool lbr_db_link_greet(struct lbr_db_link *link, const struct lbr_greeting *greeting, int64_t until_ms)
{
	enum lbr_line_change change;
	struct hello hello;

	if (!greet(link, greeting, until_ms, &hello))
		return false;
	if (!hello.has_realm)
		return true;
	change = lbr_line_compare(hello.line, hello.current);
	if (change != LBR_LINE_SAME && (!adopt(link, until_ms) || !greet(link, greeting, until_ms, &hello)))
		return false;
	if (strcmp(hello.line, hello.current) != 0)
		return down(link, LBR_STORE_ANOTHER_LINE, link->server);
	if (change != LBR_LINE_SAME)
		lbr_broker_log_adopted(change, link->server, hello.realm.epoch, hello.realm.floor_step);
	lbr_marks_take(greeting->marks, link->number - 1, &hello.witness);
	link->seq = hello.witness.seqs[link->number - 1];
	link->realm = hello.realm;
	link->realm.ahead_us = (int64_t)hello.now_us - lbr_monotonic_ms() * 1000;
	link->realm.skew_s = (greeting->now_us - (int64_t)hello.now_us) / 1000000;
	return true;
}

bool lbr_db_link_beat(struct lbr_db_link *link, int64_t until_ms)
{
	struct lbr_parameters parameters = {.count = 0};
	PGresult *result;
	enum lbr_fate fate;

	lbr_parameter_number(&parameters, link->number);
	fate = lbr_db_link_ask(link, LBR_STATEMENT_BEAT, &parameters, until_ms, &result, &link->trouble);
	PQclear(result);
	if (fate == LBR_FATE_ANSWERED && !link->warned)
		return true;
	if (fate == LBR_FATE_ANSWERED)
		lbr_trouble_set(&link->trouble, LBR_STORE_NOT_CONFIRMED, link->server);
	else if (fate == LBR_FATE_UNKNOWN && link->trouble.cause == LBR_STORE_NO_ANSWER)
		lbr_trouble_set(&link->trouble, LBR_STORE_UNCONFIRMED, link->server);
	lbr_db_link_drop(link);
	return false;
}
