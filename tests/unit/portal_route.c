/* What a page's question becomes: only the portal's own form, from its own page, sent by the browser it was made for, counts. */
#include <stdio.h>
#include <string.h>

#include "page_route.h"

#include "support/check_main.h"

static struct lbr_portal_settings settings;
static struct lbr_portal_key key;
static struct lbr_page_ask ask;
static struct lbr_route route;
static char cookie[LBR_FORM_COOKIE_TEXT], other[LBR_FORM_COOKIE_TEXT];

static void put(char *field, const char *text)
{
	memcpy(field, text, strlen(text) + 1);
}

/* A browser that sends the form of a page; each test changes one thing. */
static void set_up(void)
{
	static const char text[] = "site = https://a.example.org\nname = A\nsite = https://b.example.org\nbase = /door\nname = B\n"
	                           "site = https://app.example.org\nsign-in = https://a.example.org\n";
	unsigned char random[32] = { 3 }, master[LBR_PORTAL_KEY_LEN] = { 4 };

	ck_assert_int_eq(lbr_portal_settings_read("F", text, sizeof(text) - 1, &settings, NULL, NULL), LBR_OK);
	lbr_portal_key_derive(master, &key);
	lbr_form_cookie_make(&key, random, cookie);
	random[0] = 5;
	lbr_form_cookie_make(&key, random, other);
	memset(&ask, 0, sizeof(ask));
	ask.method = LBR_METHOD_POST;
	put(ask.host, "a.example.org");
	put(ask.path, "/liberations/sign-in");
	put(ask.form_cookie, cookie);
	ask.fetch_site = LBR_FETCH_SITE_SAME_ORIGIN;
	lbr_form_number_make(&key, cookie, LBR_PLACE_SIGN_IN, random, ask.form.number);
}

static enum lbr_route_kind judge(void)
{
	lbr_page_route(&settings, &key, &ask, &route);
	ck_assert_ptr_nonnull(route.site);
	return route.kind;
}

static unsigned status(void)
{
	ck_assert_int_eq(judge(), LBR_ROUTE_FAULT);
	return route.status;
}

START_TEST(a_form_of_ours_counts)
{
	ck_assert_int_eq(judge(), LBR_ROUTE_FORM);
	ck_assert(route.place == LBR_PLACE_SIGN_IN && route.has_cookie && strcmp(route.site->name, "A") == 0);
	ck_assert_int_eq(route.language, LBR_LANGUAGE_EN);
	ask.language = LBR_LANGUAGE_FR;
	(void)judge();
	ck_assert_int_eq(route.language, LBR_LANGUAGE_FR);
}
END_TEST

START_TEST(portal_p22_a_form_from_elsewhere_reaches_no_dialogue)
{
	ask.fetch_site = LBR_FETCH_SITE_OTHER;
	ck_assert_uint_eq(status(), 403);
	ask.fetch_site = LBR_FETCH_SITE_ABSENT;
	ck_assert_int_eq(judge(), LBR_ROUTE_FORM);
	ask.has_origin = true;
	put(ask.origin, "null");
	ck_assert_uint_eq(status(), 403);
	put(ask.origin, "https://b.example.org");
	ck_assert_uint_eq(status(), 403);
	put(ask.origin, "https://a.example.org");
	ck_assert_int_eq(judge(), LBR_ROUTE_FORM);
}
END_TEST

START_TEST(portal_p19_another_browsers_number_or_cookie_is_refused)
{
	put(ask.form_cookie, other);
	ck_assert_uint_eq(status(), 403);
	put(ask.form_cookie, "");
	ck_assert_int_eq(judge(), LBR_ROUTE_COOKIES);
	ck_assert(!route.has_cookie);
	put(ask.form_cookie, cookie);
	put(ask.path, "/liberations/password");
	ck_assert_uint_eq(status(), 403);
	put(ask.path, "/liberations/sign-in");
	put(ask.form.number, "");
	ck_assert_uint_eq(status(), 403);
}
END_TEST

/* A page with two forms has one number for both. */
START_TEST(the_second_form_of_a_page_bears_its_number)
{
	static const struct { enum lbr_portal_place page; const char *second, *elsewhere; } pages[] = {
		{ LBR_PLACE_SIGN_IN, "continue", "more-time" },   { LBR_PLACE_SIGN_IN, "sign-out", "sign-out-others" },
		{ LBR_PLACE_ACCOUNT, "sign-out", "continue" },    { LBR_PLACE_ACCOUNT, "sign-out-others", "change-password" },
		{ LBR_PLACE_SET_UP, "more-time", "password" },    { LBR_PLACE_TOKEN, "more-time", "set-up" },
		{ LBR_PLACE_PASSWORD, "more-time", "sign-in" },   { LBR_PLACE_CODES, "recovery-codes", "more-time" },
	};
	unsigned char random[LBR_FORM_NUMBER_RANDOM] = { 8 };
	size_t at;

	for (at = 0; at < sizeof(pages) / sizeof(pages[0]); at++) {
		lbr_form_number_make(&key, cookie, pages[at].page, random, ask.form.number);
		snprintf(ask.path, sizeof(ask.path), "/liberations/%s", pages[at].second);
		ck_assert_int_eq(judge(), LBR_ROUTE_FORM);
		snprintf(ask.path, sizeof(ask.path), "/liberations/%s", pages[at].elsewhere);
		ck_assert_uint_eq(status(), 403);
	}
}
END_TEST

START_TEST(portal_p40_an_unknown_host_is_told_nothing_else)
{
	put(ask.host, "evil.example");
	ck_assert_uint_eq(status(), 421);
	ask.status = 400;
	ck_assert_uint_eq(status(), 421);
	put(ask.host, "A.example.org");
	ck_assert_uint_eq(status(), 421);
	put(ask.host, "");
	ck_assert_uint_eq(status(), 400);
	ask.status = 0;
	ck_assert_uint_eq(status(), 400);
}
END_TEST

START_TEST(portal_p15_each_site_has_its_own_base)
{
	ask.method = LBR_METHOD_GET;
	put(ask.host, "b.example.org");
	ck_assert_uint_eq(status(), 404);
	put(ask.path, "/door/sign-in");
	ck_assert_int_eq(judge(), LBR_ROUTE_SHOW);
	ck_assert_str_eq(route.site->name, "B");
	put(ask.host, "a.example.org");
	ck_assert_uint_eq(status(), 404);
}
END_TEST

START_TEST(portal_p38_an_applications_host_has_no_box_for_a_password)
{
	static const char *const get[] = { "go", "enter", "sign-in", "account", "change-password", "new-phone", "sign-out",
		"signed-out", "language" };
	static const char *const none[] = { "set-up", "token", "password", "recovery-codes", "notice", "nonsense" };
	unsigned char random[LBR_FORM_NUMBER_RANDOM] = { 8 };
	enum lbr_portal_place place;
	size_t at;

	put(ask.host, "app.example.org");
	for (place = LBR_PLACE_SIGN_IN; place < LBR_PLACES; place++) {
		if (!lbr_place_takes(place, LBR_METHOD_POST))
			continue;
		lbr_form_number_make(&key, cookie, place, random, ask.form.number);
		snprintf(ask.path, sizeof(ask.path), "/liberations/%s", lbr_place_leaf(place));
		if (place == LBR_PLACE_SIGN_OUT)
			ck_assert_int_eq(judge(), LBR_ROUTE_FORM);
		else
			ck_assert_uint_eq(status(), 404);
	}
	ask.method = LBR_METHOD_GET;
	for (at = 0; at < sizeof(get) / sizeof(get[0]); at++) {
		snprintf(ask.path, sizeof(ask.path), "/liberations/%s", get[at]);
		ck_assert_int_eq(judge(), LBR_ROUTE_SHOW);
	}
	for (at = 0; at < sizeof(none) / sizeof(none[0]); at++) {
		snprintf(ask.path, sizeof(ask.path), "/liberations/%s", none[at]);
		ck_assert_uint_eq(status(), 404);
	}
	/* And a host with boxes sends nobody to another one. */
	put(ask.host, "a.example.org");
	put(ask.path, "/liberations/go");
	ck_assert_uint_eq(status(), 404);
	put(ask.path, "/liberations/enter");
	ck_assert_uint_eq(status(), 404);
}
END_TEST

START_TEST(methods_and_places_are_those_of_the_table)
{
	put(ask.path, "/liberations/account");
	ck_assert_uint_eq(status(), 405);
	ask.method = LBR_METHOD_OTHER;
	ck_assert_uint_eq(status(), 405);
	ask.method = LBR_METHOD_GET;
	ck_assert_int_eq(judge(), LBR_ROUTE_SHOW);
	put(ask.path, "/liberations/more-time");
	ck_assert_uint_eq(status(), 405);
	put(ask.path, "/liberations/style.css");
	ck_assert_int_eq(judge(), LBR_ROUTE_STYLE);
	put(ask.path, "/liberations/up");
	ck_assert_int_eq(judge(), LBR_ROUTE_UP);
	put(ask.path, "");
	ck_assert_uint_eq(status(), 404);
	put(ask.path, "/liberations/up");
	ask.status = 431;
	ck_assert_uint_eq(status(), 431);
}
END_TEST

/* A hostile page may send any question: without the key it makes no form that counts. */
START_TEST(portal_p06_no_question_of_a_hostile_page_makes_a_form)
{
	uint64_t state = 88172645463325252ULL;
	unsigned turn;
	size_t at;

	for (turn = 0; turn < 100000; turn++) {
		for (at = 0; at < LBR_FORM_NUMBER_TEXT - 1; at++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			ask.form.number[at] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[state % 64];
		}
		ask.form_cookie[state % 64] = "AZaz09-_"[state >> 32 & 7];
		ask.fetch_site = (enum lbr_fetch_site)(state >> 40 & 1);
		ck_assert_int_ne(judge(), LBR_ROUTE_FORM);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_route");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, a_form_of_ours_counts);
	tcase_add_test(tests, portal_p22_a_form_from_elsewhere_reaches_no_dialogue);
	tcase_add_test(tests, portal_p19_another_browsers_number_or_cookie_is_refused);
	tcase_add_test(tests, the_second_form_of_a_page_bears_its_number);
	tcase_add_test(tests, portal_p40_an_unknown_host_is_told_nothing_else);
	tcase_add_test(tests, portal_p15_each_site_has_its_own_base);
	tcase_add_test(tests, portal_p38_an_applications_host_has_no_box_for_a_password);
	tcase_add_test(tests, methods_and_places_are_those_of_the_table);
	tcase_add_test(tests, portal_p06_no_question_of_a_hostile_page_makes_a_form);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
