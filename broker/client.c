/* One program that asks. Read client.h first. */
#include "client.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/monotonic.h>
#include <liberations/wait.h>

#include "clients.h"
#include "reply.h"
#include "statements.h"

#define IDLE_MS 3600000 /* an agent lives as long as its dialogue */

struct lbr_client_of_store {
	struct lbr_db_pool *pool;
	int                 fd, place;
};

struct lbr_client_of_store *lbr_client_of_store(struct lbr_db_pool *pool, int fd, int place)
{
	struct lbr_client_of_store *client = malloc(sizeof(*client));

	if (client != NULL)
		*client = (struct lbr_client_of_store){pool, fd, place};
	return client;
}

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

/* A question may be long in coming, but then it comes at once; and no row stays locked for one. */
static enum lbr_error hear(const struct lbr_replying *replying, int fd, struct lbr_frame *frame)
{
	bool alone = replying->alone != NULL;
	enum lbr_error error = lbr_wait_for(fd, POLLIN, lbr_monotonic_ms() + (alone ? LBR_STORE_COMMIT_MS : IDLE_MS));

	return error == LBR_OK ? lbr_frame_receive(fd, frame, alone ? LBR_STORE_COMMIT_MS : LBR_MACHINE_WAIT_MS) : error;
}

static enum lbr_error send_facts(struct lbr_replying *replying, int fd, struct lbr_frame *frame)
{
	struct lbr_store_tell *fact = calloc(1, sizeof(*fact));
	enum lbr_error error = fact != NULL ? LBR_OK : LBR_ERR_MEMORY;
	size_t at;

	for (at = 0; error == LBR_OK && at < replying->facts.count; at++) {
		fact->serial = replying->ask.serial;
		fact->result = LBR_STORE_MORE;
		memcpy(fact->name, replying->facts.list[at].name, sizeof(replying->facts.list[at].name));
		memcpy(fact->detail, replying->facts.list[at].value, sizeof(replying->facts.list[at].value));
		error = send_tell(fd, frame, fact);
	}
	free(fact);
	lbr_facts_end(&replying->facts);
	return error;
}

static enum lbr_error serve_one(struct lbr_replying *replying, int fd, struct lbr_frame *frame)
{
	enum lbr_error error = hear(replying, fd, frame);

	if (error == LBR_OK)
		error = lbr_store_ask_get(frame, &replying->ask);
	if (error != LBR_OK)
		return error;
	lbr_reply(replying);
	if (replying->page != NULL)
		error = send_page(replying, fd, frame);
	PQclear(replying->page);
	replying->page = NULL;
	if (error == LBR_OK && replying->facts.count > 0)
		error = send_facts(replying, fd, frame);
	return error == LBR_OK ? send_tell(fd, frame, &replying->tell) : error;
}

void *lbr_client_serve(void *context)
{
	struct lbr_client_of_store *client = context;
	struct lbr_replying *replying = calloc(1, sizeof(*replying));
	struct lbr_frame *frame = calloc(1, sizeof(*frame));
	enum lbr_error error = replying != NULL && frame != NULL ? LBR_OK : LBR_ERR_MEMORY;

	if (error == LBR_OK)
		lbr_reply_begin(replying, client->pool);
	while (error == LBR_OK)
		error = serve_one(replying, client->fd, frame);
	if (replying != NULL && replying->pool != NULL)
		lbr_reply_end(replying);
	if (frame != NULL)
		lbr_frame_wipe(frame);
	free(replying);
	free(frame);
	if (client->place >= 0)
		lbr_clients_leave(client->place);
	free(client);
	return NULL;
}
