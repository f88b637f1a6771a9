/* What the agent has stored is told, whatever becomes of the table of sessions; and no session lives that no browser knows. */
#include <stdlib.h>
#include <string.h>

#include "end_talk.h"

#include "support/check_main.h"

#define NOW 1795000000
#define SLOTS 16
#define USER "alice"

static struct lbr_keeper keeper;
static struct lbr_portal_settings settings;
static struct lbr_page_tell tell;
static const struct lbr_account_facts facts = { .standing = { 1 } };
static struct lbr_talk *talk;
static uint32_t own;

static void take_slot(const char *user, unsigned char first, uint32_t *ret)
{
	struct lbr_web_session session = { .born_s = NOW };
	unsigned char id[LBR_SESSION_ID_LEN] = { first };

	memcpy(session.user, user, strlen(user) + 1);
	lbr_site_id(&keeper.key, settings.sites[0].origin, session.site);
	ck_assert_int_eq(lbr_session_begin(&keeper.table.table, NOW, 0, id, &session, ret), LBR_OK);
}

/* The table's file is on a disk that fails: its descriptor is none. */
static void set_up(void)
{
	static const char text[] = "agent = /nonexistent/verify.sock\nsite = https://a.example.org\nname = A\n";
	static const struct lbr_session_rules rules = { 3600, 43200, 1000, SLOTS };
	const unsigned char master[LBR_PORTAL_KEY_LEN] = { 4 };
	unsigned damaged;

	memset(&keeper, 0, sizeof(keeper));
	memset(&tell, 0, sizeof(tell));
	ck_assert_int_eq(lbr_portal_settings_read("F", text, sizeof(text) - 1, &settings, NULL, NULL), LBR_OK);
	keeper.settings = &settings;
	keeper.now_s = NOW;
	keeper.table.fd = -1;
	lbr_portal_key_derive(master, &keeper.key);
	lbr_session_table_open(&keeper.table.table, &keeper.key, &rules, calloc(SLOTS, LBR_SESSION_SLOT_LEN), SLOTS,
	                       calloc(1, lbr_session_table_size(SLOTS)), &damaged);
	take_slot(USER, 1, &own);
	take_slot(USER, 2, &own);
	talk = &keeper.talks[0];
	talk->site = &settings.sites[0];
	talk->language = LBR_LANGUAGE_EN;
	memcpy(talk->user, USER, sizeof(USER));
	talk->session[0] = 'x'; /* which the browser sent */
	lbr_tell_fault(503, &tell);
}

/* The agent has replied ALLOW to the change of that flow. */
static enum lbr_dialogue_action stored(enum lbr_dialogue_flow flow)
{
	const struct lbr_dialogue_input reply = { .event = LBR_EVENT_REPLIED, .status = LBR_STATUS_ALLOW };

	lbr_dialogue_begin(&talk->dialogue, flow, 0);
	return lbr_dialogue_step(&talk->dialogue, &reply);
}

/* The agent asked for the first password of one's own, showed the codes, and has replied ALLOW to both requests. */
static enum lbr_dialogue_action set_up_account(void)
{
	static const struct lbr_dialogue_input inputs[] = {
		{ .event = LBR_EVENT_ASKED, .purpose = LBR_ASK_NEW_PASSWORD },
		{ .event = LBR_EVENT_SENT, .place = LBR_PLACE_PASSWORD },
		{ .event = LBR_EVENT_ASKED, .purpose = LBR_ASK_NEW_PASSWORD_AGAIN },
		{ .event = LBR_EVENT_ASKED, .purpose = LBR_ASK_ACKNOWLEDGE },
		{ .event = LBR_EVENT_SENT, .place = LBR_PLACE_CODES },
		{ .event = LBR_EVENT_REPLIED, .status = LBR_STATUS_ALLOW },
		{ .event = LBR_EVENT_REPLIED, .status = LBR_STATUS_ALLOW },
	};
	enum lbr_dialogue_action action = LBR_DO_NOTHING;
	size_t at;

	lbr_dialogue_begin(&talk->dialogue, LBR_DIALOGUE_SIGN_IN, 0);
	for (at = 0; at < sizeof(inputs) / sizeof(inputs[0]); at++)
		action = lbr_dialogue_step(&talk->dialogue, &inputs[at]);
	return action;
}

static void fill_with_strangers(void)
{
	uint32_t index;
	unsigned at;

	for (at = keeper.table.table.used; at < SLOTS; at++)
		take_slot("stranger", (unsigned char)(100 + at), &index);
}

/* The browser is sent to the three boxes, and knows no session any more. */
static void told(const char *leaf)
{
	ck_assert_int_eq(tell.kind, LBR_TELL_GO);
	ck_assert_str_eq(tell.own, leaf);
	ck_assert_int_eq(tell.set_session, LBR_TELL_COOKIE_FORGET);
	ck_assert_str_eq(tell.session, "");
}

START_TEST(a_change_whose_session_is_not_on_the_disk_is_told_and_leaves_none)
{
	static const struct { enum lbr_dialogue_flow flow; const char *leaf; } changes[] = {
		{ LBR_DIALOGUE_CHANGE, "/liberations/sign-in?said=changed" },
		{ LBR_DIALOGUE_PHONE, "/liberations/sign-in?said=replaced" },
	};
	enum lbr_dialogue_action action = stored(changes[_i].flow);

	lbr_tell_end(&keeper, talk, action, &facts, &tell);
	told(changes[_i].leaf);
	ck_assert_uint_eq(keeper.table.table.used, 0);
	ck_assert(keeper.table.unsynced);
}
END_TEST

START_TEST(an_expired_password_that_was_replaced_is_told_too)
{
	static const enum lbr_status replies[] = { LBR_STATUS_ALLOW, LBR_STATUS_EXPIRED, LBR_STATUS_ALLOW, LBR_STATUS_ALLOW };
	enum lbr_dialogue_action action = LBR_DO_NOTHING;
	size_t at;

	lbr_dialogue_begin(&talk->dialogue, LBR_DIALOGUE_SIGN_IN, 0);
	for (at = 0; at < sizeof(replies) / sizeof(replies[0]); at++) {
		const struct lbr_dialogue_input reply = { .event = LBR_EVENT_REPLIED, .status = replies[at] };

		action = lbr_dialogue_step(&talk->dialogue, &reply);
	}
	lbr_tell_end(&keeper, talk, action, &facts, &tell);
	told("/liberations/sign-in?said=changed");
	ck_assert_uint_eq(keeper.table.table.used, 0);
}
END_TEST

START_TEST(a_change_told_without_facts_ends_every_session)
{
	lbr_tell_end(&keeper, talk, stored(LBR_DIALOGUE_CHANGE), NULL, &tell);
	told("/liberations/sign-in?said=changed");
	ck_assert_uint_eq(keeper.table.table.used, 0);
}
END_TEST

START_TEST(a_change_whose_session_was_signed_out_meanwhile_is_told)
{
	talk->session[0] = '\0';
	lbr_tell_end(&keeper, talk, stored(LBR_DIALOGUE_CHANGE), &facts, &tell);
	told("/liberations/sign-in?said=changed");
	ck_assert_uint_eq(keeper.table.table.used, 0);
}
END_TEST

START_TEST(a_first_sign_in_at_a_full_table_hears_that_the_account_is_set_up)
{
	enum lbr_dialogue_action action = set_up_account();

	ck_assert_int_eq(action, LBR_DO_BEGIN_SESSION);
	lbr_session_end_all(&keeper.table.table, USER, LBR_SESSION_NONE);
	fill_with_strangers();
	lbr_tell_end(&keeper, talk, action, &facts, &tell);
	told("/liberations/sign-in?said=set-up");
	ck_assert_uint_eq(keeper.table.table.used, SLOTS);
}
END_TEST

/* Nothing was stored: the form may be sent again. */
START_TEST(portal_p36_an_ordinary_sign_in_at_a_full_table_is_told_to_wait)
{
	const struct lbr_dialogue_input reply = { .event = LBR_EVENT_REPLIED, .status = LBR_STATUS_ALLOW };

	fill_with_strangers();
	lbr_session_end_all(&keeper.table.table, USER, LBR_SESSION_NONE);
	fill_with_strangers();
	lbr_dialogue_begin(&talk->dialogue, LBR_DIALOGUE_SIGN_IN, 0);
	(void)lbr_dialogue_step(&talk->dialogue, &reply);
	lbr_tell_end(&keeper, talk, lbr_dialogue_step(&talk->dialogue, &reply), &facts, &tell);
	ck_assert_int_eq(tell.kind, LBR_TELL_FAULT);
	ck_assert_uint_eq(tell.status, 503);
	ck_assert_int_eq(tell.set_session, LBR_TELL_COOKIE_KEEP);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("portal_stored");
	TCase *tests = tcase_create("stored");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, a_change_whose_session_is_not_on_the_disk_is_told_and_leaves_none, 0, 2);
	tcase_add_test(tests, an_expired_password_that_was_replaced_is_told_too);
	tcase_add_test(tests, a_change_told_without_facts_ends_every_session);
	tcase_add_test(tests, a_change_whose_session_was_signed_out_meanwhile_is_told);
	tcase_add_test(tests, a_first_sign_in_at_a_full_table_hears_that_the_account_is_set_up);
	tcase_add_test(tests, portal_p36_an_ordinary_sign_in_at_a_full_table_is_told_to_wait);
	suite_add_tcase(all, tests);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
