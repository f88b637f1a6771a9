/* The gate's requests. */
#include "serve_gate.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <liberations/secret.h>

#define GATE_WAIT_MS 6000 /* longer than the keeper waits for the agent, whose late yes is a yes */

/* Called before the head is read: a place for the request, or none. */
void *lbr_gate_target(void *gate, const char *target, struct MHD_Connection *connection)
{
	struct lbr_gate *own = gate;
	struct lbr_gate_visit *visit;

	for (visit = own->visits; visit < own->visits + LBR_GATE_REQUESTS_MAX; visit++) {
		if (visit->stage != LBR_GATE_FREE)
			continue;
		visit->stage = LBR_GATE_BEGUN;
		visit->connection = connection;
		if (visit >= own->visits + own->high)
			own->high = (unsigned)(visit - own->visits) + 1;
		lbr_gate_begin(&visit->request, target);
		return visit;
	}
	return NULL;
}

static enum MHD_Result take_field(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	lbr_gate_field(context, name, value != NULL ? value : "");
	return MHD_YES;
}

static int descriptor_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

void lbr_gate_notified(void *gate, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct lbr_gate *own = gate;

	(void)context;
	own->arrivals += code == MHD_CONNECTION_NOTIFY_STARTED;
	lbr_gate_line_forget(&own->lines, descriptor_of(connection));
}

/* The head is read. One that was not judged, since it came behind another one, is refused. */
static void take_head(struct lbr_gate *gate, struct lbr_gate_visit *visit)
{
	const union MHD_ConnectionInfo *head = MHD_get_connection_info(visit->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	if (!lbr_gate_line_take(&gate->lines, descriptor_of(visit->connection), head->header_size, &visit->last))
		visit->request.status = 400;
	(void)MHD_get_connection_values(visit->connection, MHD_HEADER_KIND, take_field, &visit->request);
	visit->stage = LBR_GATE_READ;
}

/* The verdict is TROUBLE until the keeper says another. */
static bool ask_keeper(struct lbr_gate *gate, struct lbr_gate_visit *visit)
{
	struct lbr_gate_ask ask = { .serial = ++gate->serial };
	struct lbr_frame frame;
	bool sent;

	memcpy(ask.site, visit->request.site, sizeof(ask.site));
	memcpy(ask.session, visit->request.session, sizeof(ask.session));
	sent = gate->keeper >= 0 && lbr_gate_ask_put(&frame, &ask) == LBR_OK &&
	       send(gate->keeper, frame.bytes, frame.len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)frame.len;
	visit->serial = ask.serial;
	visit->until_ms = gate->now_ms + GATE_WAIT_MS;
	lbr_wipe(&ask, sizeof(ask));
	return sent;
}

/* The head is whole, and no body was sent. True: the answer can be written at once. */
static bool judge(struct lbr_gate *gate, struct lbr_gate_visit *visit)
{
	visit->tell = (struct lbr_gate_tell){ .verdict = LBR_GATE_TROUBLE };
	visit->stage = LBR_GATE_TOLD;
	if (lbr_gate_end(&visit->request) != 0) {
		visit->tell.verdict = LBR_GATE_UNREADABLE;
		return true;
	}
	if (!ask_keeper(gate, visit))
		return true;
	visit->stage = LBR_GATE_ASKED;
	return false;
}

static bool leaves(const struct lbr_gate *gate)
{
	return gate->leaving.begun;
}

/* Called with the head, then with nothing, and again once the keeper has answered. An answer to the first
 * call would end the connection: libmicrohttpd takes it for a refusal of the body. */
enum MHD_Result lbr_serve_gate(void *gate, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version, const char *upload, size_t *upload_len, void **state)
{
	struct lbr_gate_visit *visit = *state;

	(void)url;
	(void)method;
	(void)version;
	(void)upload;
	*upload_len = 0;
	if (visit == NULL)
		return MHD_NO;
	if (visit->stage == LBR_GATE_BEGUN) {
		take_head(gate, visit);
		return MHD_YES;
	}
	if (visit->stage == LBR_GATE_READ && !judge(gate, visit)) {
		MHD_suspend_connection(connection);
		return MHD_YES;
	}
	if (visit->stage != LBR_GATE_TOLD)
		return MHD_YES;
	visit->last = visit->last || leaves(gate);
	return lbr_answer_gate(visit, connection);
}

void lbr_gate_completed(void *gate, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	(void)gate;
	(void)connection;
	(void)code;
	if (*state != NULL)
		lbr_wipe(*state, sizeof(struct lbr_gate_visit));
	*state = NULL;
}

static void wake(struct lbr_gate *gate, struct lbr_gate_visit *visit)
{
	gate->woken = true;
	visit->stage = LBR_GATE_TOLD;
	MHD_resume_connection(visit->connection);
}

static struct lbr_gate_visit *find(struct lbr_gate *gate, uint64_t serial)
{
	struct lbr_gate_visit *visit;

	for (visit = gate->visits; visit < gate->visits + gate->high; visit++)
		if (visit->stage == LBR_GATE_ASKED && visit->serial == serial)
			return visit;
	return NULL;
}

static void take_one(struct lbr_gate *gate, const struct lbr_frame *frame)
{
	struct lbr_gate_tell tell;
	struct lbr_gate_leave leave;
	struct lbr_gate_visit *visit;

	if (lbr_gate_leave_get(frame, &leave) == LBR_OK) {
		lbr_gate_leave_begin(&gate->leaving, leave.all, gate->now_ms);
		return;
	}
	if (lbr_gate_tell_get(frame, &tell) != LBR_OK) {
		gate->keeper = -1;
		return;
	}
	visit = find(gate, tell.serial);
	if (visit == NULL)
		return;
	visit->tell = tell;
	wake(gate, visit);
}

static void hear_keeper(struct lbr_gate *gate)
{
	struct lbr_frame frame;
	ssize_t got = 0;

	while (gate->keeper >= 0 && (got = recv(gate->keeper, frame.bytes, sizeof(frame.bytes), MSG_DONTWAIT)) > 0) {
		frame.len = (size_t)got;
		take_one(gate, &frame);
	}
	if (gate->keeper >= 0 && (got == 0 || (errno != EAGAIN && errno != EINTR)))
		gate->keeper = -1;
}

bool lbr_gate_take(struct lbr_gate *gate, bool said)
{
	struct lbr_gate_visit *visit;

	if (said)
		hear_keeper(gate);
	while (gate->high > 0 && gate->visits[gate->high - 1].stage == LBR_GATE_FREE)
		gate->high--;
	for (visit = gate->visits; visit < gate->visits + gate->high; visit++)
		if (visit->stage == LBR_GATE_ASKED && (gate->keeper < 0 || gate->now_ms >= visit->until_ms))
			wake(gate, visit);
	said = gate->woken;
	gate->woken = false;
	return said;
}
