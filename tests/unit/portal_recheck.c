/* Questions about accounts, and their answers, whichever way the agent's bytes arrive. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "recheck.h"
#include "recheck_ask.h"

#include "support/check_main.h"

#define SLOTS 16
#define WAIT_MS 1000

static struct lbr_keeper keeper;
static struct lbr_portal_settings settings;
static char folder[64], path[96];
static int listening, agent;

static void listen_as_agent(void)
{
	const char *tmp = getenv("TMPDIR");
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(folder, sizeof(folder), "%.40s/lbr-recheck-XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/agent", folder);
	memcpy(address.sun_path, path, strlen(path) + 1);
	listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(listening, 4), 0);
	memcpy(settings.agent, path, strlen(path) + 1);
}

static void set_up(void)
{
	static const struct lbr_session_rules rules = { 3600, 43200, 0, 5 };
	const unsigned char master[LBR_PORTAL_KEY_LEN] = { 4 };
	unsigned damaged;

	memset(&keeper, 0, sizeof(keeper));
	lbr_portal_settings_default(&settings);
	listen_as_agent();
	keeper.settings = &settings;
	keeper.now_ms = 1000;
	keeper.gate = keeper.table.fd = -1;
	lbr_portal_key_derive(master, &keeper.key);
	lbr_session_table_open(&keeper.table.table, &keeper.key, &rules, calloc(SLOTS, LBR_SESSION_SLOT_LEN), SLOTS,
	                       calloc(1, lbr_session_table_size(SLOTS)), &damaged);
	lbr_standing_line_begin(&keeper.recheck.line);
}

static void tear_down(void)
{
	lbr_standing_line_close(&keeper.recheck.line);
	close(listening);
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

/* The gate has no process here, so nobody hears the answer. */
static void wait_for(const char *user)
{
	struct lbr_recheck_waiter *waiter = &keeper.recheck.waiters[keeper.recheck.count++];

	*waiter = (struct lbr_recheck_waiter){ .since_ms = keeper.now_ms, .hash = 1, .site = &settings.sites[0] };
	memcpy(waiter->user, user, strlen(user) + 1);
}

static void say(const struct lbr_frame *frame)
{
	ck_assert_int_eq(lbr_frame_send(agent, frame, WAIT_MS), LBR_OK);
}

static void greet(unsigned history)
{
	const struct lbr_welcome welcome = { .version = LBR_WIRE_VERSION, .structured = true, .rules = { .history = history } };
	struct lbr_frame frame;

	ck_assert_int_eq(lbr_wire_put_welcome(&frame, &welcome), LBR_OK);
	say(&frame);
}

static void reply(uint64_t serial)
{
	const struct lbr_reply reply = { .serial = serial, .status = LBR_STATUS_ALLOW };
	struct lbr_frame frame;

	ck_assert_int_eq(lbr_wire_put_reply(&frame, &reply), LBR_OK);
	say(&frame);
}

/* The agent greets before it looks at the first question, so the keeper may hear the greeting in a turn of its own. */
START_TEST(the_rules_of_a_greeting_are_kept_when_its_reply_comes_later)
{
	wait_for("alice");
	lbr_recheck_turn(&keeper);
	agent = accept(listening, NULL, NULL);
	ck_assert_int_ge(agent, 0);
	greet(7);
	if (_i == 0)
		lbr_recheck_turn(&keeper);
	reply(1);
	lbr_recheck_turn(&keeper);
	ck_assert_uint_eq(keeper.recheck.count, 0);
	ck_assert_uint_eq(keeper.rules.history, 7);
	close(agent);
}
END_TEST

/* The agent closes after the keeper has listened, and before it asks: one question goes over a new connection, and the one that was
 * under way must follow. */
START_TEST(a_question_that_went_with_its_connection_is_asked_again)
{
	struct lbr_recheck *recheck = &keeper.recheck;

	wait_for("alice");
	lbr_recheck_turn(&keeper);
	ck_assert(recheck->waiters[0].asked);
	agent = accept(listening, NULL, NULL);
	ck_assert_int_ge(agent, 0);
	close(agent);
	wait_for("bob");
	ck_assert_int_eq(lbr_recheck_ask_about(&keeper, &recheck->waiters[1]), LBR_OK);
	ck_assert_uint_eq(recheck->line.count, 1);
	ck_assert(recheck->waiters[1].asked);
	ck_assert(!recheck->waiters[0].asked);
	lbr_recheck_turn(&keeper);
	ck_assert_uint_eq(recheck->line.count, 2);
	ck_assert(recheck->waiters[0].asked);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_recheck");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, the_rules_of_a_greeting_are_kept_when_its_reply_comes_later, 0, 2);
	tcase_add_test(tests, a_question_that_went_with_its_connection_is_asked_again);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
