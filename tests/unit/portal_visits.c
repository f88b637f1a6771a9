/* The keeper's answers to questions of a page that somebody has taken over: whatever it asks, it hears of nobody else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "visit.h"

#include "support/check_main.h"

#define NOW 1795000000
#define SLOTS 16
#define TURNS 50000
#define VICTIM "victim-name"
#define KEY_TEXT "SECR ETKE YOFT HEIR"

static struct lbr_keeper keeper;
static struct lbr_portal_settings settings;
static char own_cookie[LBR_COOKIE_FORM_LEN + 1], victims_cookie[LBR_COOKIE_FORM_LEN + 1];
static char own_numbers[4][LBR_FORM_NUMBER_MAX + 1];
static uint64_t state = 88172645463325252ULL;
static struct lbr_page_ask ask;
static struct lbr_page_tell tell;

static unsigned dice(unsigned sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % sides;
}

static void put(char *field, const char *text)
{
	memcpy(field, text, strlen(text) + 1);
}

/* Somebody is in the middle of a first sign-in, has a session and was refused before. */
static void plant_victim(void)
{
	struct lbr_web_session session = { .user = VICTIM, .born_s = NOW, .seen_s = NOW };
	struct lbr_last_try refused = { .said = LBR_SAID_NO, .language = LBR_LANGUAGE_EN, .user = VICTIM };
	const unsigned char id[LBR_SESSION_ID_LEN] = { 7, 7, 7 };
	struct lbr_talk *talk = &keeper.talks[0];
	uint32_t index;

	keeper.talks_high = 1;
	talk->used = talk->opened = true;
	talk->serial = ++keeper.talk_serial;
	talk->steps.fd = -1;
	talk->form = LBR_FORM_NONE;
	talk->site = &settings.sites[0];
	lbr_dialogue_begin(&talk->dialogue, LBR_DIALOGUE_SIGN_IN, keeper.now_ms);
	talk->dialogue.state = LBR_DIALOGUE_SET_UP;
	talk->dialogue.shown = true;
	talk->dialogue.until_ms = INT64_MAX;
	talk->question.tag = 77;
	put(talk->user, VICTIM);
	put(talk->question.key, KEY_TEXT);
	put(talk->question.uri, "otpauth://totp/" VICTIM);
	lbr_form_cookie_hash(&keeper.key, victims_cookie, talk->cookie);
	lbr_form_cookie_browser(&keeper.key, victims_cookie, talk->browser);
	memcpy(refused.browser, talk->browser, sizeof(refused.browser));
	lbr_last_tries_note(&keeper.last_tries, &refused, keeper.now_ms);
	lbr_site_id(&keeper.key, settings.sites[0].origin, session.site);
	ck_assert_int_eq(lbr_session_begin(&keeper.table.table, NOW, keeper.now_ms, id, &session, &index), LBR_OK);
}

static void set_up(void)
{
	static const char text[] = "agent = /nonexistent/verify.sock\nsite = https://a.example.org\nname = A\n"
	                           "site = https://w.example.org\nsign-in = https://a.example.org\n";
	static const struct lbr_session_rules rules = { 3600, 43200, 1000, 5 };
	unsigned char master[LBR_PORTAL_KEY_LEN] = { 4 }, random[LBR_FORM_COOKIE_RANDOM] = { 6 };
	unsigned damaged, at;

	memset(&keeper, 0, sizeof(keeper));
	ck_assert_int_eq(lbr_portal_settings_read("F", text, sizeof(text) - 1, &settings, NULL, NULL), LBR_OK);
	keeper.settings = &settings;
	keeper.now_s = NOW;
	keeper.now_ms = 1000;
	keeper.gate = keeper.pages_socket = keeper.gate_socket = -1;
	keeper.table.fd = -1;
	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++)
		keeper.pages[at] = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
	lbr_portal_key_derive(master, &keeper.key);
	lbr_session_table_open(&keeper.table.table, &keeper.key, &rules, calloc(SLOTS, LBR_SESSION_SLOT_LEN), SLOTS,
	                       calloc(1, lbr_session_table_size(SLOTS)), &damaged);
	lbr_form_cookie_make(&keeper.key, random, victims_cookie);
	plant_victim();
}

/* Asks, and reads the answer into `tell`. False: there was none. */
static bool ask_keeper(void)
{
	struct lbr_frame question, answer;
	bool told = false;
	ssize_t got = 0;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	keeper.pages[0] = (struct lbr_keeper_page){ .fd = pair[0], .serial = ++keeper.page_serial, .form = LBR_FORM_NONE,
		.until_ms = INT64_MAX };
	if (lbr_page_ask_put(&question, &ask) == LBR_OK && lbr_visit_begin(&keeper, 0, &question)) {
		got = recv(pair[1], answer.bytes, sizeof(answer.bytes), 0);
		answer.len = got > 0 ? (size_t)got : 0;
		told = answer.len > 0 && lbr_page_tell_get(&answer, &tell) == LBR_OK;
		ck_assert_ptr_null(memmem(answer.bytes, answer.len, VICTIM, strlen(VICTIM)));
		ck_assert_ptr_null(memmem(answer.bytes, answer.len, KEY_TEXT, strlen(KEY_TEXT)));
	}
	if (keeper.pages[0].fd >= 0)
		close(pair[0]);
	keeper.pages[0].fd = -1;
	close(pair[1]);
	return told;
}

static void ask_for(enum lbr_method method, const char *leaf)
{
	memset(&ask, 0, sizeof(ask));
	ask.method = method;
	put(ask.host, "a.example.org");
	snprintf(ask.path, sizeof(ask.path), "/liberations/%s", leaf);
}

/* What everybody may have: a form cookie, and numbers of the sign-in page. */
static void get_own(void)
{
	unsigned at;

	for (at = 0; at < sizeof(own_numbers) / sizeof(own_numbers[0]); at++) {
		ask_for(LBR_METHOD_GET, "sign-in");
		put(ask.form_cookie, own_cookie);
		ck_assert(ask_keeper());
		ck_assert_int_eq(tell.kind, LBR_TELL_PAGE);
		if (at == 0)
			put(own_cookie, tell.form_cookie);
		put(own_numbers[at], tell.number);
	}
}

static void scramble(char *text, size_t size)
{
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t at, len = dice((unsigned)size);

	for (at = 0; at < len; at++)
		text[at] = signs[dice(64)];
	text[len] = '\0';
}

static void choose_cookie(void)
{
	switch (dice(4)) {
	case 0: scramble(ask.form_cookie, sizeof(ask.form_cookie)); break;
	case 1: /* the browser's half of the victim's, which might be guessed from old forms, and another half */
		put(ask.form_cookie, victims_cookie);
		ask.form_cookie[20 + dice(LBR_COOKIE_FORM_LEN - 20)] ^= 1;
		break;
	case 2: put(ask.form_cookie, own_cookie); break;
	default: break;
	}
}

static void choose_form(void)
{
	if (dice(3) == 0)
		scramble(ask.form.number, LBR_FORM_NUMBER_TEXT);
	else
		put(ask.form.number, own_numbers[dice(sizeof(own_numbers) / sizeof(own_numbers[0]))]);
	put(ask.form.user, dice(2) == 0 ? "victim" : "mallory");
	ask.form.noted = dice(2) == 0;
	ask.form.then_sign_in = dice(2) == 0;
	ask.form.unreadable = dice(8) == 0;
	(void)lbr_secret_set(&ask.form.token, "123456", 6);
}

static void choose_question(void)
{
	enum lbr_portal_place place = (enum lbr_portal_place)(1 + dice(LBR_PLACES - 1));

	ask_for((enum lbr_method)dice(LBR_METHOD_POST + 1), lbr_place_leaf(place));
	choose_cookie();
	choose_form();
	ask.status = dice(16) == 0 ? dice(600) : 0;
	ask.fetch_site = (enum lbr_fetch_site)dice(LBR_FETCH_SITE_OTHER + 1);
	scramble(ask.session, sizeof(ask.session));
	if (dice(3) == 0)
		put(ask.host, "w.example.org");
	scramble(ask.go_cookie, sizeof(ask.go_cookie));
	scramble(ask.query.destination, sizeof(ask.query.destination));
	scramble(ask.query.ticket, sizeof(ask.query.ticket));
	ask.query.again = dice(2) == 0;
	put(ask.query.said, dice(2) == 0 ? "no" : "");
	ask.query.to = (enum lbr_language)dice(3);
	ask.language = (enum lbr_language)dice(3);
}

START_TEST(portal_p06_a_page_that_was_taken_over_hears_of_nobody_else)
{
	const char *more = getenv("LBR_TURNS");
	unsigned long turn, turns = more != NULL ? strtoul(more, NULL, 10) : TURNS;
	unsigned told = 0;

	get_own();
	for (turn = 0; turn < turns; turn++) {
		choose_question();
		if (!ask_keeper())
			continue;
		told++;
		ck_assert_int_ne(tell.set_session, LBR_TELL_COOKIE_SET);
	}
	ck_assert_uint_gt(told, turns / 2);
	ck_assert_uint_eq(keeper.table.table.used, 1);
}
END_TEST

static unsigned count_kept(void)
{
	unsigned at, kept = 0;

	for (at = 0; at < LBR_FORM_ANSWERS_MAX; at++)
		kept += keeper.forms.entries[at].until_ms != 0;
	return kept;
}

/* What no agent has judged says the same again: it takes no place from what one has. */
START_TEST(portal_p23_the_answer_to_a_form_that_no_agent_judged_is_not_kept)
{
	static const char *const leaves[] = { "continue", "sign-out", "sign-in" };

	get_own();
	ask_for(LBR_METHOD_POST, leaves[_i]);
	put(ask.form_cookie, own_cookie);
	put(ask.form.number, own_numbers[0]);
	ask.fetch_site = LBR_FETCH_SITE_SAME_ORIGIN;
	put(ask.form.user, "mallory");
	ck_assert(ask_keeper());
	ck_assert_int_eq(tell.kind, _i == 2 ? LBR_TELL_FAULT : LBR_TELL_GO);
	ck_assert_uint_eq(count_kept(), 0);
}
END_TEST

/* The search above finds what there is to find: the victim's own browser is shown all of it. */
START_TEST(the_victims_own_browser_is_shown_its_page)
{
	struct lbr_talk *talk = lbr_talk_of_cookie(&keeper, victims_cookie);

	ck_assert_ptr_nonnull(talk);
	ck_assert_str_eq(talk->user, VICTIM);
	ck_assert_ptr_null(lbr_talk_of_cookie(&keeper, ""));
	keeper.now_ms = 2000;
	talk->dialogue.until_ms = 2000;
	ask_for(LBR_METHOD_GET, "set-up");
	put(ask.form_cookie, victims_cookie);
	ck_assert(ask_keeper());
	ck_assert_int_eq(tell.kind, LBR_TELL_GO);
	ck_assert_str_eq(tell.own, "/liberations/sign-in?said=late");
}
END_TEST

/* At the limit of its time a question is over when it is asked for, whenever the loop looks. */
START_TEST(portal_p29_a_question_is_over_when_it_is_used)
{
	struct lbr_talk *talk = &keeper.talks[0];

	talk->dialogue.until_ms = keeper.now_ms + _i;
	put(talk->user, "somebody");
	put(talk->question.key, "ABCD");
	put(talk->question.uri, "otpauth://totp/x");
	ask_for(LBR_METHOD_GET, "set-up");
	put(ask.form_cookie, victims_cookie);
	ck_assert(ask_keeper());
	ck_assert_int_eq(tell.kind, _i > 0 ? LBR_TELL_PAGE : LBR_TELL_GO);
	ck_assert_int_eq(talk->used, _i > 0);
	ck_assert_str_eq(tell.key, _i > 0 ? "ABCD" : "");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_visits");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, portal_p06_a_page_that_was_taken_over_hears_of_nobody_else);
	tcase_add_loop_test(tests, portal_p23_the_answer_to_a_form_that_no_agent_judged_is_not_kept, 0, 3);
	tcase_add_test(tests, the_victims_own_browser_is_shown_its_page);
	tcase_add_loop_test(tests, portal_p29_a_question_is_over_when_it_is_used, -1, 2);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
