/* The frames between page, gate and keeper: what is put is got, and anything else is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate_frames.h"
#include "page_frames.h"

#include "support/check_main.h"

static struct lbr_frame frame;
static struct lbr_page_ask ask, got_ask;
static struct lbr_page_tell tell, got_tell;

/* Fills a text to its last byte. */
static void fill(char *text, size_t size, char with)
{
	memset(text, with, size - 1);
	text[size - 1] = '\0';
}

static void fill_path(char *path)
{
	fill(path, LBR_RETURN_MAX + 1, 'p');
	path[0] = '/';
}

static void fill_secret(struct lbr_secret *secret)
{
	secret->len = LBR_FORM_PASSWORD_MAX;
	memset(secret->bytes, 's', secret->len);
}

static void fill_ask(void)
{
	memset(&ask, 0, sizeof(ask));
	ask.method = LBR_METHOD_POST;
	ask.status = 431;
	ask.has_origin = true;
	fill(ask.path, sizeof(ask.path), '/');
	ask.fetch_site = LBR_FETCH_SITE_OTHER;
	ask.language = LBR_LANGUAGE_FR;
	fill(ask.host, sizeof(ask.host), 'h');
	fill(ask.origin, sizeof(ask.origin), 'o');
	fill(ask.session, sizeof(ask.session), 'i');
	fill(ask.form_cookie, sizeof(ask.form_cookie), 'c');
	fill(ask.go_cookie, sizeof(ask.go_cookie), 'g');
	fill(ask.query.destination, sizeof(ask.query.destination), 'd');
	fill(ask.query.ticket, sizeof(ask.query.ticket), 't');
	fill(ask.form.destination, sizeof(ask.form.destination), 'D');
	ask.query.again = true;
	fill(ask.address, sizeof(ask.address), 'a');
	fill(ask.query.said, sizeof(ask.query.said), 'w');
	fill_path(ask.query.back);
	ask.query.with_recovery = true;
	ask.query.to = LBR_LANGUAGE_FR;
	ask.form.seen = (LBR_FORM_FOR << 1) - 1;
	ask.form.unreadable = ask.form.noted = ask.form.then_sign_in = true;
	fill(ask.form.user, sizeof(ask.form.user), 'u');
	fill_secret(&ask.form.password);
	fill_secret(&ask.form.token);
	fill_secret(&ask.form.old);
	fill_secret(&ask.form.new);
	fill_secret(&ask.form.again);
	fill(ask.form.number, sizeof(ask.form.number), 'n');
	fill_path(ask.form.back);
}

static void fill_tell(void)
{
	unsigned at;

	memset(&tell, 0, sizeof(tell));
	tell.kind = LBR_TELL_PAGE;
	tell.status = 599;
	tell.wait_s = 3600;
	tell.set_session = LBR_TELL_COOKIE_SET;
	tell.set_language = tell.language = LBR_LANGUAGE_FR;
	tell.page = LBR_PAGE_KINDS - 1;
	tell.said = LBR_SAIDS - 1;
	tell.has_logo = tell.has_style = tell.with_recovery = tell.proven = true;
	tell.say_count = LBR_PAGE_SAYS_MAX;
	tell.code_count = LBR_PAGE_SHEET_MAX;
	tell.session_count = LBR_PAGE_SESSIONS_MAX;
	tell.step = tell.steps = 9;
	tell.tries_left = 255;
	tell.codes_left = 255;
#define FILL(field, with) fill(tell.field, sizeof(tell.field), with)
	FILL(origin, 'o');
	FILL(own, 'O');
	FILL(go, 'g');
	FILL(session, 's');
	FILL(form_cookie, 'f');
	FILL(go_cookie, 'G');
	FILL(forget, 'F');
	FILL(allowed, 'a');
	FILL(destination, 'd');
	FILL(base, 'b');
	FILL(name, 'n');
	FILL(help, 'h');
	FILL(issuer, 'i');
	FILL(number, '1');
	FILL(user, 'u');
	FILL(back, 'k');
	FILL(uri, 'U');
	FILL(key, 'K');
	FILL(until, '2');
	FILL(from, '3');
	FILL(last_sign_in, '4');
	for (at = 0; at < LBR_PAGE_SAYS_MAX; at++) {
		tell.say_errors[at] = at % 2 == 0;
		FILL(says[at], 't');
	}
	for (at = 0; at < LBR_PAGE_SHEET_MAX; at++)
		FILL(codes[at], 'C');
	for (at = 0; at < LBR_PAGE_SESSIONS_MAX; at++) {
		FILL(sessions[at].since, '5');
		FILL(sessions[at].seen, '6');
		FILL(sessions[at].address, '7');
	}
#undef FILL
}

START_TEST(the_largest_frames_are_what_was_put)
{
	fill_ask();
	ck_assert_int_eq(lbr_page_ask_put(&frame, &ask), LBR_OK);
	ck_assert_int_eq(lbr_page_ask_get(&frame, &got_ask), LBR_OK);
	ck_assert_mem_eq(&got_ask, &ask, sizeof(ask));
	ck_assert_int_eq(lbr_page_tell_get(&frame, &got_tell), LBR_ERR_SYNTAX);
	fill_tell();
	ck_assert_int_eq(lbr_page_tell_put(&frame, &tell), LBR_OK);
	ck_assert_int_eq(lbr_page_tell_get(&frame, &got_tell), LBR_OK);
	ck_assert_mem_eq(&got_tell, &tell, sizeof(tell));
}
END_TEST

START_TEST(portal_p06_a_frame_with_an_unsound_path_is_refused)
{
	fill_ask();
	memcpy(ask.form.back, "//evil", 7);
	ck_assert_int_eq(lbr_page_ask_put(&frame, &ask), LBR_OK);
	ck_assert_int_eq(lbr_page_ask_get(&frame, &got_ask), LBR_ERR_SYNTAX);
	fill_ask();
	memcpy(ask.query.back, "https://evil", 13);
	ck_assert_int_eq(lbr_page_ask_put(&frame, &ask), LBR_OK);
	ck_assert_int_eq(lbr_page_ask_get(&frame, &got_ask), LBR_ERR_SYNTAX);
}
END_TEST

/* Every byte changed, every length cut: refused and wiped, or a whole message within its bounds. */
START_TEST(portal_p06_no_broken_frame_leaves_half_a_message)
{
	static const struct lbr_page_ask empty;
	static struct lbr_frame whole;
	size_t at;

	fill_ask();
	ck_assert_int_eq(lbr_page_ask_put(&whole, &ask), LBR_OK);
	for (at = 0; at < whole.len; at++) {
		frame = whole;
		frame.len = at;
		ck_assert_int_eq(lbr_page_ask_get(&frame, &got_ask), LBR_ERR_SYNTAX);
		ck_assert_mem_eq(&got_ask, &empty, sizeof(empty));
		frame = whole;
		frame.bytes[at] ^= 0xff;
		if (lbr_page_ask_get(&frame, &got_ask) == LBR_OK)
			ck_assert_mem_ne(&got_ask, &ask, sizeof(ask));
		else
			ck_assert_mem_eq(&got_ask, &empty, sizeof(empty));
	}
	frame = whole;
	frame.bytes[frame.len++] = 0;
	ck_assert_int_eq(lbr_page_ask_get(&frame, &got_ask), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(portal_p09_the_gate_hears_yes_in_one_form_only)
{
	static struct lbr_gate_tell said = { .serial = 7, .verdict = LBR_GATE_YES, .user = "alice" }, got;
	static struct lbr_frame whole;
	static const struct lbr_gate_tell empty;
	struct lbr_gate_leave leave;
	struct lbr_gate_ask question = { .serial = UINT64_MAX, .site = "a.example.org", .session = "x" }, got_question;
	size_t at;
	int bit;

	ck_assert_int_eq(lbr_gate_ask_put(&frame, &question), LBR_OK);
	ck_assert_int_eq(lbr_gate_ask_get(&frame, &got_question), LBR_OK);
	ck_assert_mem_eq(&got_question, &question, sizeof(question));
	ck_assert_int_eq(lbr_gate_tell_put(&whole, &said), LBR_OK);
	ck_assert_int_eq(lbr_gate_tell_get(&whole, &got), LBR_OK);
	ck_assert_mem_eq(&got, &said, sizeof(said));
	/* A "no" never becomes a "yes" by one flipped bit, whatever the bit. */
	said = (struct lbr_gate_tell){ .serial = 7, .verdict = LBR_GATE_NO, .origin = "https://a", .base = "/b", .elsewhere = true };
	ck_assert_int_eq(lbr_gate_tell_put(&whole, &said), LBR_OK);
	for (at = 0; at < whole.len; at++)
		for (bit = 0; bit < 8; bit++) {
			frame = whole;
			frame.bytes[at] ^= 1 << bit;
			if (lbr_gate_tell_get(&frame, &got) == LBR_OK)
				ck_assert_int_ne(got.verdict, LBR_GATE_YES);
			else
				ck_assert_mem_eq(&got, &empty, sizeof(empty));
		}
	ck_assert_int_eq(lbr_gate_leave_put(&frame, &(struct lbr_gate_leave){ .all = true }), LBR_OK);
	ck_assert(lbr_gate_leave_get(&frame, &leave) == LBR_OK && leave.all && lbr_gate_tell_get(&frame, &got) == LBR_ERR_SYNTAX);
	frame.len--;
	ck_assert(lbr_gate_leave_get(&frame, &leave) == LBR_ERR_SYNTAX && !leave.all);
	said = (struct lbr_gate_tell){ .verdict = LBR_GATE_YES };
	ck_assert_int_eq(lbr_gate_tell_put(&frame, &said), LBR_ERR_SYNTAX);
	said = (struct lbr_gate_tell){ .verdict = LBR_GATE_NO, .user = "alice" };
	ck_assert_int_eq(lbr_gate_tell_put(&frame, &said), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_gate_tell_get(&frame, &got), LBR_ERR_SYNTAX);
}
END_TEST

START_TEST(portal_p12_a_name_is_one_header_value)
{
	char value[LBR_REMOTE_USER_MAX], name[LBR_GATE_USER_MAX + 1];

	lbr_remote_user("alice.b-c_d@x+1", value);
	ck_assert_str_eq(value, "alice.b-c_d@x+1");
	lbr_remote_user("zo\303\251", value);
	ck_assert_str_eq(value, "zo%C3%A9");
	lbr_remote_user("a%41", value);
	ck_assert_str_eq(value, "");
	lbr_remote_user("a\r\nX: y", value);
	ck_assert_str_eq(value, "");
	lbr_remote_user("a b", value);
	ck_assert_str_eq(value, "");
	lbr_remote_user("", value);
	ck_assert_str_eq(value, "");
	memset(name, '\303', sizeof(name));
	name[LBR_GATE_USER_MAX - 1] = '\0';
	lbr_remote_user(name, value);
	ck_assert_uint_eq(strlen(value), 3 * (LBR_GATE_USER_MAX - 1));
	name[LBR_GATE_USER_MAX - 1] = 'a';
	name[LBR_GATE_USER_MAX] = '\0';
	lbr_remote_user(name, value);
	ck_assert_str_eq(value, "");
}
END_TEST

START_TEST(a_page_is_made_of_what_was_told)
{
	static char bytes[LBR_PAGE_BYTES];
	struct lbr_html html;
	struct lbr_look look;
	struct lbr_page page;

	memset(&tell, 0, sizeof(tell));
	tell.kind = LBR_TELL_PAGE;
	tell.page = LBR_PAGE_KIND_SIGN_IN;
	tell.language = LBR_LANGUAGE_EN;
	memcpy(tell.base, "/b", 3);
	memcpy(tell.number, "17", 3);
	lbr_page_of_tell(&tell, &look, &page);
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_OK);
	ck_assert_ptr_nonnull(strstr(bytes, "action=\"/b/sign-in\""));
	tell.kind = LBR_TELL_FAULT;
	tell.status = 404;
	lbr_page_of_tell(&tell, &look, &page);
	ck_assert_int_eq(lbr_page_write(&page, &html, bytes, sizeof(bytes)), LBR_OK);
	ck_assert_ptr_nonnull(strstr(bytes, "does not exist"));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_frames");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, the_largest_frames_are_what_was_put);
	tcase_add_test(tests, portal_p06_a_frame_with_an_unsound_path_is_refused);
	tcase_add_test(tests, portal_p06_no_broken_frame_leaves_half_a_message);
	tcase_add_test(tests, portal_p09_the_gate_hears_yes_in_one_form_only);
	tcase_add_test(tests, portal_p12_a_name_is_one_header_value);
	tcase_add_test(tests, a_page_is_made_of_what_was_told);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
