/* Which lane an attempt counts in: local takes all three, the right peer, no remote host and a terminal. */
#include "../../agent/session.h"

#include <stdbool.h>
#include <stdio.h>

#include "support/check_main.h"

static struct lbr_session session;

static void sit_at(bool trusted, bool own_account, const char *rhost, const char *tty)
{
	session = (struct lbr_session){ .trusted = trusted, .own_account = own_account };
	snprintf(session.hello.rhost, sizeof(session.hello.rhost), "%s", rhost);
	snprintf(session.hello.tty, sizeof(session.hello.tty), "%s", tty);
}

static const char *const terminals[] = {
	"tty1", "/dev/tty1", "tty63", "ttyS0", "/dev/ttyS0", "ttyUSB0", "ttyAMA10", "pts/0", "/dev/pts/12", "hvc0", "/dev/hvc0",
	"console", "/dev/console",
};

START_TEST(a_terminal_is_local)
{
	sit_at(true, false, "", terminals[_i]);
	ck_assert_msg(lbr_lane_of(&session) == LBR_LANE_LOCAL, "%s", terminals[_i]);
}
END_TEST

static const char *const others[] = {
	"", "ssh", "cron", ":0", ":0.0", "localhost:10.0", "/dev/null", "/dev/", "/dev", "null",
	"tty", "/dev/tty", "ttyS", "tty1 ", " tty1", "tty1a", "ttys0", "ttyS0S", "TTY1", "tty-1", "tty1/2", "tty\n1", "atty1",
	"pts/", "pts", "pts/ptmx", "/dev/ptmx", "pts/1x", "pts/-1", "pts/ 1", "pts/1/2", "pts0",
	"hvc", "hvc0x", "hvcA0", "consoles", "Console", "console0",
	"dev/tty1", "//dev/tty1", "/dev//tty1", "/dev/dev/tty1", "/dev/../dev/tty1", "/tmp/tty1", "./tty1", "/dev/pts//0",
};

START_TEST(anything_else_is_remote)
{
	sit_at(true, true, "", others[_i]);
	ck_assert_msg(lbr_lane_of(&session) == LBR_LANE_REMOTE, "\"%s\"", others[_i]);
}
END_TEST

/* "localhost" too: what forwards a connection to this host says so. */
START_TEST(a_remote_host_is_remote_at_any_terminal)
{
	static const char *const hosts[] = { "client.example.org", "192.0.2.1", "localhost", "127.0.0.1", "::1", " ", "?" };
	size_t host, terminal;

	for (host = 0; host < sizeof(hosts) / sizeof(hosts[0]); host++) {
		for (terminal = 0; terminal < sizeof(terminals) / sizeof(terminals[0]); terminal++) {
			sit_at(true, true, hosts[host], terminals[terminal]);
			ck_assert_int_eq(lbr_lane_of(&session), LBR_LANE_REMOTE);
		}
	}
}
END_TEST

START_TEST(only_root_and_the_person_are_local)
{
	sit_at(false, false, "", "tty1");
	ck_assert_int_eq(lbr_lane_of(&session), LBR_LANE_REMOTE);
	sit_at(true, false, "", "tty1");
	ck_assert_int_eq(lbr_lane_of(&session), LBR_LANE_LOCAL);
	sit_at(false, true, "", "tty1");
	ck_assert_int_eq(lbr_lane_of(&session), LBR_LANE_LOCAL);
}
END_TEST

START_TEST(the_service_has_no_say)
{
	sit_at(true, false, "", "ssh");
	snprintf(session.hello.service, sizeof(session.hello.service), "login");
	ck_assert_int_eq(lbr_lane_of(&session), LBR_LANE_REMOTE);
	sit_at(true, false, "", "tty1");
	snprintf(session.hello.service, sizeof(session.hello.service), "sshd");
	ck_assert_int_eq(lbr_lane_of(&session), LBR_LANE_LOCAL);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_lane");
	TCase *test = tcase_create("agent_lane");

	tcase_add_loop_test(test, a_terminal_is_local, 0, sizeof(terminals) / sizeof(terminals[0]));
	tcase_add_loop_test(test, anything_else_is_remote, 0, sizeof(others) / sizeof(others[0]));
	tcase_add_test(test, a_remote_host_is_remote_at_any_terminal);
	tcase_add_test(test, only_root_and_the_person_are_local);
	tcase_add_test(test, the_service_has_no_say);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
