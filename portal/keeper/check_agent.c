/* Does the agent answer? */
#include "check_agent.h"

#include <errno.h>
#include <poll.h>

#include <liberations/monotonic.h>

#include "standing_line.h"

#define NOBODY "-" /* no name of an account begins so */
#define ASK_TURN_MS 100

static enum lbr_error reach(const char *path, struct lbr_reason *reason)
{
	struct lbr_steps steps;
	int failed;

	lbr_steps_open(&steps);
	failed = lbr_steps_connect(&steps, path);
	lbr_steps_close(&steps);
	if (failed == ENAMETOOLONG)
		return lbr_fail_at(reason, LBR_ERR_RANGE, path, LBR_WHY(TOO_LONG));
	return failed == 0 || failed == EAGAIN ? LBR_OK : lbr_fail_system(reason, failed, "%s: connect", path);
}

/* A full queue is asked again, as long as an answer is awaited. */
static enum lbr_error ask(struct lbr_standing_line *line, const char *path)
{
	static const unsigned char standing[LBR_STANDING_LEN];
	int64_t until_ms = lbr_monotonic_ms() + LBR_STANDING_WAIT_MS;
	enum lbr_error error = LBR_ERR_BUSY;
	struct pollfd wanted = { .events = POLLIN };
	struct lbr_standing_question question;
	enum lbr_status status;

	while (error == LBR_ERR_BUSY && lbr_monotonic_ms() < until_ms) {
		if (line->count == 0)
			error = lbr_standing_line_ask(line, path, NOBODY, standing, lbr_monotonic_ms());
		else
			error = lbr_standing_line_hear(line, lbr_monotonic_ms(), &question, &status);
		if (error == LBR_OK && line->count > 0)
			error = LBR_ERR_BUSY; /* asked just now */
		wanted.fd = line->steps.fd;
		if (error == LBR_ERR_BUSY)
			(void)poll(&wanted, 1, ASK_TURN_MS);
	}
	return error;
}

enum lbr_error lbr_check_agent(const char *path, bool *ret_there, struct lbr_reason *reason)
{
	struct lbr_standing_line line;
	enum lbr_error error = reach(path, reason);

	*ret_there = error == LBR_OK;
	if (error != LBR_OK)
		return error;
	lbr_standing_line_begin(&line);
	error = ask(&line, path);
	lbr_standing_line_close(&line);
	return error == LBR_OK ? LBR_OK : lbr_fail_at(reason, LBR_ERR_ABSENT, path, LBR_WHY(PORTAL_AGENT_SILENT));
}
