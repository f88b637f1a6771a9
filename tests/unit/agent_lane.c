/* Where an attempt comes from: the console takes all three, root, no remote host and a console; else a place, as it was claimed. */
#include "../../agent/session.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/origin.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

static struct lbr_session session;

static void sit_at(bool trusted, bool own_account, const char *rhost, const char *tty)
{
	session = (struct lbr_session){ .trusted = trusted, .own_account = own_account };
	snprintf(session.hello.rhost, sizeof(session.hello.rhost), "%s", rhost);
	snprintf(session.hello.tty, sizeof(session.hello.tty), "%s", tty);
}

static const char *const consoles[] = {
	"tty1", "/dev/tty1", "tty63", "ttyS0", "/dev/ttyS0", "ttyUSB0", "ttyAMA10", "hvc0", "/dev/hvc0", "console", "/dev/console",
};

START_TEST(a_console_is_one)
{
	sit_at(true, false, "", consoles[_i]);
	ck_assert_msg(lbr_is_at_console(&session), "%s", consoles[_i]);
}
END_TEST

static const char *const others[] = {
	"", "ssh", "cron", ":0", ":0.0", "localhost:10.0", "/dev/null", "/dev/", "/dev", "null",
	"tty", "/dev/tty", "ttyS", "tty1 ", " tty1", "tty1a", "ttys0", "ttyS0S", "TTY1", "tty-1", "tty1/2", "tty\n1", "atty1",
	"pts/0", "/dev/pts/12", "pts/", "pts", "pts/ptmx", "/dev/ptmx", "pts/1x", "pts/-1", "pts/ 1", "pts/1/2", "pts0",
	"hvc", "hvc0x", "hvcA0", "consoles", "Console", "console0",
	"dev/tty1", "//dev/tty1", "/dev//tty1", "/dev/dev/tty1", "/dev/../dev/tty1", "/tmp/tty1", "./tty1", "/dev/pts//0",
};

START_TEST(anything_else_is_none)
{
	sit_at(true, false, "", others[_i]);
	ck_assert_msg(!lbr_is_at_console(&session), "\"%s\"", others[_i]);
}
END_TEST

static const char *const hosts[] = { "client.example.org", "192.0.2.1", "localhost", "127.0.0.1", "::1", " ", "?" };

/* "localhost" too: what forwards a connection to this host says so. */
START_TEST(a_remote_host_is_at_no_console)
{
	size_t host, console;

	for (host = 0; host < sizeof(hosts) / sizeof(hosts[0]); host++) {
		for (console = 0; console < sizeof(consoles) / sizeof(consoles[0]); console++) {
			sit_at(true, false, hosts[host], consoles[console]);
			ck_assert(!lbr_is_at_console(&session));
		}
	}
}
END_TEST

/* Not the person either: one who runs a program at a terminal says which terminal. */
START_TEST(only_root_signs_in_at_the_console)
{
	sit_at(false, false, "", "tty1");
	ck_assert(!lbr_is_at_console(&session));
	sit_at(false, true, "", "tty1");
	ck_assert(!lbr_is_at_console(&session));
	sit_at(true, false, "", "tty1");
	ck_assert(lbr_is_at_console(&session));
}
END_TEST

/* su at tty1 is a person's program; so is a service in a scratch directory its owner's. */
START_TEST(audit_f06_su_at_the_console_is_the_persons)
{
	sit_at(true, false, "", "tty1");
	session.hello.real_uid = 1000;
	ck_assert(!lbr_is_at_console(&session));
	session.peer_uid = 1000;
	ck_assert(lbr_is_at_console(&session));
	session.hello.real_uid = 0;
	ck_assert(lbr_is_at_console(&session));
}
END_TEST

START_TEST(the_service_has_no_say)
{
	sit_at(true, false, "", "ssh");
	snprintf(session.hello.service, sizeof(session.hello.service), "login");
	ck_assert(!lbr_is_at_console(&session));
	sit_at(true, false, "", "tty1");
	snprintf(session.hello.service, sizeof(session.hello.service), "sshd");
	ck_assert(lbr_is_at_console(&session));
}
END_TEST

static const struct lbr_account alice = { .name = "alice" };

/* The place in words, and as a number under the name of the account. */
static void same_place(const struct lbr_keyring *keyring, const char *words)
{
	char place[LBR_PLACE_MAX];

	session.keyring = keyring;
	lbr_place_of_session(&session, place);
	ck_assert_str_eq(place, words);
	ck_assert(lbr_origin_of_session(&session, &alice) == lbr_origin_of(keyring, "alice", words));
}

START_TEST(a_place_is_what_root_says_or_who_claims_it)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);

	sit_at(true, false, "192.0.2.1", "ssh");
	same_place(keyring, "rhost 192.0.2.1");
	sit_at(true, false, "", "pts/3"); /* su, sudo */
	same_place(keyring, "");
	sit_at(true, false, "", "tty1");
	same_place(keyring, "");
	session.hello.real_uid = 1000;
	same_place(keyring, "uid 1000");
	sit_at(true, false, "host.example.org", "pts/3"); /* a setuid program that names the host it runs on */
	session.hello.real_uid = 1000;
	same_place(keyring, "uid 1000 rhost host.example.org");
	sit_at(false, false, "", "");
	session.hello.real_uid = 1000; /* of a peer that nobody believes */
	session.peer_uid = 33;
	same_place(keyring, "uid 33");
	sit_at(false, false, "192.0.2.1", "");
	session.peer_uid = 33;
	same_place(keyring, "uid 33 rhost 192.0.2.1");
	sit_at(false, false, "", "");
	session.peer_uid = 4294967294;
	same_place(keyring, "uid 4294967294");
	sit_at(false, true, "", "tty1");
	session.peer_uid = 1000;
	same_place(keyring, "uid 1000");
	lbr_keyring_free(keyring);
}
END_TEST

START_TEST(a_network_of_ipv6_is_one_place)
{
	static const char *const words[][2] = {
		{ "2001:db8:1:2:3:4:5:6", "rhost 2001:db8:1:2::/64" }, { "2001:DB8:1:2::", "rhost 2001:db8:1:2::/64" },
		{ "2001:db8:1:3::6", "rhost 2001:db8:1:3::/64" }, { "::1", "rhost ::/64" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "rhost ffff:ffff:ffff:ffff::/64" },
		{ "::ffff:192.0.2.1", "rhost 192.0.2.1" }, { "192.0.2.1", "rhost 192.0.2.1" },
		{ "fe80::1%eth0", "rhost fe80::1%eth0" }, { "2001:db8::1 ", "rhost 2001:db8::1 " }, { "::g", "rhost ::g" },
	};
	struct lbr_keyring *keyring = ring_of(KEY_A);
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		sit_at(true, false, words[i][0], "ssh");
		same_place(keyring, words[i][1]);
	}
	lbr_keyring_free(keyring);
}
END_TEST

/* What an ordinary peer writes into its claim makes it no other's place, however long it is. */
START_TEST(a_claim_is_nobody_elses_place)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	uint64_t roots, claimed;

	sit_at(true, false, "192.0.2.1", "");
	session.keyring = keyring;
	roots = lbr_origin_of_session(&session, &alice);
	sit_at(false, false, "192.0.2.1", "");
	session.keyring = keyring;
	session.peer_uid = 33;
	claimed = lbr_origin_of_session(&session, &alice);
	ck_assert(claimed != roots && claimed != 0 && roots != 0);
	session.peer_uid = 34;
	ck_assert(lbr_origin_of_session(&session, &alice) != claimed);
	memset(session.hello.rhost, 'x', sizeof(session.hello.rhost) - 1);
	claimed = lbr_origin_of_session(&session, &alice);
	session.hello.rhost[sizeof(session.hello.rhost) - 2] = 'y';
	ck_assert(lbr_origin_of_session(&session, &alice) != claimed);
	lbr_keyring_free(keyring);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_lane");
	TCase *test = tcase_create("agent_lane");

	tcase_add_loop_test(test, a_console_is_one, 0, sizeof(consoles) / sizeof(consoles[0]));
	tcase_add_loop_test(test, anything_else_is_none, 0, sizeof(others) / sizeof(others[0]));
	tcase_add_test(test, a_remote_host_is_at_no_console);
	tcase_add_test(test, only_root_signs_in_at_the_console);
	tcase_add_test(test, audit_f06_su_at_the_console_is_the_persons);
	tcase_add_test(test, the_service_has_no_say);
	tcase_add_test(test, a_place_is_what_root_says_or_who_claims_it);
	tcase_add_test(test, a_network_of_ipv6_is_one_place);
	tcase_add_test(test, a_claim_is_nobody_elses_place);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
