/* What a person sends, and where they go: forms, cookies, return paths, queries, and what the gate makes of a request. */
#include <stdio.h>
#include <string.h>

#include "answer_fields.h"
#include "form.h"
#include "gate_request.h"
#include "percent.h"
#include "query.h"
#include "wanted_language.h"

#include "support/check_main.h"

#define ID "0123456789012345678901234567890123456789abc"
#define D64 "0123456789012345678901234567890123456789012345678901234567890-_z"

static struct lbr_form form;

static enum lbr_error read_form(const char *body)
{
	return lbr_form_read(body, strlen(body), &form);
}

START_TEST(a_form_is_read_into_its_boxes)
{
	ck_assert_int_eq(read_form("user=zo%C3%A9&password=a+b%26%3D&token=123+456&number=abc-_&rd=%2Fwiki%3Fx%3D1"), LBR_OK);
	ck_assert_str_eq(form.user, "zo\303\251");
	ck_assert_str_eq(form.password.bytes, "a b&=");
	ck_assert_uint_eq(form.password.len, 5);
	ck_assert_str_eq(form.token.bytes, "123 456");
	ck_assert_str_eq(form.number, "abc-_");
	ck_assert_str_eq(form.back, "/wiki?x=1");
	ck_assert(!form.unreadable && form.seen == (LBR_FORM_USER | LBR_FORM_PASSWORD | LBR_FORM_TOKEN | LBR_FORM_NUMBER | LBR_FORM_BACK));
	ck_assert_int_eq(read_form("for=" D64 "&rd=%2F"), LBR_OK);
	ck_assert_str_eq(form.destination, D64);
	ck_assert_int_eq(read_form("old=1&new=2&again=3&noted=yes&then=sign-in&token="), LBR_OK);
	ck_assert(strcmp(form.old.bytes, "1") == 0 && strcmp(form.new.bytes, "2") == 0 && strcmp(form.again.bytes, "3") == 0);
	ck_assert(form.noted && form.then_sign_in && form.token.len == 0 && (form.seen & LBR_FORM_TOKEN) != 0);
	ck_assert_int_eq(read_form(""), LBR_OK);
	ck_assert_uint_eq(form.seen, 0);
}
END_TEST

START_TEST(portal_p01_a_body_that_our_pages_never_send_is_refused_and_wiped)
{
	static const char *const bodies[] = { "user", "user=a&", "&user=a", "user=a&&token=1", "=", "x=1", "User=a", "user=a&user=b",
		"password=a&password=", "user=%", "user=%4", "user=%4g", "user=%00", "token=1%001", "number=", "noted=no", "noted=", "then=x",
		"for=", ("for=" D64 "0"), ("for=" D64 "&for=" D64), ("for=%30" D64), "us%65r=a", "password=secret&x=1", "rd=%2",
		"number=0123456789012345678901234567890123456789012345678901234567890123x" };
	static const struct lbr_form empty;
	char large[LBR_FORM_MAX + 2];
	size_t at;

	for (at = 0; at < sizeof(bodies) / sizeof(bodies[0]); at++) {
		if (read_form(bodies[at]) != LBR_ERR_SYNTAX)
			ck_abort_msg("%s is taken", bodies[at]);
		ck_assert_mem_eq(&form, &empty, sizeof(form));
	}
	ck_assert_int_eq(lbr_form_read("user=a\0b", 8, &form), LBR_ERR_SYNTAX);
	memset(large, 'a', sizeof(large));
	ck_assert_int_eq(lbr_form_read(large, LBR_FORM_MAX + 1, &form), LBR_ERR_RANGE);
}
END_TEST

/* Too much in a box gets the same answer as any wrong one. */
START_TEST(portal_p25_an_overlong_answer_is_wrong_and_no_fault)
{
	char body[1200], path[1100];

	snprintf(body, sizeof(body), "user=a&password=%0482d&token=1", 0);
	ck_assert_int_eq(read_form(body), LBR_OK);
	ck_assert(form.unreadable && form.password.len == 0 && form.password.bytes[0] == '\0' && strcmp(form.token.bytes, "1") == 0);
	snprintf(body, sizeof(body), "user=a&password=%0481d&token=1", 0);
	ck_assert_int_eq(read_form(body), LBR_OK);
	ck_assert(!form.unreadable && form.password.len == 481);
	snprintf(body, sizeof(body), "user=%065d", 0);
	ck_assert_int_eq(read_form(body), LBR_OK);
	ck_assert(form.unreadable && form.user[0] == '\0');
	snprintf(body, sizeof(body), "token=%033d", 0);
	ck_assert_int_eq(read_form(body), LBR_OK);
	ck_assert(form.unreadable && form.token.len == 0);
	memset(path, 'a', sizeof(path));
	memcpy(path, "rd=/", 4);
	path[1099] = '\0';
	ck_assert_int_eq(read_form(path), LBR_OK);
	ck_assert_str_eq(form.back, "/");
}
END_TEST

START_TEST(percent_decoding_is_strict_and_bounded)
{
	char text[8];
	size_t len;

	ck_assert_int_eq(lbr_percent_decode("%41%6a+", 7, text, 4, &len), LBR_OK);
	ck_assert_str_eq(text, "Aj ");
	ck_assert_int_eq(lbr_percent_decode("%41%6a+", 7, text, 3, &len), LBR_ERR_RANGE);
	ck_assert(len == 0 && text[0] == '\0' && text[1] == '\0');
	ck_assert_int_eq(lbr_percent_decode("%4", 2, text, 8, &len), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_percent_decode("%%41", 4, text, 8, &len), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_percent_decode("", 0, text, 8, &len), LBR_OK);
}
END_TEST

#define HOST LBR_COOKIE_SESSION

START_TEST(portal_p09_a_cookie_is_ours_in_one_form_only)
{
	static const struct { const char *field; enum lbr_error error; } cases[] = {
		{ HOST "=" ID, LBR_OK }, { "a=b; " HOST "=" ID, LBR_OK }, { "a=b;" HOST "=" ID ";c", LBR_OK },
		{ "a=\"x; y\"; " HOST "=" ID "\t; z", LBR_OK }, { HOST "-form=x; " HOST "=" ID, LBR_OK },
		{ "x" HOST "=" ID, LBR_ERR_ABSENT }, { "", LBR_ERR_ABSENT }, { ";;;", LBR_ERR_ABSENT }, { HOST, LBR_ERR_ABSENT },
		{ HOST "=", LBR_ERR_ABSENT }, { HOST "=" ID "d", LBR_ERR_ABSENT }, { HOST "=\"" ID "\"", LBR_ERR_ABSENT },
		{ HOST "= " ID, LBR_ERR_ABSENT }, { HOST " =" ID, LBR_ERR_ABSENT }, { "__host-liberations=" ID, LBR_ERR_ABSENT },
		{ HOST "=012345678901234567890123456789012345678/abc", LBR_ERR_ABSENT }, { HOST "x=" ID, LBR_ERR_ABSENT },
		{ HOST "=" ID "; " HOST "=" ID, LBR_ERR_SYNTAX }, { HOST "; " HOST "=" ID, LBR_ERR_SYNTAX },
		{ HOST "=" ID "; a=b; " HOST "=", LBR_ERR_SYNTAX }, { HOST "=" ID "\303\251", LBR_ERR_ABSENT },
	};
	char value[LBR_COOKIE_SESSION_LEN + 1];
	size_t at;

	for (at = 0; at < sizeof(cases) / sizeof(cases[0]); at++) {
		if (lbr_cookie_find(cases[at].field, HOST, LBR_COOKIE_SESSION_LEN, value) != cases[at].error)
			ck_abort_msg("%s", cases[at].field);
		ck_assert_str_eq(value, cases[at].error == LBR_OK ? ID : "");
	}
}
END_TEST

START_TEST(portal_p01_ten_thousand_cookies_are_one_field)
{
	static char field[120000];
	char value[LBR_COOKIE_SESSION_LEN + 1];
	size_t at;

	for (at = 0; at < 10000; at++)
		memcpy(field + at * 6, "aa=b; ", 6);
	memcpy(field + at * 6, HOST "=" ID, sizeof(HOST "=" ID));
	ck_assert_int_eq(lbr_cookie_find(field, HOST, LBR_COOKIE_SESSION_LEN, value), LBR_OK);
	ck_assert_str_eq(value, ID);
}
END_TEST

/* The tries that have worked elsewhere. */
START_TEST(portal_p39_no_return_path_leads_to_another_host)
{
	static const char *const bad[] = { "", "evil.example", "//evil.example", "///evil", "/\\evil", "\\/evil", "\\\\evil", "/\\/evil",
		"https://evil", "https:evil", "HTTPS://evil", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", " /ok", "\t/ok",
		"/ ok", "/ok ", "/\t/evil", "/\n/evil", "/\r\nLocation: //evil", "/a\r\nSet-Cookie: x=1", "/a\001", "/a\177", "/a#b", "/<script>",
		"/\"x", "/\303\251", "/a\\b", "/`x", "?x", "#x", "a/b", ".", "..", "./x", "@evil", ":80", "*", "/a>b", "\357\274\217/evil" };
	static const char *const good[] = { "/", "/wiki", "/wiki/Page?x=1&y=a[]=2", "/a/../b", "/%2f%2fevil", "/%5cevil", "/@evil", "/:80",
		"/a//b", "/caf%C3%A9", "/x?u=https://other/", "/.", "/a;b=c", "/~me/{x}|y^z" };
	char location[LBR_LOCATION_MAX], path[LBR_RETURN_MAX + 3];
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		if (lbr_return_path_is_sound(bad[at]))
			ck_abort_msg("%s is taken", bad[at]);
		lbr_location("https://app.example.org", "", bad[at], location);
		ck_assert_str_eq(location, "https://app.example.org/");
	}
	for (at = 0; at < sizeof(good) / sizeof(good[0]); at++) {
		ck_assert_str_eq(lbr_return_path(good[at]), good[at]);
		lbr_location("https://app.example.org", "", good[at], location);
		ck_assert(strncmp(location, "https://app.example.org/", 24) == 0 && strcmp(location + 23, good[at]) == 0);
	}
	ck_assert_str_eq(lbr_return_path(NULL), "/");
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[LBR_RETURN_MAX] = '\0';
	ck_assert(lbr_return_path_is_sound(path));
	path[LBR_RETURN_MAX] = 'a';
	path[LBR_RETURN_MAX + 1] = '\0';
	ck_assert(!lbr_return_path_is_sound(path));
}
END_TEST

/* Every byte at each of the first places. */
START_TEST(portal_p39_no_byte_ends_the_hosts_name)
{
	char path[8], wanted[] = "/aaaa";
	int byte, at;

	for (byte = 1; byte < 256; byte++)
		for (at = 0; at < 4; at++) {
			memcpy(path, wanted, sizeof(wanted));
			path[at] = (char)byte;
			if (!lbr_return_path_is_sound(path))
				continue;
			ck_assert(path[0] == '/' && path[1] != '/' && strpbrk(path, "\\ \t\r\n\"<>#`") == NULL);
			ck_assert(byte > 0x20 && byte < 0x7f);
		}
}
END_TEST

START_TEST(a_query_is_read_and_never_believed)
{
	struct lbr_query query;

	lbr_query_read("to=fr&rd=%2Fwiki%3Fx%3D1", &query);
	ck_assert_int_eq(query.to, LBR_LANGUAGE_FR);
	ck_assert_str_eq(query.back, "/wiki?x=1");
	lbr_query_read("rd=/wiki?x=%2F&with=recovery", &query);
	ck_assert_str_eq(query.back, "/wiki?x=%2F&with=recovery");
	ck_assert(!query.with_recovery);
	lbr_query_read("said=<b>&with=x&to=de&rd=%2F%2Fevil", &query);
	ck_assert(query.said[0] == '\0' && !query.with_recovery && query.to == LBR_LANGUAGE_NONE && query.back[0] == '\0');
	lbr_query_read("said=no&said=late", &query);
	ck_assert_str_eq(query.said, "no");
	lbr_query_read("said=aaaaaaaaaaaaaaaa&rd=https%3A%2F%2Fevil", &query);
	ck_assert(query.said[0] == '\0' && query.back[0] == '\0');
	lbr_query_read("for=" D64 "&again=1&ticket=" ID "&for=" ID "&rd=/", &query);
	ck_assert(strcmp(query.destination, D64) == 0 && strcmp(query.ticket, ID) == 0 && query.again);
	lbr_query_read("for=" D64 "0&ticket=" ID "%41&again=2", &query);
	ck_assert(query.destination[0] == '\0' && query.ticket[0] == '\0' && !query.again);
	lbr_query_read("rd=/&for=" D64 "&ticket=" ID, &query);
	ck_assert(query.destination[0] == '\0' && query.ticket[0] == '\0');
	lbr_query_read(NULL, &query);
	ck_assert_str_eq(query.back, "");
}
END_TEST

START_TEST(the_browsers_language_is_the_heaviest_of_ours)
{
	static const struct { const char *value; enum lbr_language language; } cases[] = {
		{ "fr-CA,fr;q=0.9,en;q=0.8", LBR_LANGUAGE_FR }, { "en-US,en;q=0.9,fr;q=0.8", LBR_LANGUAGE_EN }, { "fr", LBR_LANGUAGE_FR },
		{ "de, fr;q=0.5, en;q=0.7", LBR_LANGUAGE_EN }, { "FR", LBR_LANGUAGE_FR }, { "fr;q=0", LBR_LANGUAGE_NONE },
		{ "fr;q=0.001, en;q=0", LBR_LANGUAGE_FR }, { "", LBR_LANGUAGE_NONE }, { "de", LBR_LANGUAGE_NONE }, { "*", LBR_LANGUAGE_NONE },
		{ "frx, eng", LBR_LANGUAGE_NONE }, { "fr;q=2", LBR_LANGUAGE_NONE }, { "fr;q=", LBR_LANGUAGE_NONE }, { ",,;,en", LBR_LANGUAGE_EN },
		{ "fr; q=1.0 ,en", LBR_LANGUAGE_FR }, { "f", LBR_LANGUAGE_NONE },
	};
	size_t at;

	for (at = 0; at < sizeof(cases) / sizeof(cases[0]); at++)
		if (lbr_wanted_language(cases[at].value) != cases[at].language)
			ck_abort_msg("%s", cases[at].value);
}
END_TEST

START_TEST(portal_p05_every_answer_bears_the_same_fields)
{
	static const char *const wanted[] = { "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
		"Cache-Control", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "X-Robots-Tag" };
	const struct lbr_answer_field *field;
	size_t at;

	for (at = 0; at < sizeof(wanted) / sizeof(wanted[0]); at++) {
		for (field = lbr_answer_fields; field->name != NULL && strcmp(field->name, wanted[at]) != 0; field++)
			;
		ck_assert_ptr_nonnull(field->name);
	}
	ck_assert_ptr_nonnull(strstr(lbr_answer_fields[0].value, "default-src 'none'"));
	ck_assert_ptr_null(strstr(lbr_answer_fields[0].value, "unsafe"));
	for (field = lbr_answer_fields; field->name != NULL; field++)
		ck_assert_str_ne(field->value, "no-referrer");
}
END_TEST

START_TEST(portal_p40_cookies_and_locations_hold_no_line_break)
{
	char cookie[LBR_SET_COOKIE_MAX], location[LBR_LOCATION_MAX];

	lbr_set_cookie(LBR_COOKIE_KIND_SESSION, ID, cookie);
	ck_assert_str_eq(cookie, "__Host-liberations=" ID "; Path=/; Secure; HttpOnly; SameSite=Lax");
	lbr_set_cookie(LBR_COOKIE_KIND_SESSION, "", cookie);
	ck_assert_str_eq(cookie, "__Host-liberations=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
	lbr_set_cookie(LBR_COOKIE_KIND_LANGUAGE, "fr", cookie);
	ck_assert_str_eq(cookie, "__Host-liberations-language=fr; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000");
	lbr_set_cookie(LBR_COOKIE_KIND_FORM, "a; Domain=x", cookie);
	ck_assert_str_eq(cookie, "");
	lbr_set_cookie(LBR_COOKIE_KIND_FORM, "a\r\nb", cookie);
	ck_assert_str_eq(cookie, "");
	lbr_location("https://a", "", "/x\r\nSet-Cookie: y=1", location);
	ck_assert_str_eq(location, "https://a/");
	lbr_location("https://a", "/b/sign-in?said=no&rd=", "/x?y", location);
	ck_assert_str_eq(location, "https://a/b/sign-in?said=no&rd=/x?y");
	lbr_location("https://a", "/b/sign-in?said=no&rd=", "//x", location);
	ck_assert_str_eq(location, "https://a/b/sign-in?said=no&rd=");
}
END_TEST

START_TEST(portal_p38_a_form_leads_to_its_own_site_or_one_that_is_configured)
{
	static const char *const none[] = { "", "https://a;b", "https://a b", "http://a", "'self'", "https://A", "https://a,b" };
	char policy[LBR_CONTENT_POLICY_MAX], large[LBR_CONTENT_POLICY_MAX];
	size_t at;

	lbr_content_policy("https://app.example.org:8443", policy);
	ck_assert_ptr_nonnull(strstr(policy, "; form-action 'self' https://app.example.org:8443; base-uri 'none'; "));
	for (at = 0; at < sizeof(none) / sizeof(none[0]); at++) {
		lbr_content_policy(none[at], policy);
		ck_assert_str_eq(policy, lbr_answer_fields[0].value);
	}
	memset(large, 'a', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	memcpy(large, "https://", 8);
	lbr_content_policy(large, policy);
	ck_assert_str_eq(policy, lbr_answer_fields[0].value);
}
END_TEST

struct field { const char *name, *value; };

static struct lbr_gate_request gate;
static bool elsewhere;

static const char *location_of(const char *target, const struct field *fields, unsigned wanted)
{
	static char location[LBR_GATE_LOCATION_MAX];

	lbr_gate_begin(&gate, target);
	for (; fields->name != NULL; fields++)
		lbr_gate_field(&gate, fields->name, fields->value);
	ck_assert_uint_eq(lbr_gate_end(&gate), wanted);
	lbr_gate_location(&gate, "https://app.example.org", "/liberations", elsewhere, location);
	return location;
}

START_TEST(portal_p17_people_are_sent_to_the_sign_in_page_and_scripts_are_not)
{
	const struct field page[] = { { "Sec-Fetch-Mode", "navigate" }, { "X-Original-URI", "/wiki?x=1&y=2" }, { NULL, NULL } };
	const struct field old[] = { { "Accept", "text/html,*/*" }, { "X-Forwarded-Uri", "/a" }, { NULL, NULL } };
	const struct field script[] = { { "Accept", "text/html" }, { "Sec-Fetch-Mode", "cors" }, { "X-Original-URI", "/api" }, { NULL, NULL } };
	const struct field post[] = { { "Sec-Fetch-Mode", "navigate" }, { "X-Original-URI", "/save" }, { "X-Original-Method", "POST" },
		{ NULL, NULL } };
	const struct field odd[] = { { "Sec-Fetch-Mode", "navigate" }, { "X-Original-URI", "//evil" }, { NULL, NULL } };
	const struct field none[] = { { NULL, NULL } };

	ck_assert_str_eq(location_of("/authz", page, 0), "https://app.example.org/liberations/sign-in?rd=/wiki?x=1&y=2");
	ck_assert(!gate.redirect && gate.site[0] == '\0');
	ck_assert_str_eq(location_of("/authz/redirect", old, 0), "https://app.example.org/liberations/sign-in?rd=/a");
	ck_assert(gate.redirect);
	ck_assert_str_eq(location_of("/authz", script, 0), "");
	ck_assert_str_eq(location_of("/authz/redirect/app.example.org", post, 0),
	                 "https://app.example.org/liberations/sign-in?said=ended&rd=/");
	ck_assert_str_eq(gate.site, "app.example.org");
	ck_assert_str_eq(location_of("/authz", odd, 0), "https://app.example.org/liberations/sign-in?rd=/");
	ck_assert_str_eq(location_of("/authz", none, 0), "");
	elsewhere = true;
	ck_assert_str_eq(location_of("/authz", page, 0), "https://app.example.org/liberations/go?rd=/wiki?x=1&y=2");
	ck_assert_str_eq(location_of("/authz", post, 0), "https://app.example.org/liberations/go?said=ended&rd=/");
	ck_assert_str_eq(location_of("/authz", script, 0), "");
	elsewhere = false;
}
END_TEST

START_TEST(portal_p09_what_the_gate_cannot_read_is_400)
{
	static const char *const targets[] = { "", "/", "/authz/", "/authzx", "/authz?x", "/authz/redirectx/", "/authz/a/b", "/authz/A",
		"/authz/redirect/", "*", "/AUTHZ", "/authz/a%", "http://x/authz" };
	const struct field none[] = { { NULL, NULL } };
	const struct field twice[] = { { "Cookie", HOST "=" ID }, { "cookie", "a=b" }, { NULL, NULL } };
	const struct field planted[] = { { "Cookie", HOST "=" ID "; " HOST "=" ID }, { NULL, NULL } };
	const struct field broken[] = { { "Cookie", HOST "=%00" }, { NULL, NULL } };
	size_t at;

	for (at = 0; at < sizeof(targets) / sizeof(targets[0]); at++)
		(void)location_of(targets[at], none, 400);
	(void)location_of("/authz", twice, 400);
	ck_assert_str_eq(gate.session, "");
	(void)location_of("/authz", planted, 400);
	ck_assert_str_eq(gate.session, "");
	(void)location_of("/authz", broken, 0);
	ck_assert_str_eq(gate.session, "");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_form");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_form_is_read_into_its_boxes);
	tcase_add_test(tests, portal_p01_a_body_that_our_pages_never_send_is_refused_and_wiped);
	tcase_add_test(tests, portal_p25_an_overlong_answer_is_wrong_and_no_fault);
	tcase_add_test(tests, percent_decoding_is_strict_and_bounded);
	tcase_add_test(tests, portal_p09_a_cookie_is_ours_in_one_form_only);
	tcase_add_test(tests, portal_p01_ten_thousand_cookies_are_one_field);
	tcase_add_test(tests, portal_p39_no_return_path_leads_to_another_host);
	tcase_add_test(tests, portal_p39_no_byte_ends_the_hosts_name);
	tcase_add_test(tests, a_query_is_read_and_never_believed);
	tcase_add_test(tests, the_browsers_language_is_the_heaviest_of_ours);
	tcase_add_test(tests, portal_p05_every_answer_bears_the_same_fields);
	tcase_add_test(tests, portal_p38_a_form_leads_to_its_own_site_or_one_that_is_configured);
	tcase_add_test(tests, portal_p40_cookies_and_locations_hold_no_line_break);
	tcase_add_test(tests, portal_p17_people_are_sent_to_the_sign_in_page_and_scripts_are_not);
	tcase_add_test(tests, portal_p09_what_the_gate_cannot_read_is_400);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
