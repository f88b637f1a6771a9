/* Whom a service that says unknown=ignore may pass over: nobody who has an account, under whatever spelling. */
#include "../../agent/session.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "../../agent/log.h"
#include "support/check_main.h"
#include "support/scratch_store.h"

static struct lbr_session session;
static unsigned logged;
static int priority_of_log;
static char event_of_log[64];

/* In place of the agent's log. */
void lbr_log_event(const struct lbr_session *of, int priority, const char *event, const char *detail)
{
	ck_assert_ptr_eq(of, &session);
	ck_assert_int_ne(detail[0], '\0');
	logged++;
	priority_of_log = priority;
	snprintf(event_of_log, sizeof(event_of_log), "%s", event);
}

static bool may_be_ignored(const char *name)
{
	logged = 0;
	ck_assert_uint_lt(strlen(name), sizeof(session.request.user));
	snprintf(session.request.user, sizeof(session.request.user), "%s", name);
	return lbr_may_be_ignored(&session);
}

/* Each test is a process of its own; the store is the suite's. */
static void enroll(const char *name)
{
	struct lbr_account account = scratch_account(name);
	enum lbr_error error = lbr_store_create(scratch.store, &(struct lbr_record){ .account = &account }, NULL);

	ck_assert(error == LBR_OK || error == LBR_ERR_EXISTS);
}

static void enter(void)
{
	scratch_enter();
	session = (struct lbr_session){ .store = scratch.store };
	session.hello.unknown = LBR_UNKNOWN_IGNORE;
	enroll("alice");
	enroll("web+dave");
	enroll("carol@example.org");
}

static void expect_refusal(const char *name, int priority)
{
	ck_assert_msg(!may_be_ignored(name), "\"%s\" is passed over", name);
	ck_assert_msg(logged == 1, "\"%s\": %u lines", name, logged);
	ck_assert_int_eq(priority_of_log, priority);
	ck_assert_str_eq(event_of_log, "unknown=ignore");
}

static const char *const strangers[] = {
	"bob", "alicia", "alic", "BOB", "bob@example.org", "EXAMPLE\\bob", "EXAMPLE/bob", "EXAMPLE+bob", "bob.",
	"host/printer", "carol", "carol@example.com", "web+bob", "dave@web", "dave", "web",
	"A/B+C/D\\bob@example@org", "b\303\251b\303\251",
};

START_TEST(a_stranger_may_be_passed_over)
{
	ck_assert_msg(may_be_ignored(strangers[_i]), "\"%s\"", strangers[_i]);
	ck_assert_uint_eq(logged, 0);
}
END_TEST

static const char *const spellings[] = {
	"alice", "Alice", "ALICE", "alice ", " alice", "  alice  ", "alice@", "alice@example.org", "Alice@EXAMPLE.ORG",
	"alice @example.org", "alice@one@two", "EXAMPLE\\alice", "EXAMPLE\\ALICE", "EXAMPLE\\ alice", "EXAMPLE/alice",
	"EXAMPLE+alice", "\\alice", "A\\B/C+alice@example.org", "EXAMPLE\\alice@example.org", "alice+bob@x\\alice",
	"A/B/C/D/E/F/alice@example", "bob@alice", "alice\\bob", "alice/bob@alice", "@alice", "alice/", "alice\\", "alice+",
	"DOM\\alice\\", "alice.", "alice..", "EXAMPLE\\alice.", "alice.@example.org", "Alice.", "bob@Alice.",
};

START_TEST(no_spelling_of_a_person_may_be_passed_over)
{
	expect_refusal(spellings[_i], LOG_NOTICE);
}
END_TEST

/* What no account can be called is nobody's to pass over: some directory drops or cuts at what is odd in it. */
static const char *const odd[] = {
	"alice%dom", "alice$", "alice!x", "alice#", "alice,", "alice;x", "alice:x", "alice*", "(alice)", "\"alice\"", "<alice>", "alice=",
	"a b", "bob ", " bob", "-bob", ".", "..", "@", "\\", "/", "+", ".bob", "bob@", "@bob", "bob/", "/bob", "bob\\\\x", "bob@@x",
	"host/printer$", "bob%x", "~bob", "bob?", "bob|x", "b'ob", "EXAMPLE\\-bob", "EXAMPLE\\.", "bob@-x",
};

START_TEST(audit_f13_only_a_name_that_an_account_could_have_is_passed_over)
{
	expect_refusal(odd[_i], LOG_NOTICE);
}
END_TEST

/* web+dave and carol@example.org are accounts: what looks like their realm is their own. */
static const char *const whole_names[] = {
	"web+dave", "WEB+dave", "web+dave ", "web+dave@example.org", "EXAMPLE\\web+dave", "EXAMPLE+web+dave", "A/B+web+dave@C@D",
	"carol@example.org", "Carol@Example.Org", "carol@example.org ", "EXAMPLE\\carol@example.org", "EXAMPLE+ carol@example.org",
	"carol@example.org@EXAMPLE", "carol@example.org@EXAMPLE@ORG", "A/B/carol@example.org@EXAMPLE",
	"x@carol@example.org", "x+carol@example.org.", "x+web+dave+y", "web+dave.", "x/web+dave\\y", "x@web+dave@y",
};

START_TEST(a_name_with_a_separator_in_it_is_not_passed_over)
{
	expect_refusal(whole_names[_i], LOG_NOTICE);
}
END_TEST

START_TEST(a_name_of_many_parts_is_not_passed_over)
{
	ck_assert(may_be_ignored("a/b\\c+d@e/f+g@h"));
	expect_refusal("a/b\\c+d@e/f+g@h@", LOG_NOTICE);
	expect_refusal("a+b+c+d+e+f+g+h+i", LOG_NOTICE);
}
END_TEST

/* Another module may read it as a name: cut at the control byte, or without what cannot be seen. */
static const char *const unseen[] = {
	"", "bob\t", "bob\n", "\001", "b\033ob", "bob\177", "bob\377", "\303", "bob\342\200\213", "\302\240bob",
};

START_TEST(a_name_with_what_cannot_be_seen_is_not_passed_over)
{
	expect_refusal(unseen[_i], LOG_NOTICE);
}
END_TEST

START_TEST(a_service_that_did_not_ask_passes_over_no_name)
{
	session.hello.unknown = LBR_UNKNOWN_DENY;
	ck_assert(!may_be_ignored("bob"));
	ck_assert(!may_be_ignored("alice"));
	session.hello = (struct lbr_hello){ .version = 1 };
	ck_assert(!may_be_ignored("bob"));
	ck_assert_uint_eq(logged, 0);
}
END_TEST

START_TEST(the_longest_name_is_judged)
{
	char name[LBR_WIRE_USER_MAX];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	expect_refusal(name, LOG_NOTICE);
	ck_assert(may_be_ignored(name + sizeof(name) - 1 - LBR_NAME_MAX));
	expect_refusal(name + sizeof(name) - 2 - LBR_NAME_MAX, LOG_NOTICE);
	memcpy(name + sizeof(name) - 1 - strlen("\\alice"), "\\alice", strlen("\\alice"));
	expect_refusal(name, LOG_NOTICE);
	memset(name, ' ', sizeof(name) - 1);
	memcpy(name, "alice", strlen("alice"));
	expect_refusal(name, LOG_NOTICE);
}
END_TEST

START_TEST(an_account_that_was_lost_is_an_alert)
{
	enroll("lost");
	ck_assert_int_eq(unlink(scratch_path("accounts", "lost")), 0);
	expect_refusal("lost", LOG_ALERT);
	expect_refusal("EXAMPLE\\lost", LOG_ALERT);
	expect_refusal("lost@example.org", LOG_ALERT);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_ignore_unknown");
	TCase *test = tcase_create("agent_ignore_unknown");

	tcase_add_unchecked_fixture(test, scratch_make, scratch_remove);
	tcase_add_checked_fixture(test, enter, NULL);
	tcase_add_loop_test(test, a_stranger_may_be_passed_over, 0, sizeof(strangers) / sizeof(strangers[0]));
	tcase_add_loop_test(test, no_spelling_of_a_person_may_be_passed_over, 0, sizeof(spellings) / sizeof(spellings[0]));
	tcase_add_loop_test(test, a_name_with_a_separator_in_it_is_not_passed_over, 0,
	                    sizeof(whole_names) / sizeof(whole_names[0]));
	tcase_add_loop_test(test, audit_f13_only_a_name_that_an_account_could_have_is_passed_over, 0, sizeof(odd) / sizeof(odd[0]));
	tcase_add_test(test, a_name_of_many_parts_is_not_passed_over);
	tcase_add_loop_test(test, a_name_with_what_cannot_be_seen_is_not_passed_over, 0, sizeof(unseen) / sizeof(unseen[0]));
	tcase_add_test(test, a_service_that_did_not_ask_passes_over_no_name);
	tcase_add_test(test, the_longest_name_is_judged);
	tcase_add_test(test, an_account_that_was_lost_is_an_alert);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
