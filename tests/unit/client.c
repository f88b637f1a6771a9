/* A request of the client, against an agent by hand. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/client_peer.h"

/* The person: keeps what was shown, and answers. */
struct person {
	struct lbr_client *client;
	const char        *answer;
	bool               refuses, agent_goes;
	int64_t            takes_ms; /* for each question and each text */
	unsigned           said, complaints, asked;
	bool               echo, found_wiped;
	enum lbr_ask_purpose purpose;
	char               last[64];
};

/* While the person thinks, only what they see is left: no frame, and no answer to an earlier question. */
static void see(struct person *one, const char *text)
{
	const struct lbr_client *seen = one->client;

	one->found_wiped = one->found_wiped && is_zero(&seen->frame, sizeof(seen->frame)) &&
	                   is_zero(&seen->answer, sizeof(seen->answer));
	clock_ms += one->takes_ms;
	snprintf(one->last, sizeof(one->last), "%s", text);
}

static struct lbr_client client;
static struct lbr_reply reply;
static struct person person;
static int peer;

static bool ask(void *context, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret)
{
	struct person *one = context;

	see(one, text);
	one->asked++;
	one->purpose = purpose;
	one->echo = echo;
	ck_assert_uint_eq(ret->len, 0);
	ck_assert_int_eq(lbr_secret_set(ret, one->answer, strlen(one->answer)), LBR_OK);
	if (one->agent_goes)
		shutdown(peer, SHUT_RDWR);
	return !one->refuses;
}

static void say(void *context, bool error, const char *text)
{
	struct person *one = context;

	see(one, text);
	one->said++;
	one->complaints += error;
}

static void set_up(void)
{
	clock_step_ms = 0;
	peer = peer_make(&client);
	person = (struct person){.client = &client, .answer = "an answer", .found_wiped = true};
	memset(&reply, 0x5a, sizeof(reply));
}

static void tear_down(void)
{
	lbr_client_close(&client);
	close(peer);
}

/* In every case nothing that crossed is left behind. */
static enum lbr_error request(void)
{
	const struct lbr_client_callbacks callbacks = {.ask = ask, .say = say, .context = &person};
	struct lbr_request wanted = {.kind = LBR_REQUEST_CHANGE, .serial = 77, .user = "alice"};
	enum lbr_error error;

	ck_assert_int_eq(lbr_secret_set(&wanted.password, "a password", 10), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&wanted.code, "123456", 6), LBR_OK);
	error = lbr_client_request(&client, &wanted, &callbacks, &reply);
	ck_assert(is_zero(&client.frame, sizeof(client.frame)));
	ck_assert(is_zero(&client.answer, sizeof(client.answer)));
	ck_assert(is_zero(&client.heard, sizeof(client.heard)));
	ck_assert(person.found_wiped);
	if (error != LBR_OK)
		ck_assert(is_zero(&reply, sizeof(reply)));
	return error;
}

static void expect_request(uint64_t serial)
{
	static struct lbr_frame frame;
	struct lbr_request got;

	peer_receive(peer, &frame);
	ck_assert_int_eq(lbr_wire_get_request(&frame, &got), LBR_OK);
	ck_assert_int_eq(got.kind, LBR_REQUEST_CHANGE);
	ck_assert_str_eq(got.user, "alice");
	ck_assert_str_eq(got.password.bytes, "a password");
	ck_assert_uint_eq(got.serial, serial);
}

static void expect_answer(bool given, const char *text)
{
	static struct lbr_frame frame;
	struct lbr_answer got;

	peer_receive(peer, &frame);
	ck_assert_int_eq(lbr_wire_get_answer(&frame, &got), LBR_OK);
	ck_assert_int_eq(got.given, given);
	ck_assert_str_eq(got.text.bytes, text);
}

START_TEST(texts_and_questions_reach_the_person_and_the_reply_the_caller)
{
	peer_say(peer, false, "one");
	peer_say(peer, true, "two");
	peer_ask(peer, LBR_ASK_CODE, true, "the code? ");
	peer_reply(peer, LBR_STATUS_ALLOW, 1);
	ck_assert_int_eq(request(), LBR_OK);
	ck_assert_int_eq(reply.status, LBR_STATUS_ALLOW);
	ck_assert(reply.changed);
	ck_assert_str_eq(reply.old_password.bytes, "out of force");
	ck_assert_uint_eq(person.said, 2);
	ck_assert_uint_eq(person.complaints, 1);
	ck_assert_uint_eq(person.asked, 1);
	ck_assert_int_eq(person.purpose, LBR_ASK_CODE);
	ck_assert(person.echo);
	ck_assert_str_eq(person.last, "the code? ");
	expect_request(1);
	expect_answer(true, "an answer");
}
END_TEST

START_TEST(requests_of_a_connection_are_numbered)
{
	peer_reply(peer, LBR_STATUS_DENY, 1);
	peer_reply(peer, LBR_STATUS_EXPIRED, 2);
	ck_assert_int_eq(request(), LBR_OK);
	ck_assert_int_eq(reply.status, LBR_STATUS_DENY);
	ck_assert_int_eq(request(), LBR_OK);
	ck_assert_int_eq(reply.status, LBR_STATUS_EXPIRED);
	expect_request(1);
	expect_request(2);
}
END_TEST

START_TEST(an_answer_that_is_not_given_carries_nothing)
{
	person.refuses = true;
	peer_ask(peer, LBR_ASK_OLD_PASSWORD, false, "? ");
	peer_reply(peer, LBR_STATUS_CONVERSATION, 1);
	ck_assert_int_eq(request(), LBR_OK);
	ck_assert_int_eq(reply.status, LBR_STATUS_CONVERSATION);
	expect_request(1);
	expect_answer(false, "");
}
END_TEST

START_TEST(a_reply_to_another_request_is_none)
{
	static const uint64_t serials[] = {0, 2, 77, UINT64_MAX};

	peer_reply(peer, LBR_STATUS_ALLOW, serials[_i]);
	ck_assert_int_eq(request(), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(what_is_no_text_question_or_reply_breaks_the_protocol)
{
	static const unsigned char strange[][12] = {
		{0, 0, 0, 4, 'S', 9, 9, 9}, {0, 0, 0, 4, 'Q', 9, 9, 9}, {0, 0, 0, 4, 'V', 9, 9, 9}, {0, 0, 0, 1, 'x'},
		{0xff, 0xff, 0xff, 0xff, 'V'}, {0, 0, 0, 0, 0, 0, 0, 0},
	};

	if (_i == 0)
		peer_welcome(peer, LBR_WIRE_VERSION);
	else
		ck_assert_int_eq(send(peer, strange[_i - 1], sizeof(strange[0]), MSG_NOSIGNAL), sizeof(strange[0]));
	ck_assert_int_eq(request(), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(an_agent_that_goes_is_absent)
{
	if (_i == 0) {
		shutdown(peer, SHUT_RDWR);
	} else if (_i == 1) { /* in the middle of a frame */
		ck_assert_int_eq(send(peer, "\0\0\0\7V", 5, MSG_NOSIGNAL), 5);
		shutdown(peer, SHUT_WR);
	} else {
		person.agent_goes = true;
		peer_ask(peer, LBR_ASK_CODE, false, "? ");
	}
	ck_assert_int_eq(request(), LBR_ERR_ABSENT);
	ck_assert_uint_eq(person.asked, _i == 2);
}
END_TEST

START_TEST(a_silent_agent_is_busy_when_the_wait_is_over)
{
	client.wait_ms = 20;
	ck_assert_int_eq(request(), LBR_ERR_BUSY);
	expect_request(1);
}
END_TEST

START_TEST(the_last_frame_that_is_allowed_is_the_reply)
{
	unsigned i;

	for (i = 0; i < LBR_CLIENT_FRAMES_MAX - 1; i++)
		peer_say(peer, false, "more");
	peer_reply(peer, LBR_STATUS_ALLOW, 1);
	ck_assert_int_eq(request(), LBR_OK);
	ck_assert_uint_eq(person.said, LBR_CLIENT_FRAMES_MAX - 1);
}
END_TEST

START_TEST(too_many_frames_end_a_request)
{
	unsigned i;

	for (i = 0; i < LBR_CLIENT_FRAMES_MAX; i++)
		peer_say(peer, false, "more");
	peer_reply(peer, LBR_STATUS_ALLOW, 1);
	ck_assert_int_eq(request(), LBR_ERR_RANGE);
	ck_assert_uint_eq(person.said, LBR_CLIENT_FRAMES_MAX);
}
END_TEST

/* A frame costs a few looks at the clock: 30 fit into the wait, and 100 do not. */
#define SOME_TEXTS 30
#define MANY_TEXTS 100
#define STEP_MS 10
#define SHORT_WAIT_MS (SOME_TEXTS * 6 * STEP_MS)

static void say_some(unsigned count)
{
	for (; count > 0; count--)
		peer_say(peer, false, "encore");
}

START_TEST(texts_do_not_renew_the_wait)
{
	say_some(MANY_TEXTS);
	peer_reply(peer, LBR_STATUS_ALLOW, 1);
	client.wait_ms = SHORT_WAIT_MS;
	clock_step_ms = STEP_MS;
	ck_assert_int_eq(request(), LBR_ERR_BUSY);
	ck_assert_uint_ge(person.said, SOME_TEXTS);
	ck_assert_uint_lt(person.said, MANY_TEXTS);
}
END_TEST

START_TEST(an_answer_renews_the_wait)
{
	unsigned i;

	for (i = 0; i < MANY_TEXTS / SOME_TEXTS; i++) {
		say_some(SOME_TEXTS);
		peer_ask(peer, LBR_ASK_CODE, false, "? ");
	}
	say_some(SOME_TEXTS);
	peer_reply(peer, LBR_STATUS_ALLOW, 1);
	client.wait_ms = SHORT_WAIT_MS;
	clock_step_ms = STEP_MS;
	ck_assert_int_eq(request(), LBR_OK);
	ck_assert_uint_gt(person.said, MANY_TEXTS);
}
END_TEST

START_TEST(a_person_may_take_as_long_as_they_want)
{
	person.takes_ms = 36000000;
	peer_say(peer, false, "read this");
	peer_ask(peer, LBR_ASK_CODE, false, "? ");
	peer_say(peer, false, "and that");
	peer_reply(peer, LBR_STATUS_ALLOW, 1);
	ck_assert_int_eq(request(), LBR_OK);
	expect_request(1);
	expect_answer(true, "an answer");
}
END_TEST

START_TEST(a_request_that_does_not_fit_is_not_sent)
{
	const struct lbr_client_callbacks callbacks = {.ask = ask, .say = say, .context = &person};
	struct lbr_request wanted = {.kind = LBR_REQUEST_CHANGE};
	char byte;

	memset(wanted.user, 'a', sizeof(wanted.user));
	ck_assert_int_eq(lbr_client_request(&client, &wanted, &callbacks, &reply), LBR_ERR_RANGE);
	ck_assert(is_zero(&reply, sizeof(reply)));
	ck_assert_int_eq(recv(peer, &byte, 1, MSG_DONTWAIT), -1);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("client");
	TCase *one = tcase_create("client");

	tcase_add_checked_fixture(one, set_up, tear_down);
	tcase_add_test(one, texts_and_questions_reach_the_person_and_the_reply_the_caller);
	tcase_add_test(one, requests_of_a_connection_are_numbered);
	tcase_add_test(one, an_answer_that_is_not_given_carries_nothing);
	tcase_add_loop_test(one, a_reply_to_another_request_is_none, 0, 4);
	tcase_add_loop_test(one, what_is_no_text_question_or_reply_breaks_the_protocol, 0, 7);
	tcase_add_loop_test(one, an_agent_that_goes_is_absent, 0, 3);
	tcase_add_test(one, a_silent_agent_is_busy_when_the_wait_is_over);
	tcase_add_test(one, the_last_frame_that_is_allowed_is_the_reply);
	tcase_add_test(one, too_many_frames_end_a_request);
	tcase_add_test(one, texts_do_not_renew_the_wait);
	tcase_add_test(one, an_answer_renews_the_wait);
	tcase_add_test(one, a_person_may_take_as_long_as_they_want);
	tcase_add_test(one, a_request_that_does_not_fit_is_not_sent);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
