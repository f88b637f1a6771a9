/* The agent's end of a dialogue, by hand: what it is to say is in the socket before the client asks, so nobody waits. The clock is
 * the test's own; each look at it takes `clock_step_ms`. */
#ifndef TESTS_CLIENT_PEER_H
#define TESTS_CLIENT_PEER_H

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/client.h>
#include <liberations/monotonic.h>

#include "support/check_main.h"

#define PEER_WAIT_MS 20000

static int64_t clock_ms = 1000000, clock_step_ms;

int64_t lbr_monotonic_ms(void)
{
	return clock_ms += clock_step_ms;
}

static inline int peer_make(struct lbr_client *client)
{
	int peer;

	lbr_client_init(client);
	ck_assert_int_eq(lbr_client_pair(client, &peer), 0);
	return peer;
}

static inline void peer_send(int peer, struct lbr_frame *frame)
{
	ck_assert_int_eq(lbr_frame_send(peer, frame, PEER_WAIT_MS), LBR_OK);
}

static inline void peer_say(int peer, bool error, const char *text)
{
	static struct lbr_frame frame;
	static struct lbr_say say;

	say.error = error;
	strncpy(say.text, text, sizeof(say.text) - 1);
	ck_assert_int_eq(lbr_wire_put_say(&frame, &say), LBR_OK);
	peer_send(peer, &frame);
}

static inline void peer_ask(int peer, enum lbr_ask_purpose purpose, bool echo, const char *text)
{
	static struct lbr_frame frame;
	static struct lbr_ask ask;

	ask.purpose = purpose;
	ask.echo = echo;
	strncpy(ask.text, text, sizeof(ask.text) - 1);
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_OK);
	peer_send(peer, &frame);
}

static inline void peer_reply(int peer, enum lbr_status status, uint64_t serial)
{
	static struct lbr_frame frame;
	struct lbr_reply reply = {.status = status, .serial = serial, .changed = true};

	ck_assert_int_eq(lbr_secret_set(&reply.old_password, "out of force", 12), LBR_OK);
	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
	peer_send(peer, &frame);
}

static inline void peer_welcome(int peer, uint64_t version)
{
	static struct lbr_frame frame;
	struct lbr_welcome welcome = {.version = version};

	ck_assert_int_eq(lbr_wire_put_welcome(&frame, &welcome), LBR_OK);
	peer_send(peer, &frame);
}

/* What the client sent. */
static inline void peer_receive(int peer, struct lbr_frame *frame)
{
	ck_assert_int_eq(lbr_frame_receive(peer, frame, PEER_WAIT_MS), LBR_OK);
}

static inline bool is_zero(const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	while (len > 0 && *at == 0) {
		at++;
		len--;
	}
	return len == 0;
}

#endif
