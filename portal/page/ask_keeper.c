/* A question to the keeper. */
#include "serve_page.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include <liberations/descriptor.h>
#include <liberations/monotonic.h>
#include <liberations/wait.h>

#include "return_path.h"

#define KEEPER_WAIT_MS 9000 /* the page ends at ten seconds in any case */
#define AGAIN_S 2

static bool send_question(int keeper, const struct lbr_frame *frame)
{
	ssize_t sent;

	do
		sent = send(keeper, frame->bytes, frame->len, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)frame->len;
}

/* The keeper is away, and with it the settings: what the browser asked for tells the base of the links, if it is a path of this
 * site whichever way one reads it. */
static void tell_away(const struct lbr_http_request *request, struct lbr_page_tell *tell)
{
	const char *end = strrchr(request->path, '/');
	size_t len = end != NULL ? (size_t)(end - request->path) : 0;

	*tell = (struct lbr_page_tell){
		.kind = LBR_TELL_FAULT, .status = 503, .wait_s = AGAIN_S,
		.language = request->language != LBR_LANGUAGE_NONE ? request->language : LBR_LANGUAGE_EN,
	};
	if (len < sizeof(tell->base) && lbr_return_path_is_sound(request->path))
		memcpy(tell->base, request->path, len);
}

void lbr_ask_keeper(struct lbr_serving *serving)
{
	struct lbr_frame *frame = &serving->frame;
	enum lbr_error error = lbr_page_ask_put(frame, &serving->ask);
	ssize_t got = -1;
	int file = 0;

	lbr_wipe(&serving->ask, sizeof(serving->ask));
	if (error == LBR_OK && !send_question(serving->keeper, frame))
		error = LBR_ERR_ABSENT;
	lbr_frame_wipe(frame);
	if (error == LBR_OK && lbr_wait_for(serving->keeper, POLLIN, lbr_monotonic_ms() + KEEPER_WAIT_MS) == LBR_OK)
		got = lbr_take_descriptor(serving->keeper, frame->bytes, sizeof(frame->bytes), &file);
	frame->len = got > 0 ? (size_t)got : 0;
	if (got <= 0 || lbr_page_tell_get(frame, &serving->tell) != LBR_OK)
		tell_away(&serving->request, &serving->tell);
	serving->tell.file = file;
	lbr_frame_wipe(frame);
}
