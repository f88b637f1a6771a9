/* What the portal takes for a request, and what it refuses with which status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "head_filter.h"
#include "http_request.h"

#include "support/check_main.h"

/* --- the bytes of a head --------------------------------------------------------------------------------------------------- */

#define GET_LINE "GET /liberations/sign-in HTTP/1.1\r\n"

static const struct { const char *head; size_t len; unsigned status; } heads[] = {
#define HEAD(text, status) { text, sizeof(text) - 1, status }
	HEAD(GET_LINE "Host: a\r\n\r\n", 0),
	HEAD(GET_LINE "Host: a\r\nCookie: x=\303\251\t1\r\nEmpty:\r\n\r\n", 0),
	HEAD(GET_LINE "\r\n", 0),
	HEAD("\r\n" GET_LINE "Host: a\r\n\r\n", 400),
	HEAD("\n", 400),
	HEAD("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
	HEAD("GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
	HEAD("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\n: a\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\177\r\n\r\n", 400),
	HEAD("GET / HTTP/1.1\r\nHost: a\001\r\n\r\n", 400),
	HEAD("GET /\303\251 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
	HEAD("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
#undef HEAD
};
#define HEADS (int)(sizeof(heads) / sizeof(heads[0]))

static unsigned filtered(const char *bytes, size_t len, size_t cut, size_t *ret_used)
{
	struct lbr_head head = { 0 };

	*ret_used = lbr_head_feed(&head, bytes, cut);
	if (*ret_used == cut)
		*ret_used += lbr_head_feed(&head, bytes + cut, len - cut);
	ck_assert(head.place == LBR_HEAD_DONE || head.place == LBR_HEAD_REFUSED);
	return head.status;
}

/* Cut at each byte, with a body behind it. */
START_TEST(portal_p02_a_head_is_judged_byte_for_byte_however_it_is_cut)
{
	char bytes[256];
	size_t cut, used, len = heads[_i].len + 4;

	memcpy(bytes, heads[_i].head, heads[_i].len);
	memcpy(bytes + heads[_i].len, "body", 4);
	for (cut = 0; cut <= len; cut++) {
		ck_assert_uint_eq(filtered(bytes, len, cut, &used), heads[_i].status);
		if (heads[_i].status == 0)
			ck_assert_uint_eq(used, heads[_i].len);
	}
}
END_TEST

START_TEST(portal_p01_no_head_is_longer_than_its_bound)
{
	static char bytes[1000000];
	struct lbr_head head = { 0 };
	size_t at;

	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes, GET_LINE "Cookie: ", sizeof(GET_LINE "Cookie: ") - 1);
	ck_assert_uint_eq(lbr_head_feed(&head, bytes, sizeof(bytes)), LBR_HEAD_MAX + 1);
	ck_assert_uint_eq(head.status, 431);
	for (at = sizeof(GET_LINE) - 1; at + 6 < sizeof(bytes); at += 6)
		memcpy(bytes + at, "A: b\r\n", 6);
	memset(&head, 0, sizeof(head));
	(void)lbr_head_feed(&head, bytes, sizeof(bytes));
	ck_assert_uint_eq(head.status, 431);
	ck_assert_uint_eq(head.fields, LBR_HEAD_FIELDS_MAX + 1);
	ck_assert_uint_eq(lbr_head_feed(&head, bytes, 10), 0);
}
END_TEST

/* --- a request ------------------------------------------------------------------------------------------------------------- */

#define ID "0123456789012345678901234567890123456789abc"

struct field { const char *name, *value; };

static struct lbr_http_request got;

/* The request of a browser with one field more. */
static unsigned status_of(const char *method, const char *target, const char *version, struct field more, struct field and)
{
	lbr_http_begin(&got, method, target, version);
	if (and.name == NULL || strcasecmp(and.name, "-Host") != 0)
		lbr_http_field(&got, "Host", "app.example.org");
	lbr_http_field(&got, "User-Agent", "any");
	if (strcmp(method, "POST") == 0 && (and.name == NULL || strcmp(and.name, "-Length") != 0))
		lbr_http_field(&got, "content-length", "10");
	if (strcmp(method, "POST") == 0 && (and.name == NULL || strcmp(and.name, "-Type") != 0))
		lbr_http_field(&got, "Content-Type", "application/x-www-form-urlencoded");
	if (more.name != NULL)
		lbr_http_field(&got, more.name, more.value);
	if (and.name != NULL && and.name[0] != '-')
		lbr_http_field(&got, and.name, and.value);
	return lbr_http_end(&got);
}

static const struct {
	unsigned status;
	const char *method, *target, *version;
	struct field more, and;
} requests[] = {
	{ 0, "GET", "/liberations/sign-in", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 0, "HEAD", "/liberations/sign-in?said=no", "HTTP/1.0", { NULL, NULL }, { NULL, NULL } },
	{ 0, "POST", "/liberations/sign-in", "HTTP/1.1", { "Origin", "https://app.example.org" }, { "Sec-Fetch-Site", "same-origin" } },
	{ 0, "GET", "/", "HTTP/1.1", { "Content-Length", "0" }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/2.0", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/0.9", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "/", "http/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "https://app.example.org/", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "OPTIONS", "*", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "/a#b", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "/a b", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "/\303\251", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 404, "GET", "/static/%00", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 404, "GET", "/liberations%2fsign-in", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 404, "GET", "//liberations/sign-in", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 404, "GET", "/x/../liberations/sign-in", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 404, "GET", "/liberations\\sign-in", "HTTP/1.1", { NULL, NULL }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Transfer-Encoding", "chunked" }, { NULL, NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "transfer-encoding", "identity" }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Expect", "100-continue" }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Upgrade", "websocket" }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Host", "app.example.org" }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { NULL, NULL }, { "-Host", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Length", "10" }, { NULL, NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { NULL, NULL }, { "-Length", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { NULL, NULL }, { "-Type", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Type", "text/plain" }, { "-Type", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Type", "application/x-www-form-urlencodedx" }, { "-Type", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Type", "multipart/form-data; boundary=x" }, { "-Type", NULL } },
	{ 0, "POST", "/", "HTTP/1.1", { "Content-Type", "application/x-www-form-urlencoded; charset=UTF-8" }, { "-Type", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Length", "+10" }, { "-Length", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Length", "10, 10" }, { "-Length", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Length", "0x10" }, { "-Length", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Length", "" }, { "-Length", NULL } },
	{ 400, "POST", "/", "HTTP/1.1", { "Content-Length", "18446744073709551626" }, { "-Length", NULL } },
	{ 413, "POST", "/", "HTTP/1.1", { "Content-Length", "8193" }, { "-Length", NULL } },
	{ 0, "POST", "/", "HTTP/1.1", { "Content-Length", "8192" }, { "-Length", NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Content-Length", "1" }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Cookie", "a=b" }, { "Cookie", "a=b" } },
	{ 400, "GET", "/", "HTTP/1.1", { "Cookie", "__Host-liberations=x; __Host-liberations=" ID }, { NULL, NULL } },
	{ 400, "GET", "/", "HTTP/1.1", { "Origin", "https://a" }, { "origin", "https://a" } },
	{ 400, "GET", "/", "HTTP/1.1", { "Sec-Fetch-Site", "none" }, { "SEC-FETCH-SITE", "none" } },
	{ 0, "GET", "/", "HTTP/1.1", { "Cookie", "__Host-liberations=short; \"=; ;; = ;PHPSESSID=\001\377" }, { NULL, NULL } },
};
#define REQUESTS (int)(sizeof(requests) / sizeof(requests[0]))

START_TEST(portal_p02_what_two_programs_may_read_in_two_ways_is_refused)
{
	unsigned status = status_of(requests[_i].method, requests[_i].target, requests[_i].version, requests[_i].more, requests[_i].and);

	if (status != requests[_i].status)
		ck_abort_msg("%s %s, %s: %u instead of %u", requests[_i].method, requests[_i].target,
		             requests[_i].more.name != NULL ? requests[_i].more.name : "-", status, requests[_i].status);
}
END_TEST

START_TEST(a_browsers_request_is_understood)
{
	struct field none = { NULL, NULL };

	ck_assert_uint_eq(status_of("GET", "/liberations/sign-in?with=recovery&said=no&rd=/a?b=1&said=x", "HTTP/1.1",
	                            (struct field){ "Cookie", "x=1;__Host-liberations=" ID " ; y=\"2\"" },
	                            (struct field){ "X-Forwarded-For", "evil, 192.0.2.7" }), 0);
	ck_assert_str_eq(got.path, "/liberations/sign-in");
	ck_assert(got.query.with_recovery);
	ck_assert_str_eq(got.query.said, "no");
	ck_assert_str_eq(got.query.back, "/a?b=1&said=x");
	ck_assert_str_eq(got.session, ID);
	ck_assert_str_eq(got.form, "");
	ck_assert_str_eq(got.address, "192.0.2.7");
	ck_assert(lbr_http_is_for(&got, "https://app.example.org"));
	ck_assert(!lbr_http_is_for(&got, "https://app.example.org:8443"));
	ck_assert(!lbr_http_is_for(&got, "https://app.example.or"));
	ck_assert(!lbr_http_is_for(&got, "app.example.org"));
	(void)status_of("GET", "/", "HTTP/1.1", (struct field){ "Accept-Language", "en" },
	                (struct field){ "Cookie", "__Host-liberations-language=fr" });
	ck_assert_int_eq(got.language, LBR_LANGUAGE_FR);
	(void)status_of("GET", "/", "HTTP/1.1", (struct field){ "Cookie", "__Host-liberations-language=fr" },
	                (struct field){ "Accept-Language", "en" });
	ck_assert_int_eq(got.language, LBR_LANGUAGE_FR);
	(void)status_of("GET", "/", "HTTP/1.1", (struct field){ "Accept-Language", "en" }, none);
	ck_assert_int_eq(got.language, LBR_LANGUAGE_EN);
}
END_TEST

/* --- places ---------------------------------------------------------------------------------------------------------------- */

START_TEST(a_path_is_a_place_byte_for_byte)
{
	static const char *const none[] = { "/liberations", "/liberations/", "/liberations/Sign-in", "/liberations/sign-in/",
		"/liberations/sign-in2", "/x/liberations/sign-in", "liberations/sign-in", "/", "", "/liberations/sign-in ", "/liberations//sign-in" };
	char path[64];
	size_t at;
	int place;

	for (place = LBR_PLACE_SIGN_IN; place < LBR_PLACES; place++) {
		snprintf(path, sizeof(path), "/liberations/%s", lbr_place_leaf((enum lbr_portal_place)place));
		ck_assert_int_eq(lbr_place_of("/liberations", path), place);
		ck_assert(!lbr_place_takes((enum lbr_portal_place)place, LBR_METHOD_OTHER));
		ck_assert_int_eq(lbr_place_takes((enum lbr_portal_place)place, LBR_METHOD_GET),
		                 lbr_place_takes((enum lbr_portal_place)place, LBR_METHOD_HEAD));
		ck_assert(lbr_place_takes((enum lbr_portal_place)place, LBR_METHOD_GET) ||
		          lbr_place_takes((enum lbr_portal_place)place, LBR_METHOD_POST));
	}
	for (at = 0; at < sizeof(none) / sizeof(none[0]); at++)
		ck_assert_int_eq(lbr_place_of("/liberations", none[at]), LBR_PLACE_NONE);
	ck_assert(!lbr_place_takes(LBR_PLACE_NONE, LBR_METHOD_GET));
	ck_assert_str_eq(lbr_place_leaf(LBR_PLACES), "");
	ck_assert_int_eq(lbr_method_of("get"), LBR_METHOD_OTHER);
	ck_assert_int_eq(lbr_method_of("DELETE"), LBR_METHOD_OTHER);
}
END_TEST

/* --- the rest of the head -------------------------------------------------------------------------------------------------- */

START_TEST(portal_p22_a_post_counts_only_from_our_own_pages)
{
	static const char own[] = "https://app.example.org";

	ck_assert(lbr_post_is_own(lbr_fetch_site_of("same-origin"), "https://evil", own));
	ck_assert(lbr_post_is_own(lbr_fetch_site_of("none"), NULL, own));
	ck_assert(!lbr_post_is_own(lbr_fetch_site_of("same-site"), own, own));
	ck_assert(!lbr_post_is_own(lbr_fetch_site_of("cross-site"), own, own));
	ck_assert(!lbr_post_is_own(lbr_fetch_site_of("Same-Origin"), own, own));
	ck_assert(!lbr_post_is_own(lbr_fetch_site_of(""), own, own));
	ck_assert(lbr_post_is_own(LBR_FETCH_SITE_ABSENT, own, own));
	ck_assert(!lbr_post_is_own(LBR_FETCH_SITE_ABSENT, "null", own));
	ck_assert(!lbr_post_is_own(LBR_FETCH_SITE_ABSENT, "https://app.example.org.evil", own));
	ck_assert(!lbr_post_is_own(LBR_FETCH_SITE_ABSENT, "http://app.example.org", own));
	ck_assert(!lbr_post_is_own(LBR_FETCH_SITE_ABSENT, "", own));
	ck_assert(lbr_post_is_own(LBR_FETCH_SITE_ABSENT, NULL, own));
}
END_TEST

START_TEST(portal_p30_an_address_is_the_last_one_or_none)
{
	static const struct { const char *value, *address; } cases[] = {
		{ "192.0.2.7", "192.0.2.7" }, { "10.0.0.1, 192.0.2.7", "192.0.2.7" }, { "a,\t2001:DB8::0:7 ", "2001:db8::7" },
		{ "::ffff:192.0.2.7", "::ffff:192.0.2.7" }, { "192.0.2.7,", "-" }, { "a", "-" }, { "", "-" }, { "fe80::1%eth0", "-" },
		{ "192.0.2.7:80", "-" }, { "[::1]", "-" }, { "1.2.3.4 5", "-" }, { "127.1", "-" }, { "0x7f000001", "-" },
		{ "::1\n", "-" }, { "fffffffffffffffffffffffffffffffffffffffffffffffffffffff", "-" },
	};
	char address[LBR_CLAIMED_ADDRESS_MAX], *large = malloc(1000001);
	size_t at;

	for (at = 0; at < sizeof(cases) / sizeof(cases[0]); at++) {
		lbr_claimed_address(cases[at].value, address);
		ck_assert_str_eq(address, cases[at].address);
	}
	memset(large, '1', 1000000);
	large[1000000] = '\0';
	lbr_claimed_address(large, address);
	ck_assert_str_eq(address, "-");
	free(large);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_http");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, portal_p02_a_head_is_judged_byte_for_byte_however_it_is_cut, 0, HEADS);
	tcase_add_test(tests, portal_p01_no_head_is_longer_than_its_bound);
	tcase_add_loop_test(tests, portal_p02_what_two_programs_may_read_in_two_ways_is_refused, 0, REQUESTS);
	tcase_add_test(tests, a_browsers_request_is_understood);
	tcase_add_test(tests, a_path_is_a_place_byte_for_byte);
	tcase_add_test(tests, portal_p22_a_post_counts_only_from_our_own_pages);
	tcase_add_test(tests, portal_p30_an_address_is_the_last_one_or_none);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
