/* The dialogue in steps: frames as they come, in any pieces, and nothing out of turn. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <liberations/big_endian.h>
#include <liberations/client_steps.h>

#include "support/check_main.h"

static struct lbr_steps steps;
static struct lbr_heard heard;
static struct lbr_frame frame;
static int agent;

static void set_up(void)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	lbr_steps_open(&steps);
	steps.fd = pair[0];
	agent = pair[1];
}

static void tear_down(void)
{
	lbr_steps_close(&steps);
	ck_assert_int_eq(steps.fd, -1);
	close(agent);
}

/* The bytes of the frame, as the agent would send them. */
static size_t bytes_of(unsigned char *ret)
{
	lbr_big_endian_put(ret, 4, frame.len);
	memcpy(ret + 4, frame.bytes, frame.len);
	return frame.len + 4;
}

static void say(void)
{
	unsigned char bytes[LBR_FRAME_MAX + 4];
	size_t len = bytes_of(bytes);

	ck_assert_int_eq(send(agent, bytes, len, 0), (ssize_t)len);
}

static void greet(void)
{
	struct lbr_hello hello = {.language = LBR_LANGUAGE_FR, .service = "portal"}, got;
	struct lbr_welcome welcome = {.version = LBR_WIRE_VERSION};

	ck_assert_int_eq(lbr_steps_greet(&steps, &hello), LBR_OK);
	ck_assert_int_eq(lbr_frame_receive(agent, &frame, 1000), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_hello(&frame, &got), LBR_OK);
	ck_assert(got.version == LBR_WIRE_VERSION && strcmp(got.service, "portal") == 0);
	ck_assert_int_eq(lbr_wire_put_welcome(&frame, &welcome), LBR_OK);
	say();
}

static void request(uint64_t serial)
{
	struct lbr_request request = {.kind = LBR_REQUEST_AUTHENTICATE, .user = "alice", .answered = true}, got;

	ck_assert_int_eq(lbr_steps_request(&steps, &request), LBR_OK);
	ck_assert_int_eq(lbr_frame_receive(agent, &frame, 1000), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_request(&frame, &got), LBR_OK);
	ck_assert_uint_eq(got.serial, serial);
	ck_assert_str_eq(got.user, "alice");
}

static void reply(enum lbr_status status, uint64_t serial)
{
	struct lbr_reply reply = {.status = status, .serial = serial};

	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
	say();
}

static void ask(enum lbr_ask_purpose purpose)
{
	struct lbr_ask ask = {.purpose = purpose, .text = "code"};

	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_OK);
	say();
}

START_TEST(a_dialogue_in_steps)
{
	struct lbr_answer answer = {.given = true}, got;

	greet();
	request(1);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_BUSY);
	ask(LBR_ASK_CODE);
	reply(LBR_STATUS_ALLOW, 1);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
	ck_assert(heard.type == LBR_FRAME_ASK && heard.ask.purpose == LBR_ASK_CODE && strcmp(heard.ask.text, "code") == 0);
	ck_assert_int_eq(lbr_secret_set(&answer.text, "123456", 6), LBR_OK);
	ck_assert_int_eq(lbr_steps_answer(&steps, &answer), LBR_OK);
	ck_assert_int_eq(lbr_frame_receive(agent, &frame, 1000), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_answer(&frame, &got), LBR_OK);
	ck_assert_str_eq(got.text.bytes, "123456");
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
	ck_assert(heard.type == LBR_FRAME_REPLY && heard.reply.status == LBR_STATUS_ALLOW);
	ck_assert_int_eq(lbr_steps_answer(&steps, &answer), LBR_ERR_RANGE);
	request(2);
	reply(LBR_STATUS_ALLOW, 2);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_BUSY);
}
END_TEST

/* What a page needs besides: the facts of a question and of a reply, more time, a standing. */
START_TEST(facts_time_and_standings_in_steps)
{
	static struct lbr_ask page = {.purpose = LBR_ASK_CODE, .text = "code", .structured = true, .uri = "otpauth://x"};
	struct lbr_reply reply = {.status = LBR_STATUS_ALLOW, .serial = 1, .has_facts = true,
	                                .facts = {.standing = "fifteen and NUL"}};
	struct lbr_answer later = {.later = true};
	struct lbr_request standing = {.kind = LBR_REQUEST_STANDING, .user = "alice"}, got;
	struct lbr_answer answered;

	greet();
	request(1);
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &page), LBR_OK);
	say();
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
	ck_assert(heard.ask.structured && strcmp(heard.ask.uri, "otpauth://x") == 0);
	ck_assert_int_eq(lbr_steps_answer(&steps, &later), LBR_OK);
	ck_assert_int_eq(lbr_frame_receive(agent, &frame, 1000), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_answer(&frame, &answered), LBR_OK);
	ck_assert(answered.later && !answered.given);
	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
	say();
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
	ck_assert(heard.reply.has_facts);
	memcpy(standing.standing, heard.reply.facts.standing, sizeof(standing.standing));
	ck_assert_int_eq(lbr_steps_request(&steps, &standing), LBR_OK);
	ck_assert_int_eq(lbr_frame_receive(agent, &frame, 1000), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_request(&frame, &got), LBR_OK);
	ck_assert(got.kind == LBR_REQUEST_STANDING && memcmp(got.standing, "fifteen and NUL", sizeof(got.standing)) == 0);
}
END_TEST

START_TEST(frames_arrive_in_any_pieces)
{
	unsigned char bytes[LBR_FRAME_MAX + 4];
	struct lbr_reply allowed = {.status = LBR_STATUS_ALLOW, .serial = 1};
	size_t len, at;

	greet();
	request(1);
	ck_assert_int_eq(lbr_wire_put_reply(&frame, &allowed), LBR_OK);
	len = bytes_of(bytes);
	for (at = 0; at < len; at++) {
		ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_BUSY);
		ck_assert_int_eq(heard.type, 0);
		ck_assert_int_eq(send(agent, bytes + at, 1, 0), 1);
	}
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
	ck_assert_int_eq(heard.reply.status, LBR_STATUS_ALLOW);
}
END_TEST

START_TEST(what_is_out_of_turn_breaks_the_protocol)
{
	struct lbr_request second = {.kind = LBR_REQUEST_ACCOUNT};

	greet();
	request(1);
	ck_assert_int_eq(lbr_steps_request(&steps, &second), LBR_ERR_RANGE);
	second.kind = LBR_REQUEST_STANDING;
	ck_assert_int_eq(lbr_steps_request(&steps, &second), LBR_ERR_RANGE);
	reply(LBR_STATUS_ALLOW, 2);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
	ck_assert_int_eq(heard.reply.status, LBR_STATUS_DENY);
}
END_TEST

START_TEST(standings_of_several_accounts_are_answered_in_order)
{
	struct lbr_request standing = {.kind = LBR_REQUEST_STANDING, .user = "alice"};
	unsigned at;

	greet();
	for (at = 0; at < LBR_STEPS_WAITING_MAX; at++)
		ck_assert_int_eq(lbr_steps_request(&steps, &standing), LBR_OK);
	ck_assert_int_eq(lbr_steps_request(&steps, &standing), LBR_ERR_RANGE);
	for (at = 1; at <= LBR_STEPS_WAITING_MAX; at++) {
		reply(at % 2 != 0 ? LBR_STATUS_ALLOW : LBR_STATUS_DENY, at);
		ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_OK);
		ck_assert_int_eq(heard.reply.status, at % 2 != 0 ? LBR_STATUS_ALLOW : LBR_STATUS_DENY);
	}
	reply(LBR_STATUS_ALLOW, at);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(a_standing_is_no_other_request_and_has_its_turn)
{
	struct lbr_request standing = {.kind = LBR_REQUEST_STANDING, .user = "alice"}, other = {.kind = LBR_REQUEST_ACCOUNT};

	greet();
	ck_assert_int_eq(lbr_steps_request(&steps, &standing), LBR_OK);
	ck_assert_int_eq(lbr_steps_request(&steps, &other), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_steps_request(&steps, &standing), LBR_OK);
	reply(LBR_STATUS_ALLOW, 2);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
	ck_assert_int_eq(heard.reply.status, LBR_STATUS_DENY);
	lbr_steps_close(&steps);
}
END_TEST

START_TEST(a_yes_that_nobody_asked_for_is_none)
{
	greet();
	reply(LBR_STATUS_ALLOW, 0);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
	ck_assert_int_eq(heard.reply.status, LBR_STATUS_DENY);
}
END_TEST

START_TEST(a_reply_before_the_greeting_is_none)
{
	request(1);
	reply(LBR_STATUS_ALLOW, 1);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(another_version_is_refused)
{
	struct lbr_welcome welcome = {.version = LBR_WIRE_VERSION + 1};

	ck_assert_int_eq(lbr_wire_put_welcome(&frame, &welcome), LBR_OK);
	say();
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(a_length_that_no_frame_has_is_refused)
{
	static const unsigned char words[][4] = {{0, 0, 0, 0}, {0, 0, 0x40, 1}, {0xff, 0xff, 0xff, 0xff}};

	ck_assert_int_eq(send(agent, words[_i], 4, 0), 4);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(an_agent_that_hangs_up_is_absent)
{
	greet();
	request(1);
	ck_assert_int_eq(shutdown(agent, SHUT_RDWR), 0);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_ABSENT);
	lbr_steps_close(&steps);
	ck_assert_int_eq(lbr_steps_next(&steps, &heard), LBR_ERR_ABSENT);
}
END_TEST

/* It must not stop a loop in which others wait. */
START_TEST(an_agent_that_does_not_read_is_busy_at_once)
{
	struct lbr_answer answer = {.given = true};
	enum lbr_error error = LBR_OK;
	unsigned times;

	greet();
	request(1);
	answer.text.len = LBR_SECRET_MAX;
	memset(answer.text.bytes, 'a', LBR_SECRET_MAX);
	for (times = 0; error == LBR_OK && times < 10000; times++)
		error = lbr_steps_answer(&steps, &answer);
	ck_assert_int_eq(error, LBR_ERR_BUSY);
}
END_TEST

START_TEST(a_socket_that_is_not_there_is_an_errno)
{
	struct lbr_steps other;

	lbr_steps_open(&other);
	ck_assert_int_ne(lbr_steps_connect(&other, "/nonexistent/verify.sock"), 0);
	ck_assert_int_eq(other.fd, -1);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("client_steps");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_dialogue_in_steps);
	tcase_add_test(tests, facts_time_and_standings_in_steps);
	tcase_add_test(tests, frames_arrive_in_any_pieces);
	tcase_add_test(tests, what_is_out_of_turn_breaks_the_protocol);
	tcase_add_test(tests, standings_of_several_accounts_are_answered_in_order);
	tcase_add_test(tests, a_standing_is_no_other_request_and_has_its_turn);
	tcase_add_test(tests, a_yes_that_nobody_asked_for_is_none);
	tcase_add_test(tests, a_reply_before_the_greeting_is_none);
	tcase_add_test(tests, another_version_is_refused);
	tcase_add_loop_test(tests, a_length_that_no_frame_has_is_refused, 0, 3);
	tcase_add_test(tests, an_agent_that_hangs_up_is_absent);
	tcase_add_test(tests, an_agent_that_does_not_read_is_busy_at_once);
	tcase_add_test(tests, a_socket_that_is_not_there_is_an_errno);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
