/* One dialogue over many requests: the guide's ways, and a million random ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue_step.h"

#include "support/check_main.h"

static struct lbr_dialogue dialogue;
static int64_t now = 1000;

static enum lbr_dialogue_action step(struct lbr_dialogue_input input)
{
	input.now_ms = now;
	return lbr_dialogue_step(&dialogue, &input);
}

static enum lbr_dialogue_action asked(enum lbr_ask_purpose purpose, bool uri)
{
	return step((struct lbr_dialogue_input){ .event = LBR_EVENT_ASKED, .purpose = purpose, .has_uri = uri });
}

static enum lbr_dialogue_action replied(enum lbr_status status)
{
	return step((struct lbr_dialogue_input){ .event = LBR_EVENT_REPLIED, .status = status });
}

static enum lbr_dialogue_action sent(enum lbr_portal_place place)
{
	return step((struct lbr_dialogue_input){ .event = LBR_EVENT_SENT, .place = place });
}

static enum lbr_dialogue_action event(enum lbr_dialogue_event which)
{
	return step((struct lbr_dialogue_input){ .event = which });
}

static void begin(enum lbr_dialogue_flow flow)
{
	lbr_dialogue_begin(&dialogue, flow, now);
}

START_TEST(an_ordinary_sign_in_is_two_replies)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(dialogue.request, LBR_REQUEST_AUTHENTICATE);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_ASK_ACCOUNT);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_BEGIN_SESSION);
	ck_assert_int_eq(dialogue.state, LBR_DIALOGUE_OVER);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_NOTHING);
}
END_TEST

START_TEST(the_guides_first_sign_in)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(asked(LBR_ASK_CODE, true), LBR_DO_SHOW);
	ck_assert_int_eq(lbr_dialogue_place(&dialogue), LBR_PLACE_SET_UP);
	ck_assert_int_eq(sent(LBR_PLACE_SET_UP), LBR_DO_ANSWER);
	ck_assert_int_eq(lbr_dialogue_place(&dialogue), LBR_PLACE_NONE);
	/* A wrong token: the same question again. */
	ck_assert_int_eq(asked(LBR_ASK_CODE, true), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_SET_UP), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_SET_UP), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_PASSWORD), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_ANSWER_AGAIN);
	/* Refused: both boxes again. */
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_PASSWORD), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_ANSWER_AGAIN);
	ck_assert_int_eq(asked(LBR_ASK_ACKNOWLEDGE, false), LBR_DO_SHOW);
	ck_assert_int_eq(lbr_dialogue_place(&dialogue), LBR_PLACE_CODES);
	ck_assert_int_eq(sent(LBR_PLACE_CODES), LBR_DO_ACKNOWLEDGE);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_ASK_ACCOUNT);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_BEGIN_SESSION);
}
END_TEST

/* All three tries used up: who was shown a page hears it, and nobody else. */
START_TEST(a_dialogue_that_fails_after_its_page_says_so)
{
	static const enum lbr_status refusals[] = { LBR_STATUS_DENY, LBR_STATUS_NOT_CHANGED, LBR_STATUS_REFUSED };
	size_t at;

	for (at = 0; at < sizeof(refusals) / sizeof(refusals[0]); at++) {
		begin(LBR_DIALOGUE_SIGN_IN);
		ck_assert(!dialogue.shown);
		ck_assert_int_eq(replied(refusals[at]), LBR_DO_SAY_NO);
		begin(LBR_DIALOGUE_SIGN_IN);
		ck_assert_int_eq(asked(LBR_ASK_CODE, true), LBR_DO_SHOW);
		ck_assert(dialogue.shown);
		ck_assert_int_eq(sent(LBR_PLACE_SET_UP), LBR_DO_ANSWER);
		ck_assert_int_eq(replied(refusals[at]), LBR_DO_SAY_OVER);
	}
	/* What the account request refuses is no used-up try. */
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_CODE, true);
	(void)sent(LBR_PLACE_SET_UP);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_ASK_ACCOUNT);
	ck_assert_int_eq(replied(LBR_STATUS_REFUSED), LBR_DO_SAY_NO);
}
END_TEST

/* Who changes a password has typed the new one with the old one: it is asked for on a page only if it was refused. */
START_TEST(a_new_password_that_came_with_the_form_is_answered_at_once)
{
	begin(LBR_DIALOGUE_CHANGE);
	dialogue.typed = true;
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_ANSWER_AGAIN);
	ck_assert(!dialogue.shown);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_SHOW);
	ck_assert_int_eq(lbr_dialogue_place(&dialogue), LBR_PLACE_PASSWORD);
	ck_assert_int_eq(sent(LBR_PLACE_PASSWORD), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_ANSWER_AGAIN);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_TELL_CHANGED);
}
END_TEST

START_TEST(an_expired_password_is_replaced_and_the_account_asked_again)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_ASK_ACCOUNT);
	ck_assert_int_eq(replied(LBR_STATUS_EXPIRED), LBR_DO_CHANGE_EXPIRED);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_PASSWORD), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_ANSWER_AGAIN);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_ASK_ACCOUNT);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_BEGIN_SESSION);
	/* An account that is expired all the same ends there. */
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)replied(LBR_STATUS_ALLOW);
	(void)replied(LBR_STATUS_EXPIRED);
	(void)replied(LBR_STATUS_ALLOW);
	ck_assert_int_eq(replied(LBR_STATUS_EXPIRED), LBR_DO_SAY_NO);
}
END_TEST

static const struct { enum lbr_status status; enum lbr_dialogue_action authenticate, account; } replies[] = {
	{ LBR_STATUS_DENY, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
	{ LBR_STATUS_UNAVAILABLE, LBR_DO_SAY_BUSY, LBR_DO_SAY_BUSY },
	{ LBR_STATUS_UNKNOWN, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
	{ LBR_STATUS_CONVERSATION, LBR_DO_SAY_LATE, LBR_DO_SAY_LATE },
	{ LBR_STATUS_EXPIRED, LBR_DO_SAY_NO, LBR_DO_CHANGE_EXPIRED },
	{ LBR_STATUS_DISABLED, LBR_DO_SAY_NO, LBR_DO_SAY_DISABLED },
	{ LBR_STATUS_REFUSED, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
	{ LBR_STATUS_OLD_WRONG, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
	{ LBR_STATUS_NOT_READY, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
	{ LBR_STATUS_NOT_CHANGED, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
	{ LBR_STATUS_ASK_FIRST, LBR_DO_SAY_BUSY, LBR_DO_SAY_BUSY },
	{ LBR_STATUS_PERHAPS, LBR_DO_SAY_BUSY, LBR_DO_SAY_BUSY },
	{ (enum lbr_status)1000, LBR_DO_SAY_NO, LBR_DO_SAY_NO },
};

START_TEST(no_other_status_begins_a_session)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(replied(replies[_i].status), replies[_i].authenticate);
	ck_assert_int_eq(dialogue.state, LBR_DIALOGUE_OVER);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)replied(LBR_STATUS_ALLOW);
	ck_assert_int_eq(replied(replies[_i].status), replies[_i].account);
	begin(LBR_DIALOGUE_CHANGE);
	ck_assert_int_ge(replied(replies[_i].status), LBR_DO_SAY_NO);
	begin(LBR_DIALOGUE_PHONE);
	ck_assert_int_ge(replied(replies[_i].status), LBR_DO_SAY_NO);
}
END_TEST

START_TEST(a_change_and_a_new_phone_begin_no_session)
{
	begin(LBR_DIALOGUE_CHANGE);
	ck_assert_int_eq(dialogue.request, LBR_REQUEST_CHANGE);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_PASSWORD), LBR_DO_ANSWER);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_ANSWER_AGAIN);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_TELL_CHANGED);
	begin(LBR_DIALOGUE_PHONE);
	ck_assert_int_eq(dialogue.request, LBR_REQUEST_REPLACE_TOKEN);
	ck_assert_int_eq(asked(LBR_ASK_CODE, true), LBR_DO_SHOW);
	ck_assert_int_eq(sent(LBR_PLACE_SET_UP), LBR_DO_ANSWER);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_TELL_REPLACED);
}
END_TEST

START_TEST(a_question_out_of_place_ends_the_dialogue)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(asked(LBR_ASK_OLD_PASSWORD, false), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD_AGAIN, false), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_CHANGE);
	ck_assert_int_eq(asked(LBR_ASK_CODE, true), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_PHONE);
	ck_assert_int_eq(asked(LBR_ASK_NEW_PASSWORD, false), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)replied(LBR_STATUS_ALLOW);
	ck_assert_int_eq(asked(LBR_ASK_CODE, true), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_CODE, true);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_SAY_BUSY);
}
END_TEST

START_TEST(portal_p29_a_question_is_over_at_its_millisecond)
{
	now = 1000;
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_CODE, true);
	now += LBR_DIALOGUE_PERSON_MS - 1;
	ck_assert_int_eq(event(LBR_EVENT_TIME), LBR_DO_NOTHING);
	now++;
	ck_assert_int_eq(sent(LBR_PLACE_SET_UP), LBR_DO_SAY_LATE);
	ck_assert_int_eq(event(LBR_EVENT_TIME), LBR_DO_NOTHING);
	begin(LBR_DIALOGUE_SIGN_IN);
	now += LBR_DIALOGUE_AGENT_MS;
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_SAY_BUSY);
}
END_TEST

START_TEST(more_time_is_given_six_times)
{
	unsigned times;

	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(event(LBR_EVENT_MORE_TIME), LBR_DO_NOTHING);
	(void)asked(LBR_ASK_CODE, true);
	for (times = 0; times < LBR_DIALOGUE_LATER_MAX; times++) {
		now += LBR_DIALOGUE_PERSON_MS - 1;
		ck_assert_int_eq(event(LBR_EVENT_MORE_TIME), LBR_DO_MORE_TIME);
	}
	now += LBR_DIALOGUE_PERSON_MS - 1;
	ck_assert_int_eq(event(LBR_EVENT_MORE_TIME), LBR_DO_SHOW);
	now++;
	ck_assert_int_eq(event(LBR_EVENT_TIME), LBR_DO_SAY_LATE);
}
END_TEST

START_TEST(an_agent_that_is_gone_is_no_wrong_answer)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(event(LBR_EVENT_GONE), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_CODE, true);
	ck_assert_int_eq(event(LBR_EVENT_GONE), LBR_DO_SAY_LATE);
}
END_TEST

START_TEST(who_may_start_again_is_told_so_and_no_one_else)
{
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_CODE, true);
	(void)sent(LBR_PLACE_SET_UP);
	ck_assert_int_eq(event(LBR_EVENT_GONE), LBR_DO_SAY_LATE);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_NEW_PASSWORD, false);
	ck_assert_int_eq(event(LBR_EVENT_GONE), LBR_DO_SAY_LATE);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_NEW_PASSWORD, false);
	(void)sent(LBR_PLACE_PASSWORD); /* it may be the current one by now */
	ck_assert_int_eq(event(LBR_EVENT_GONE), LBR_DO_SAY_PERHAPS);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_NEW_PASSWORD, false);
	(void)sent(LBR_PLACE_PASSWORD); /* it was gone before that */
	ck_assert_int_eq(event(LBR_EVENT_UNHEARD), LBR_DO_SAY_LATE);
	/* The first form of all: it may be sent again. */
	begin(LBR_DIALOGUE_SIGN_IN);
	ck_assert_int_eq(event(LBR_EVENT_UNHEARD), LBR_DO_SAY_BUSY);
	begin(LBR_DIALOGUE_SIGN_IN);
	(void)asked(LBR_ASK_ACKNOWLEDGE, false);
	ck_assert_int_eq(event(LBR_EVENT_GONE), LBR_DO_SAY_STORED);
}
END_TEST

/* From then on no trouble makes it a perhaps, or has its person try the old password. */
START_TEST(what_is_stored_is_said_whatever_comes_after_it)
{
	static const struct { enum lbr_dialogue_event event; enum lbr_status status; } troubles[] = {
		{ LBR_EVENT_GONE, 0 }, { LBR_EVENT_UNHEARD, 0 }, { LBR_EVENT_REPLIED, LBR_STATUS_UNAVAILABLE },
		{ LBR_EVENT_REPLIED, LBR_STATUS_CONVERSATION }, { LBR_EVENT_REPLIED, LBR_STATUS_PERHAPS }, { LBR_EVENT_ASKED, 0 },
	};
	struct lbr_dialogue_input trouble = { .event = troubles[_i].event, .status = troubles[_i].status };

	begin(LBR_DIALOGUE_SIGN_IN); /* without codes */
	(void)asked(LBR_ASK_NEW_PASSWORD, false);
	(void)sent(LBR_PLACE_PASSWORD);
	(void)asked(LBR_ASK_NEW_PASSWORD_AGAIN, false);
	ck_assert_int_eq(lbr_dialogue_stored(&dialogue), LBR_STORED_NOTHING);
	ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_ASK_ACCOUNT);
	ck_assert_int_eq(step(trouble), LBR_DO_SAY_STORED);
	ck_assert_int_eq(lbr_dialogue_stored(&dialogue), LBR_STORED_ACCOUNT);
	begin(LBR_DIALOGUE_SIGN_IN); /* an expired one */
	(void)replied(LBR_STATUS_ALLOW);
	ck_assert_int_eq(lbr_dialogue_stored(&dialogue), LBR_STORED_NOTHING);
	(void)replied(LBR_STATUS_EXPIRED);
	(void)asked(LBR_ASK_NEW_PASSWORD, false);
	(void)sent(LBR_PLACE_PASSWORD);
	(void)asked(LBR_ASK_NEW_PASSWORD_AGAIN, false);
	(void)replied(LBR_STATUS_ALLOW);
	ck_assert_int_eq(step(trouble), LBR_DO_SAY_STORED);
	ck_assert_int_eq(lbr_dialogue_stored(&dialogue), LBR_STORED_PASSWORD);
	begin(LBR_DIALOGUE_PHONE);
	(void)asked(LBR_ASK_CODE, true);
	(void)sent(LBR_PLACE_SET_UP);
	ck_assert_int_eq(lbr_dialogue_stored(&dialogue), LBR_STORED_NOTHING);
	(void)replied(LBR_STATUS_ALLOW);
	ck_assert_int_eq(lbr_dialogue_stored(&dialogue), LBR_STORED_TOKEN);
}
END_TEST

/* 10^6 sequences of whatever agent and person may do, in any order. What must hold is written down a second time, without states. */
START_TEST(portal_p18_in_a_million_walks_a_session_stands_only_at_the_end)
{
	static const enum lbr_status statuses[] = { LBR_STATUS_ALLOW, LBR_STATUS_ALLOW, LBR_STATUS_ALLOW, LBR_STATUS_DENY,
		LBR_STATUS_EXPIRED, LBR_STATUS_EXPIRED, LBR_STATUS_DISABLED, LBR_STATUS_UNAVAILABLE, LBR_STATUS_NOT_CHANGED };
	const char *text = getenv("LBR_STEPS");
	unsigned walks = text != NULL ? (unsigned)strtoul(text, NULL, 10) : 1000000, walk, sessions = 0, steps;
	uint64_t state = 88172645463325252ULL;

	for (walk = 0; walk < walks; walk++) {
		enum lbr_dialogue_flow flow;
		enum lbr_request_kind request;
		bool authenticated = false, account = false, over = false, asks = false;
		enum lbr_portal_place place;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		flow = (enum lbr_dialogue_flow)(1 + (state >> 50) % 6 % 3);
		now = 1000;
		begin(flow);
		request = dialogue.request;
		for (steps = 0; steps < 24 && !over; steps++) {
			struct lbr_dialogue_input input = { 0 };
			enum lbr_dialogue_action action;
			bool persons = lbr_dialogue_place(&dialogue) != LBR_PLACE_NONE;

			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			now += (int64_t)((state >> 40) % 50 == 0 ? state >> 44 : state >> 54);
			input.event = (enum lbr_dialogue_event)(1 + (state >> 8) % 6);
			if ((state >> 20) % 4 != 0) /* most of the time, the one who has the word */
				input.event = persons ? LBR_EVENT_SENT : (state >> 12) % 2 ? LBR_EVENT_ASKED : LBR_EVENT_REPLIED;
			input.purpose = (enum lbr_ask_purpose)((state >> 16) % 7);
			input.has_uri = state >> 30 & 1;
			input.status = statuses[(state >> 32) % 9];
			input.place = (enum lbr_portal_place)((state >> 36) % LBR_PLACES);
			place = lbr_dialogue_place(&dialogue);
			if (persons && (state >> 24) % 4 != 0)
				input.place = place;
			action = step(input);
			/* Written a second time: what was allowed, on which request, by the agent alone. */
			if (input.event == LBR_EVENT_REPLIED && !persons) {
				if (request == LBR_REQUEST_AUTHENTICATE)
					authenticated = input.status == LBR_STATUS_ALLOW;
				account = request == LBR_REQUEST_ACCOUNT && input.status == LBR_STATUS_ALLOW;
			}
			if (action == LBR_DO_ASK_ACCOUNT || action == LBR_DO_CHANGE_EXPIRED)
				request = action == LBR_DO_ASK_ACCOUNT ? LBR_REQUEST_ACCOUNT : LBR_REQUEST_CHANGE;
			if (action == LBR_DO_BEGIN_SESSION) {
				ck_assert(flow == LBR_DIALOGUE_SIGN_IN && authenticated && account && input.event == LBR_EVENT_REPLIED);
				sessions++;
			}
			/* An answer goes out only to a question, and what was typed only with the form of its page. */
			if (action == LBR_DO_ANSWER || action == LBR_DO_ACKNOWLEDGE)
				ck_assert(asks && input.event == LBR_EVENT_SENT && input.place == place && persons);
			if (action == LBR_DO_ANSWER_AGAIN)
				ck_assert(input.event == LBR_EVENT_ASKED && input.purpose == LBR_ASK_NEW_PASSWORD_AGAIN);
			if (input.event == LBR_EVENT_ASKED)
				asks = true;
			if (action == LBR_DO_ANSWER || action == LBR_DO_ACKNOWLEDGE)
				asks = false;
			over = action >= LBR_DO_BEGIN_SESSION;
			ck_assert_int_eq(over, dialogue.state == LBR_DIALOGUE_OVER);
		}
		if (over)
			ck_assert_int_eq(replied(LBR_STATUS_ALLOW), LBR_DO_NOTHING);
	}
	/* A walk that never arrives proves nothing. */
	ck_assert_uint_gt(sessions, walks / 200);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_dialogue");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, an_ordinary_sign_in_is_two_replies);
	tcase_add_test(tests, the_guides_first_sign_in);
	tcase_add_test(tests, a_dialogue_that_fails_after_its_page_says_so);
	tcase_add_test(tests, a_new_password_that_came_with_the_form_is_answered_at_once);
	tcase_add_test(tests, an_expired_password_is_replaced_and_the_account_asked_again);
	tcase_add_loop_test(tests, no_other_status_begins_a_session, 0, (int)(sizeof(replies) / sizeof(replies[0])));
	tcase_add_test(tests, a_change_and_a_new_phone_begin_no_session);
	tcase_add_test(tests, a_question_out_of_place_ends_the_dialogue);
	tcase_add_test(tests, portal_p29_a_question_is_over_at_its_millisecond);
	tcase_add_test(tests, more_time_is_given_six_times);
	tcase_add_test(tests, an_agent_that_is_gone_is_no_wrong_answer);
	tcase_add_test(tests, who_may_start_again_is_told_so_and_no_one_else);
	tcase_add_loop_test(tests, what_is_stored_is_said_whatever_comes_after_it, 0, 6);
	tcase_add_test(tests, portal_p18_in_a_million_walks_a_session_stands_only_at_the_end);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
