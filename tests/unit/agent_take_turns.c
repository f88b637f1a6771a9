/* How many turns each kind of peer may have: nothing of the account is asked, only who the peer is and where the person sits. */
#include "../../agent/session.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/check_main.h"

#include "../../agent/log.h"

static char place[64];
static bool console, held_back;
static unsigned lines;

bool lbr_is_at_console(const struct lbr_session *session)
{
	(void)session;
	return console;
}

void lbr_log(int priority, const char *format, ...)
{
	(void)priority;
	(void)format;
	lines++;
}

bool lbr_log_holds_back(const struct lbr_session *session)
{
	(void)session;
	return held_back;
}

static void remove_place(void)
{
	char file[96];

	(void)snprintf(file, sizeof(file), "%s/turns", place);
	(void)unlink(file);
	(void)rmdir(place);
}

/* Turns until there is none, without waiting and without giving one back. */
static unsigned count_turns(struct lbr_session *session)
{
	struct lbr_reason reason = {.text = ""};
	unsigned count = 0;

	while (count < 1000 && lbr_admission_enter(&session->admission, &reason) == LBR_OK)
		count++;
	return count;
}

START_TEST(audit_f07_the_class_is_that_of_the_peer)
{
	static const struct {
		bool                trusted;
		unsigned            real_uid;
		bool                console;
		enum lbr_turn_class class;
	} peers[] = {
		{false, 0, false, LBR_TURN_OTHERS}, {false, 0, true, LBR_TURN_OTHERS}, {true, 1000, false, LBR_TURN_OTHERS},
		{true, 1000, true, LBR_TURN_OTHERS}, {true, 0, false, LBR_TURN_ROOT}, {true, 0, true, LBR_TURN_CONSOLE},
	};
	struct lbr_settings settings = {.hash_cost = 1};
	struct lbr_session session = {.settings = &settings, .trusted = peers[_i].trusted, .deadline = {.until_ms = 1}};
	struct lbr_reason reason = {.text = ""};

	(void)snprintf(place, sizeof(place), "/tmp/liberations-peers.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	(void)snprintf(settings.state, sizeof(settings.state), "%s", place);
	session.hello.real_uid = peers[_i].real_uid;
	console = peers[_i].console;
	ck_assert_msg(lbr_admission_begin(&session, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_uint_eq(count_turns(&session), lbr_turns_of(session.turns, peers[_i].class));
	lbr_admission_end(&session);
	remove_place();
}
END_TEST

START_TEST(audit_f07_without_a_page_there_is_no_bound)
{
	struct lbr_settings settings = {.state = "/nonexistent/liberations"};
	struct lbr_session session = {.settings = &settings, .deadline = {.until_ms = 1}};
	struct lbr_reason reason = {.text = ""};

	ck_assert_int_eq(lbr_admission_begin(&session, &reason), LBR_OK);
	ck_assert_uint_eq(count_turns(&session), 1000);
	lbr_admission_leave(&session.admission);
	lbr_admission_end(&session);
}
END_TEST

START_TEST(audit_f08_a_peer_without_trust_cannot_repeat_that_line)
{
	struct lbr_settings settings = {.state = "/nonexistent/liberations"};
	struct lbr_session session = {.settings = &settings};
	struct lbr_reason reason = {.text = ""};

	held_back = _i == 1;
	ck_assert_int_eq(lbr_admission_begin(&session, &reason), LBR_OK);
	lbr_admission_end(&session);
	ck_assert_uint_eq(lines, held_back ? 0 : 1);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("agent_take_turns");
	TCase *one = tcase_create("agent_take_turns");

	tcase_add_loop_test(one, audit_f07_the_class_is_that_of_the_peer, 0, 6);
	tcase_add_loop_test(one, audit_f08_a_peer_without_trust_cannot_repeat_that_line, 0, 2);
	tcase_add_test(one, audit_f07_without_a_page_there_is_no_bound);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
