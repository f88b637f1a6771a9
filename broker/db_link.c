/* One question on one connection, within a deadline. */
#include "db_link.h"

#include <poll.h>
#include <string.h>

#include <liberations/wait.h>

#include "parameters.h"

void lbr_db_link_drop(struct lbr_db_link *link)
{
	if (link->pg != NULL)
		PQfinish(link->pg);
	link->pg = NULL;
}

/* Writes what libpq has not sent yet. */
static enum lbr_error flush(struct lbr_db_link *link, int64_t until_ms)
{
	enum lbr_error error = LBR_OK;
	int left = PQflush(link->pg);

	while (left == 1 && error == LBR_OK) {
		error = lbr_wait_for(PQsocket(link->pg), POLLOUT, until_ms);
		left = PQflush(link->pg);
	}
	return left == 0 ? LBR_OK : error != LBR_OK ? error : LBR_ERR_SYSTEM;
}

/* The answer's first result; what may follow it is read and cleared. NULL: the connection or the time ended. */
static PGresult *hear(struct lbr_db_link *link, int64_t until_ms, enum lbr_error *ret_error)
{
	PGresult *first = NULL, *next;

	for (;;) {
		while (PQisBusy(link->pg)) {
			*ret_error = lbr_wait_for(PQsocket(link->pg), POLLIN, until_ms);
			if (*ret_error == LBR_OK && PQconsumeInput(link->pg) == 0)
				*ret_error = LBR_ERR_SYSTEM;
			if (*ret_error != LBR_OK) {
				PQclear(first);
				return NULL;
			}
		}
		next = PQgetResult(link->pg);
		if (next == NULL)
			return first;
		if (first == NULL || PQresultStatus(next) == PGRES_FATAL_ERROR) {
			PQclear(first); /* a statement may answer, and its commit fail */
			first = next;
		} else {
			PQclear(next);
		}
	}
}

static enum lbr_fate lost(struct lbr_db_link *link, enum lbr_fate fate, enum lbr_error error, struct lbr_trouble *trouble)
{
	lbr_trouble_set(trouble, error == LBR_ERR_BUSY ? LBR_STORE_NO_ANSWER : LBR_STORE_LOST, link->server);
	link->trouble = *trouble;
	lbr_db_link_drop(link);
	return fate;
}

/* A fault that the server tells with a code rolled everything back, unless the code says that the server or the wait ended. */
static enum lbr_fate judge(struct lbr_db_link *link, PGresult *result, struct lbr_trouble *trouble)
{
	ExecStatusType status = PQresultStatus(result);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	bool unknown = true;

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return LBR_FATE_ANSWERED;
	if (state == NULL)
		return lost(link, LBR_FATE_UNKNOWN, LBR_ERR_SYSTEM, trouble);
	lbr_trouble_of_state(state, trouble, &unknown);
	if (!unknown && PQstatus(link->pg) == CONNECTION_OK)
		return LBR_FATE_REFUSED;
	link->trouble = *trouble;
	lbr_db_link_drop(link);
	return LBR_FATE_UNKNOWN;
}

static enum lbr_fate finish(struct lbr_db_link *link, int sent, int64_t until_ms, PGresult **ret, struct lbr_trouble *trouble)
{
	enum lbr_error error = LBR_ERR_SYSTEM;
	enum lbr_fate fate;
	PGresult *result;

	if (sent == 0)
		return lost(link, LBR_FATE_NOT_SENT, LBR_ERR_SYSTEM, trouble);
	error = flush(link, until_ms);
	if (error != LBR_OK)
		return lost(link, LBR_FATE_UNKNOWN, error, trouble);
	result = hear(link, until_ms, &error);
	if (result == NULL)
		return lost(link, LBR_FATE_UNKNOWN, error, trouble);
	fate = judge(link, result, trouble);
	if (fate == LBR_FATE_ANSWERED && ret != NULL)
		*ret = result;
	else
		PQclear(result);
	return fate;
}

enum lbr_fate lbr_db_link_ask(struct lbr_db_link *link, const char *statement, const struct lbr_parameters *parameters,
                              int64_t until_ms, PGresult **ret, struct lbr_trouble *trouble)
{
	*ret = NULL;
	link->warned = false;
	return finish(link, PQsendQueryPrepared(link->pg, statement, parameters->count, parameters->values, parameters->lengths,
	                                        parameters->formats, 1), until_ms, ret, trouble);
}

enum lbr_fate lbr_db_link_prepare(struct lbr_db_link *link, const char *statement, const char *sql, int64_t until_ms,
                               struct lbr_trouble *trouble)
{
	return finish(link, PQsendPrepare(link->pg, statement, sql, 0, NULL), until_ms, NULL, trouble);
}
