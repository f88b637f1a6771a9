/* An agent that misbehaves. Which way, the service's name says: "fake-MODE". It knows the codec and nothing else. */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/wire.h>

#define SOCKET 3
#define WAIT_MS 20000

static struct lbr_hello hello;
static struct lbr_request request;
static struct lbr_frame frame;

static bool mode_is(const char *mode)
{
	return strncmp(hello.service, "fake-", 5) == 0 && strcmp(hello.service + 5, mode) == 0;
}

static void send_raw(const void *bytes, size_t len)
{
	if (send(SOCKET, bytes, len, MSG_NOSIGNAL) < 0)
		_exit(1);
}

static void send_frame(void)
{
	if (lbr_frame_send(SOCKET, &frame, WAIT_MS) != LBR_OK)
		_exit(1);
}

static void send_reply(uint64_t result, uint64_t serial)
{
	struct lbr_reply reply = {.status = (enum lbr_status)result, .serial = serial};

	lbr_wire_put_reply(&frame, &reply);
	send_frame();
}

static void welcome(uint64_t version)
{
	struct lbr_welcome message = {.version = version};

	lbr_wire_put_welcome(&frame, &message);
	send_frame();
}

/* One byte every 0.4 s: a deadline for each byte would wait for all of them. */
static void trickle(void)
{
	static const unsigned char bytes[] = {0, 0, 0, 60, 'W', 1, 0, 8};
	size_t i;

	for (i = 0; i < 60; i++) {
		send_raw(&bytes[i % sizeof(bytes)], 1);
		usleep(400000);
	}
}

static void chatter(void)
{
	struct lbr_say say = {.error = false, .text = "encore"};

	for (;;) {
		lbr_wire_put_say(&frame, &say);
		send_frame();
	}
}

static void ask(enum lbr_ask_purpose purpose)
{
	struct lbr_ask message = {.purpose = purpose, .text = "? "};

	lbr_wire_put_ask(&frame, &message);
	send_frame();
}

static void misgreet(void)
{
	static const unsigned char huge[] = {0xff, 0xff, 0xff, 0xff, 'W'};
	static const unsigned char zero[4] = {0};
	static const char garbage[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

	if (mode_is("silent"))
		pause();
	if (mode_is("garbage"))
		send_raw(garbage, sizeof(garbage));
	if (mode_is("huge"))
		send_raw(huge, sizeof(huge));
	if (mode_is("zero"))
		send_raw(zero, sizeof(zero));
	if (mode_is("trickle"))
		trickle();
	if (mode_is("rash"))
		send_reply(LBR_STATUS_ALLOW, 1);
	if (mode_is("future"))
		welcome(9);
	else
		welcome(LBR_WIRE_VERSION);
}

static void misjudge(void)
{
	static const unsigned char cut[] = {0, 0, 0, 46, 'V', 1, 0, 8, 0, 0, 0, 0};

	if (mode_is("mute"))
		pause();
	if (mode_is("gone"))
		_exit(0);
	if (mode_is("killed"))
		raise(SIGKILL);
	if (mode_is("chatty"))
		chatter();
	if (mode_is("cut"))
		send_raw(cut, sizeof(cut));
	else if (mode_is("wrong-serial"))
		send_reply(LBR_STATUS_ALLOW, request.serial + 1);
	else if (mode_is("bit"))
		send_reply(LBR_STATUS_ALLOW ^ 1, request.serial);
	else if (mode_is("one"))
		send_reply(1, request.serial);
	else if (mode_is("echo"))
		welcome(LBR_WIRE_VERSION);
	else if (mode_is("ask-gone"))
		ask(LBR_ASK_CODE);
	else if (mode_is("allow"))
		send_reply(LBR_STATUS_ALLOW, request.serial);
	else
		send_reply(LBR_STATUS_DENY, request.serial);
	if (mode_is("ask-gone") || mode_is("cut"))
		_exit(0);
}

int main(void)
{
	if (lbr_frame_receive(SOCKET, &frame, WAIT_MS) != LBR_OK || lbr_wire_get_hello(&frame, &hello) != LBR_OK)
		return 1;
	alarm(30); /* nothing may stay behind */
	misgreet();
	while (lbr_frame_receive(SOCKET, &frame, WAIT_MS) == LBR_OK) {
		if (lbr_wire_get_request(&frame, &request) != LBR_OK)
			return 1;
		misjudge();
	}
	return 0;
}
