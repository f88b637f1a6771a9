/* One program that asks. Read client.h first. */
#include "client.h"

#include <stdlib.h>
#include <unistd.h>

#include "reply.h"
#include "statements.h"

#define IDLE_MS 3600000 /* an agent lives as long as its dialogue */

static enum lbr_error send_tell(int fd, struct lbr_frame *frame, const struct lbr_store_tell *tell)
{
	enum lbr_error error = lbr_store_tell_put(frame, tell);

	return error == LBR_OK ? lbr_frame_send(fd, frame, LBR_MACHINE_WAIT_MS) : error;
}

static enum lbr_error send_page(struct lbr_replying *replying, int fd, struct lbr_frame *frame)
{
	enum lbr_error error = LBR_OK;
	int at;

	for (at = 0; error == LBR_OK && at < PQntuples(replying->page); at++) {
		error = lbr_statement_read(&replying->ask, replying->page, at, &replying->tell);
		if (error == LBR_OK)
			error = send_tell(fd, frame, &replying->tell);
	}
	lbr_wipe(&replying->tell, sizeof(replying->tell));
	replying->tell.serial = replying->ask.serial;
	replying->tell.result = error == LBR_OK ? LBR_STORE_DONE : LBR_STORE_UNREACHABLE;
	replying->tell.cause = error == LBR_OK ? LBR_STORE_FINE : LBR_STORE_BROKEN;
	return LBR_OK;
}

static enum lbr_error serve_one(struct lbr_replying *replying, int fd, struct lbr_frame *frame)
{
	enum lbr_error error = lbr_frame_receive(fd, frame, replying->alone != NULL ? LBR_STORE_COMMIT_MS : IDLE_MS);

	if (error == LBR_OK)
		error = lbr_store_ask_get(frame, &replying->ask);
	if (error != LBR_OK)
		return error;
	lbr_reply(replying);
	if (replying->page != NULL)
		error = send_page(replying, fd, frame);
	PQclear(replying->page);
	replying->page = NULL;
	return error == LBR_OK ? send_tell(fd, frame, &replying->tell) : error;
}

void *lbr_client_serve(void *context)
{
	struct lbr_client_of_store *client = context;
	struct lbr_replying *replying = calloc(1, sizeof(*replying));
	struct lbr_frame *frame = calloc(1, sizeof(*frame));
	enum lbr_error error = replying != NULL && frame != NULL ? LBR_OK : LBR_ERR_MEMORY;

	if (error == LBR_OK)
		replying->pool = client->pool;
	while (error == LBR_OK)
		error = serve_one(replying, client->fd, frame);
	if (replying != NULL)
		lbr_reply_end(replying);
	free(replying);
	free(frame);
	(void)close(client->fd);
	free(client);
	return NULL;
}
