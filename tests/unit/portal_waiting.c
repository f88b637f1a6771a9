/* Pages that wait for what becomes of a form: none of them ever hears of another browser's. */
#include <string.h>

#include "handlers.h"
#include "visit.h"

#include "support/check_main.h"

#define JUDGED_FORM 3
#define OTHER_FORM 5
#define OPEN_FD 1000 /* never used: nothing is sent here */

static struct lbr_keeper keeper;
static struct lbr_portal_settings settings;
static struct lbr_visit visit;
static struct lbr_page_tell tell;

/* The agent judges a form of this browser. */
static void set_up(void)
{
	static const char text[] = "agent = /nonexistent/verify.sock\nsite = https://a.example.org\nname = A\n";
	const unsigned char master[LBR_PORTAL_KEY_LEN] = { 4 }, random[LBR_FORM_COOKIE_RANDOM] = { 6 };
	char cookie[LBR_FORM_COOKIE_TEXT];
	struct lbr_talk *talk = &keeper.talks[0];
	unsigned at;

	memset(&keeper, 0, sizeof(keeper));
	memset(&visit, 0, sizeof(visit));
	ck_assert_int_eq(lbr_portal_settings_read("F", text, sizeof(text) - 1, &settings, NULL, NULL), LBR_OK);
	keeper.settings = &settings;
	lbr_portal_key_derive(master, &keeper.key);
	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++)
		keeper.pages[at] = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
	lbr_form_cookie_make(&keeper.key, random, cookie);
	keeper.talks_high = 1;
	talk->used = talk->opened = true;
	talk->steps.fd = -1;
	talk->form = JUDGED_FORM;
	talk->site = &settings.sites[0];
	lbr_dialogue_begin(&talk->dialogue, LBR_DIALOGUE_SIGN_IN, keeper.now_ms);
	lbr_form_cookie_hash(&keeper.key, cookie, talk->cookie);
	memcpy(visit.ask.form_cookie, cookie, sizeof(cookie));
	visit.route.site = &settings.sites[0];
	visit.route.place = LBR_PLACE_PASSWORD;
	visit.serial = 1;
	visit.form = LBR_FORM_NONE;
}

static void open_page(unsigned at, uint64_t serial, unsigned form)
{
	keeper.pages[at] = (struct lbr_keeper_page){ .fd = OPEN_FD, .serial = serial, .form = form };
}

START_TEST(a_page_waits_for_the_form_that_is_judged)
{
	open_page(0, visit.serial, LBR_FORM_NONE);
	ck_assert_int_eq(lbr_show_dialogue(&keeper, &visit, &tell), LBR_HANDLED_LATER);
	ck_assert_uint_eq(keeper.pages[0].form, JUDGED_FORM);
}
END_TEST

/* A visit waits for the agent; meanwhile its browser hangs up, and another one's page has that place. */
START_TEST(portal_a_page_that_came_to_the_same_place_hears_nothing)
{
	open_page(0, visit.serial + 1, LBR_FORM_NONE);
	ck_assert_int_eq(lbr_show_dialogue(&keeper, &visit, &tell), LBR_HANDLED_LATER);
	ck_assert_uint_eq(keeper.pages[0].form, LBR_FORM_NONE);
}
END_TEST

/* A form sent twice: the place of the second one would be the next browser's form. */
START_TEST(portal_each_page_of_a_form_waits_for_the_one_that_is_judged)
{
	visit.form = OTHER_FORM;
	open_page(0, visit.serial, OTHER_FORM);
	open_page(1, visit.serial + 1, OTHER_FORM);
	ck_assert_int_eq(lbr_take_dialogue(&keeper, &visit, &tell), LBR_HANDLED_LATER);
	ck_assert_uint_eq(keeper.pages[0].form, JUDGED_FORM);
	ck_assert_uint_eq(keeper.pages[1].form, JUDGED_FORM);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("portal_waiting");
	TCase *tests = tcase_create("waiting");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, a_page_waits_for_the_form_that_is_judged);
	tcase_add_test(tests, portal_a_page_that_came_to_the_same_place_hears_nothing);
	tcase_add_test(tests, portal_each_page_of_a_form_waits_for_the_one_that_is_judged);
	suite_add_tcase(all, tests);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
