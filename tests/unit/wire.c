/* The dialogue's codec: what goes in comes out; whatever is bent is refused; frames keep their bounds on a real socket. */
#include "support/check_main.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/wire.h>

static struct lbr_frame frame;

static struct lbr_request a_request(void)
{
	struct lbr_request request = {.kind = LBR_REQUEST_CHANGE, .serial = 7, .prelim = true, .one_answer = true};

	(void)snprintf(request.user, sizeof(request.user), "alice");
	ck_assert_int_eq(lbr_secret_set(&request.password, "correct horse", 13), LBR_OK);
	ck_assert_int_eq(lbr_secret_set(&request.code, "123456", 6), LBR_OK);
	return request;
}

START_TEST(every_message_comes_out_as_it_went_in)
{
	struct lbr_hello hello = {.version = LBR_WIRE_VERSION, .real_uid = 1001,
	                          .system_user = LBR_SYSTEM_USER_THERE, .system_uid = UINT32_MAX, .factors = LBR_FACTORS_TOKEN, .entry = LBR_ENTRY_COMBINED,
	                          .qr = LBR_QR_ASCII, .language = LBR_LANGUAGE_FR, .publickey = true, .service = "sshd",
	                          .rhost = "2001:db8::1", .tty = "ssh"}, hello_out;
	struct lbr_request request = a_request(), request_out;
	struct lbr_reply reply = {.status = LBR_STATUS_ALLOW, .serial = 9, .password_len = 20, .changed = true,
	                                   .old_password = {.len = 3, .bytes = "old"}}, reply_out;
	static struct lbr_ask ask, ask_out;

	ck_assert_int_eq(lbr_wire_put_hello(&frame, &hello), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_hello(&frame, &hello_out), LBR_OK);
	ck_assert_int_eq(hello_out.factors, LBR_FACTORS_TOKEN);
	ck_assert_int_eq(hello_out.entry, LBR_ENTRY_COMBINED);
	ck_assert(hello_out.publickey && hello_out.language == LBR_LANGUAGE_FR);
	ck_assert_str_eq(hello_out.rhost, hello.rhost);
	ck_assert_uint_eq(hello_out.real_uid, 1001);
	ck_assert_uint_eq(hello_out.system_uid, UINT32_MAX);
	ck_assert_int_eq(hello_out.system_user, LBR_SYSTEM_USER_THERE);
	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_request(&frame, &request_out), LBR_OK);
	ck_assert(request_out.prelim && request_out.one_answer && !request_out.silent && request_out.serial == 7);
	ck_assert(lbr_secret_equal(&request.password, &request_out.password));
	ck_assert(lbr_secret_equal(&request.code, &request_out.code));
	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_reply(&frame, &reply_out), LBR_OK);
	ck_assert(reply_out.status == LBR_STATUS_ALLOW && reply_out.changed && reply_out.password_len == 20);
	ck_assert(reply_out.old_password.len == 3 && strcmp(reply_out.old_password.bytes, "old") == 0);
	ask.purpose = LBR_ASK_CODE;
	memset(ask.text, 'x', sizeof(ask.text) - 1);
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_ask(&frame, &ask_out), LBR_OK);
	ck_assert_str_eq(ask.text, ask_out.text);
}
END_TEST

/* The group at the end of a frame is there for a structured client alone; for any other the frame is the one of version 2. */
static size_t end_of_plain(const void *message, enum lbr_error (*write)(struct lbr_frame *, const void *))
{
	ck_assert_int_eq(write(&frame, message), LBR_OK);
	return frame.len;
}

static enum lbr_error put_ask(struct lbr_frame *out, const void *message)
{
	return lbr_wire_put_ask(out, message);
}

static enum lbr_error put_say(struct lbr_frame *out, const void *message)
{
	return lbr_wire_put_say(out, message);
}

static enum lbr_error put_reply(struct lbr_frame *out, const void *message)
{
	return lbr_wire_put_reply(out, message);
}

static enum lbr_error put_answer(struct lbr_frame *out, const void *message)
{
	return lbr_wire_put_answer(out, message);
}

static struct lbr_ask a_structured_ask(void)
{
	struct lbr_ask ask = {.purpose = LBR_ASK_CODE, .text = "Token: ", .structured = true, .tries_left = 3,
	                      .uri = "otpauth://totp/x", .key = "ABCD EFGH", .code_count = 2, .codes = {"ABCDE-FGHJK", "second"}};

	return ask;
}

START_TEST(a_question_bears_its_facts)
{
	static struct lbr_ask ask, out;

	ask = a_structured_ask();
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_ask(&frame, &out), LBR_OK);
	ck_assert_mem_eq(&ask, &out, sizeof(ask));
	memset(ask.uri, 'u', sizeof(ask.uri) - 1);
	memset(ask.text, 't', sizeof(ask.text) - 1);
	ask.code_count = LBR_WIRE_CODES;
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_OK); /* the longest fits */
	ask.code_count++;
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_ERR_RANGE);
	ask = a_structured_ask();
	ask.structured = false;
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_OK);
	ck_assert_ptr_null(memmem(frame.bytes, frame.len, "otpauth", 7));
	ck_assert_int_eq(lbr_wire_get_ask(&frame, &out), LBR_OK);
	ck_assert(!out.structured && out.uri[0] == '\0' && out.code_count == 0);
}
END_TEST

START_TEST(a_text_bears_its_word_and_a_reply_its_facts)
{
	struct lbr_reply reply = {.status = LBR_STATUS_ALLOW, .serial = 9, .has_facts = true,
	                          .facts = {.standing = "0123456789abcde", .expires_s = INT64_MAX, .changeable_s = 1,
	                                    .last_sign_in_s = 2, .recovery_left = 10, .language = LBR_LANGUAGE_FR}}, reply_out;
	static struct lbr_say say = {.text = "Wait.", .structured = true, .word = "WAIT", .number = 900}, say_out;

	ck_assert_int_eq(lbr_wire_put_say(&frame, &say), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_say(&frame, &say_out), LBR_OK);
	ck_assert_mem_eq(&say, &say_out, sizeof(say));
	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_reply(&frame, &reply_out), LBR_OK);
	ck_assert(reply_out.has_facts);
	ck_assert_mem_eq(&reply.facts, &reply_out.facts, sizeof(reply.facts));
	reply.facts.expires_s = -1;
	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_ERR_RANGE);
}
END_TEST

START_TEST(a_person_may_ask_for_time_but_not_with_an_answer)
{
	struct lbr_answer later = {.later = true}, out;

	ck_assert_int_eq(lbr_wire_put_answer(&frame, &later), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_answer(&frame, &out), LBR_OK);
	ck_assert(out.later && !out.given);
	frame.bytes[frame.len - 1] = 0; /* said, and not so: there is one way to write each frame */
	ck_assert_int_eq(lbr_wire_get_answer(&frame, &out), LBR_ERR_SYNTAX);
	later.given = true;
	ck_assert_int_eq(lbr_wire_put_answer(&frame, &later), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(a_standing_is_sent_with_its_own_request_alone)
{
	struct lbr_request request = {.kind = LBR_REQUEST_STANDING, .user = "alice", .standing = "0123456789abcde"}, out;
	size_t whole;

	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_OK);
	ck_assert_mem_eq(request.standing, out.standing, sizeof(out.standing));
	whole = frame.len;
	frame.len -= 1;
	ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_ERR_SYNTAX);
	request.kind = LBR_REQUEST_ACCOUNT;
	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	ck_assert_uint_eq(frame.len + 3 + LBR_STANDING_LEN, whole);
	ck_assert_ptr_null(memmem(frame.bytes, frame.len, "0123", 4));
}
END_TEST

/* Cut anywhere but where the frame of version 2 ends, or with a byte behind it, it is none. */
START_TEST(every_truncation_of_a_group_is_refused)
{
	static struct lbr_ask ask, ask_plain = {.purpose = LBR_ASK_CODE, .text = "Token: "};
	static struct lbr_say say = {.text = "Wait.", .structured = true, .word = "WAIT"}, say_plain = {.text = "Wait."};
	static struct lbr_reply reply = {.status = LBR_STATUS_ALLOW, .has_facts = true}, reply_plain = {.status = LBR_STATUS_ALLOW};
	static struct lbr_answer later = {.later = true}, no_answer;
	const struct {
		const void *message, *plain;
		enum lbr_error (*write)(struct lbr_frame *, const void *);
	} all[] = {{&ask, &ask_plain, put_ask}, {&say, &say_plain, put_say}, {&reply, &reply_plain, put_reply},
	           {&later, &no_answer, put_answer}};
	size_t plain, whole;

	ask = a_structured_ask();
	plain = end_of_plain(all[_i].plain, all[_i].write);
	ck_assert_int_eq(all[_i].write(&frame, all[_i].message), LBR_OK);
	whole = frame.len;
	ck_assert_uint_gt(whole, plain);
	for (frame.len = 0; frame.len <= whole + 1; frame.len++) {
		bool wanted = frame.len == plain || frame.len == whole;
		struct lbr_answer answer_out;
		struct lbr_reply reply_out;
		static struct lbr_ask ask_out;
		static struct lbr_say say_out;
		enum lbr_error error = _i == 0 ? lbr_wire_get_ask(&frame, &ask_out) : _i == 1 ? lbr_wire_get_say(&frame, &say_out)
		                     : _i == 2 ? lbr_wire_get_reply(&frame, &reply_out) : lbr_wire_get_answer(&frame, &answer_out);

		ck_assert_int_eq(error, wanted ? LBR_OK : LBR_ERR_SYNTAX);
	}
}
END_TEST

/* Versions 1 and 2 never had it. */
START_TEST(an_older_hello_has_no_structure)
{
	struct lbr_hello hello = {.structured = true}, out;
	size_t len[4];

	for (hello.version = 1; hello.version <= 3; hello.version++) {
		ck_assert_int_eq(lbr_wire_put_hello(&frame, &hello), LBR_OK);
		ck_assert_int_eq(lbr_wire_get_hello(&frame, &out), LBR_OK);
		ck_assert_int_eq(out.structured, hello.version == 3);
		len[hello.version] = frame.len;
	}
	ck_assert_uint_eq(len[2], len[1] + 3 * 11);
	ck_assert_uint_eq(len[3], len[2] + 11);
}
END_TEST

START_TEST(a_text_without_end_is_not_sent)
{
	static struct lbr_ask ask;

	ask.purpose = LBR_ASK_CODE;
	memset(ask.text, 'x', sizeof(ask.text));
	ck_assert_int_eq(lbr_wire_put_ask(&frame, &ask), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_frame_type(&frame), 0);
}
END_TEST

START_TEST(every_truncation_and_every_addition_is_refused)
{
	struct lbr_request request = a_request(), out;
	size_t whole;

	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	whole = frame.len;
	for (frame.len = 0; frame.len < whole; frame.len++) {
		ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_ERR_SYNTAX);
		ck_assert_uint_eq(out.password.len, 0);
	}
	frame.len = whole + 1;
	ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_ERR_SYNTAX);
	frame.len = whole;
	ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_OK);
}
END_TEST

/* No single changed byte may turn any reply into ALLOW. */
START_TEST(no_flipped_byte_makes_a_yes)
{
	int result;

	for (result = LBR_STATUS_DENY; result <= LBR_STATUS_PERHAPS; result++) {
		struct lbr_reply reply = {.status = (enum lbr_status)result, .serial = 3}, out;
		size_t at;
		unsigned value;

		ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
		for (at = 0; at < frame.len; at++)
			for (value = 0; value < 256; value++) {
				struct lbr_frame bent = frame;

				bent.bytes[at] = (unsigned char)value;
				if (lbr_wire_get_reply(&bent, &out) == LBR_OK)
					ck_assert_int_ne(out.status, LBR_STATUS_ALLOW);
				else
					ck_assert_int_eq(out.status, LBR_STATUS_DENY);
			}
	}
}
END_TEST

START_TEST(the_wrong_type_is_refused)
{
	struct lbr_request request = a_request();
	struct lbr_reply out;
	struct lbr_hello hello;

	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	ck_assert_int_eq(lbr_wire_get_reply(&frame, &out), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_wire_get_hello(&frame, &hello), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(a_nul_inside_a_text_or_a_secret_is_refused)
{
	struct lbr_request request = a_request(), out;
	unsigned char *found;

	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	found = memmem(frame.bytes, frame.len, "alice", 5);
	ck_assert_ptr_nonnull(found);
	found[2] = '\0';
	ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	found = memmem(frame.bytes, frame.len, "horse", 5);
	ck_assert_ptr_nonnull(found);
	found[2] = '\0';
	ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_ERR_SYNTAX);
}
END_TEST

static void make_pair(int pair[2])
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
}

START_TEST(frames_cross_a_socket_whole_and_in_order)
{
	struct lbr_request request = a_request(), out;
	int pair[2], i;

	make_pair(pair);
	for (i = 1; i <= 3; i++) {
		request.serial = (uint64_t)i;
		ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
		ck_assert_int_eq(lbr_frame_send(pair[0], &frame, 1000), LBR_OK);
	}
	for (i = 1; i <= 3; i++) {
		ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 1000), LBR_OK);
		ck_assert_int_eq(lbr_wire_get_request(&frame, &out), LBR_OK);
		ck_assert_uint_eq(out.serial, (uint64_t)i);
	}
	close(pair[0]);
	ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 1000), LBR_ERR_ABSENT);
	close(pair[1]);
}
END_TEST

START_TEST(a_silent_peer_a_huge_length_and_a_gone_peer_end_in_an_error)
{
	static const unsigned char huge[] = {0xff, 0xff, 0xff, 0xff, 'V'}, none[] = {0, 0, 0, 0}, half[] = {0, 0, 0, 9, 'V', 1};
	struct lbr_request request = a_request();
	int pair[2];

	make_pair(pair);
	ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 50), LBR_ERR_BUSY);
	ck_assert_int_eq(send(pair[0], huge, sizeof(huge), 0), sizeof(huge));
	ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 50), LBR_ERR_SYNTAX);
	close(pair[0]);
	close(pair[1]);
	make_pair(pair);
	ck_assert_int_eq(send(pair[0], none, sizeof(none), 0), sizeof(none));
	ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 50), LBR_ERR_SYNTAX);
	ck_assert_int_eq(send(pair[0], half, sizeof(half), 0), sizeof(half));
	ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 50), LBR_ERR_BUSY);
	ck_assert_int_eq(lbr_frame_type(&frame), 0);
	close(pair[1]);
	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	ck_assert_int_eq(lbr_frame_send(pair[0], &frame, 50), LBR_ERR_ABSENT); /* and no SIGPIPE */
	close(pair[0]);
}
END_TEST

START_TEST(a_full_socket_ends_within_the_bound)
{
	struct lbr_request request = a_request();
	enum lbr_error error = LBR_OK;
	int pair[2], i;

	make_pair(pair);
	ck_assert_int_eq(lbr_wire_put_request(&frame, &request), LBR_OK);
	for (i = 0; i < 100000 && error == LBR_OK; i++)
		error = lbr_frame_send(pair[0], &frame, 50);
	ck_assert_int_eq(error, LBR_ERR_BUSY);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

static void ignore_it(int number)
{
	(void)number;
}

START_TEST(sec_1_18_signals_do_not_break_a_frame)
{
	struct sigaction action = {.sa_handler = ignore_it};
	struct lbr_request request = a_request();
	int pair[2], i, status;
	pid_t child;

	ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
	make_pair(pair);
	child = fork();
	if (child == 0) {
		for (i = 0; i < 300; i++) {
			struct timespec pause = {0, 100000};

			kill(getppid(), SIGUSR1);
			nanosleep(&pause, NULL);
		}
		lbr_wire_put_request(&frame, &request);
		_exit(lbr_frame_send(pair[0], &frame, 1000) == LBR_OK ? 0 : 1);
	}
	ck_assert_int_eq(lbr_frame_receive(pair[1], &frame, 10000), LBR_OK);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("wire");
	TCase *one = tcase_create("wire");

	tcase_add_test(one, every_message_comes_out_as_it_went_in);
	tcase_add_test(one, a_question_bears_its_facts);
	tcase_add_test(one, a_text_bears_its_word_and_a_reply_its_facts);
	tcase_add_test(one, a_person_may_ask_for_time_but_not_with_an_answer);
	tcase_add_test(one, a_standing_is_sent_with_its_own_request_alone);
	tcase_add_loop_test(one, every_truncation_of_a_group_is_refused, 0, 4);
	tcase_add_test(one, an_older_hello_has_no_structure);
	tcase_add_test(one, a_text_without_end_is_not_sent);
	tcase_add_test(one, every_truncation_and_every_addition_is_refused);
	tcase_add_test(one, no_flipped_byte_makes_a_yes);
	tcase_add_test(one, the_wrong_type_is_refused);
	tcase_add_test(one, a_nul_inside_a_text_or_a_secret_is_refused);
	tcase_add_test(one, frames_cross_a_socket_whole_and_in_order);
	tcase_add_test(one, a_silent_peer_a_huge_length_and_a_gone_peer_end_in_an_error);
	tcase_add_test(one, a_full_socket_ends_within_the_bound);
	tcase_add_test(one, sec_1_18_signals_do_not_break_a_frame);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
