/* The one connection over which the agent is asked for the standing of accounts. */
#include "standing_line.h"

#include <errno.h>
#include <string.h>

void lbr_standing_line_begin(struct lbr_standing_line *line)
{
	memset(line, 0, sizeof(*line));
	lbr_steps_open(&line->steps);
}

void lbr_standing_line_close(struct lbr_standing_line *line)
{
	lbr_steps_close(&line->steps);
	line->count = 0;
}

/* The greeting's answer is read with the first reply. */
static enum lbr_error open_line(struct lbr_standing_line *line, const char *path)
{
	const struct lbr_hello hello = { .language = LBR_LANGUAGE_EN, .structured = true, .service = "liberations-portal" };
	int failed = lbr_steps_connect(&line->steps, path);

	if (failed != 0)
		return failed == EAGAIN ? LBR_ERR_BUSY : LBR_ERR_ABSENT;
	return lbr_steps_greet(&line->steps, &hello);
}

/* A connection that the agent has closed meanwhile is noticed here, or when an answer is read. Questions that went over it before
 * are lost with it, and asked again by who waits for them. */
static enum lbr_error ask(struct lbr_standing_line *line, const char *path, const struct lbr_request *request)
{
	bool fresh = line->steps.fd < 0;
	enum lbr_error error = fresh ? open_line(line, path) : LBR_OK;

	if (error == LBR_OK)
		error = lbr_steps_request(&line->steps, request);
	if (error == LBR_OK)
		return LBR_OK;
	lbr_standing_line_close(line);
	return fresh ? error : ask(line, path, request);
}

enum lbr_error lbr_standing_line_ask(struct lbr_standing_line *line, const char *path, const char *user,
                                     const unsigned char standing[LBR_STANDING_LEN], int64_t now_ms)
{
	struct lbr_request request = { .kind = LBR_REQUEST_STANDING };
	struct lbr_standing_question question = { .asked_ms = now_ms };
	enum lbr_error error;

	if (line->count == LBR_STANDINGS_MAX)
		return LBR_ERR_BUSY;
	if (strlen(user) >= sizeof(question.user) || strlen(user) >= sizeof(request.user))
		return LBR_ERR_RANGE;
	memcpy(question.user, user, strlen(user) + 1);
	memcpy(question.standing, standing, LBR_STANDING_LEN);
	memcpy(request.user, user, strlen(user) + 1);
	memcpy(request.standing, standing, LBR_STANDING_LEN);
	error = ask(line, path, &request);
	if (error == LBR_OK)
		line->questions[line->count++] = question;
	return error;
}

enum lbr_error lbr_standing_line_hear(struct lbr_standing_line *line, int64_t now_ms, struct lbr_standing_question *question,
                                      enum lbr_status *ret)
{
	struct lbr_heard heard;
	enum lbr_error error;

	*ret = LBR_STATUS_UNAVAILABLE;
	error = lbr_steps_next(&line->steps, &heard);
	if (error == LBR_OK && heard.type == LBR_FRAME_REPLY && line->count > 0)
		*ret = heard.reply.status;
	else if (error == LBR_OK)
		error = LBR_ERR_SYNTAX;
	lbr_wipe(&heard, sizeof(heard));
	if (error == LBR_ERR_BUSY && line->count > 0 && now_ms - line->questions[0].asked_ms >= LBR_STANDING_WAIT_MS)
		error = LBR_ERR_ABSENT;
	if (error == LBR_OK) {
		*question = line->questions[0];
		line->count--;
		memmove(&line->questions[0], &line->questions[1], line->count * sizeof(line->questions[0]));
	} else if (error != LBR_ERR_BUSY)
		lbr_standing_line_close(line);
	return error;
}
