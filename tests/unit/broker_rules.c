/* What the broker decides without a database: lists of servers, why a connection failed, what is worth a line, store.conf. */
#include "support/check_main.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outage.h"
#include "refusals.h"
#include "servers.h"
#include "store_settings.h"

static struct lbr_servers servers;

static void expect_server(unsigned at, const char *host, const char *port)
{
	ck_assert_uint_lt(at, servers.count);
	ck_assert_str_eq(servers.at[at].host, host);
	ck_assert_str_eq(servers.at[at].port, port);
}

START_TEST(servers_are_read_one_by_one)
{
	ck_assert(lbr_servers_read("db1.example.org , db-2:6432,[2001:db8::1]:1,[fe80::1%eth0], /run/postgresql:65535,192.0.2.1", &servers));
	ck_assert_uint_eq(servers.count, 6);
	expect_server(0, "db1.example.org", "5432");
	expect_server(1, "db-2", "6432");
	expect_server(2, "2001:db8::1", "1");
	expect_server(3, "fe80::1%eth0", "5432");
	expect_server(4, "/run/postgresql", "65535");
	expect_server(5, "192.0.2.1", "5432");
	ck_assert(lbr_servers_are_remote(&servers));
	ck_assert(lbr_servers_read("/run/a,/run/b", &servers) && !lbr_servers_are_remote(&servers));
	ck_assert(lbr_servers_read("/run/a,b", &servers) && lbr_servers_are_remote(&servers)); /* no socket spares another its TLS */
}
END_TEST

START_TEST(a_server_is_named_as_in_the_list)
{
	static const char *const wanted[] = {"db1.example.org:5432", "[2001:db8::1]:1", "[fe80::1%eth0]:5432", "/run/postgresql:65535"};
	char name[LBR_DETAIL_MAX], text[80];
	unsigned at;

	ck_assert(lbr_servers_read("db1.example.org,[2001:db8::1]:1,[fe80::1%eth0],/run/postgresql:65535", &servers));
	for (at = 0; at < servers.count; at++) {
		lbr_server_name(&servers.at[at], name, sizeof(name));
		ck_assert_str_eq(name, wanted[at]);
	}
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert(lbr_servers_read(text, &servers));
	lbr_server_name(&servers.at[0], name, sizeof(name));
	ck_assert_uint_eq(strlen(name), sizeof(name) - 1);
	ck_assert_str_eq(name + strlen(name) - strlen("aaa...:5432"), "aaa...:5432");
	memset(text, 'a', 58);
	text[58] = '\0';
	ck_assert(lbr_servers_read(text, &servers));
	lbr_server_name(&servers.at[0], name, sizeof(name));
	ck_assert_msg(strstr(name, "...") == NULL && strlen(name) == sizeof(name) - 1, "%s", name);
}
END_TEST

/* What is told in brackets is a server or a SQLSTATE, and says which. */
START_TEST(the_detail_of_a_cause_says_what_it_is)
{
	static const struct {
		const char          *state, *detail;
		enum lbr_store_cause cause;
		bool                 unknown;
	} known[] = {
		{"53300", "SQLSTATE 53300", LBR_STORE_FULL, false},
		{"42501", "SQLSTATE 42501", LBR_STORE_NO_RIGHTS, false},
		{"42883", "SQLSTATE 42883", LBR_STORE_SCHEMA, false},
		{"57P01", "SQLSTATE 57P01", LBR_STORE_LOST, true},
		{"XX000", "SQLSTATE XX000", LBR_STORE_BROKEN, false},
	};
	struct lbr_trouble trouble;
	bool unknown;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		lbr_trouble_of_state(known[i].state, &trouble, &unknown);
		ck_assert_str_eq(trouble.detail, known[i].detail);
		ck_assert(trouble.cause == known[i].cause && unknown == known[i].unknown);
	}
	lbr_refusal_explain("FATAL:  53300\n", "/run/postgresql:5432", &trouble);
	ck_assert_str_eq(trouble.detail, "/run/postgresql:5432");
}
END_TEST

START_TEST(what_is_no_list_of_servers_is_refused)
{
	static const char *const wrong[] = {
		"", " ", ",", "a,", ",a", "a,,b", "a b", "a:", "a:0", "a:65536", "a:99999", "a:123456", "a:1x", "a:-1", "a:b:c", "2001:db8::1",
		"[::1", "[]", "[]:1", "[::1]1", "[::1]:", "[a b]", "[::1]:1:2", "@abstract", "a;b", "a'b", "a=b", "host=a", "a/b", "b\\c", "\xc3\xa9",
	};
	char many[256] = "a";
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(!lbr_servers_read(wrong[i], &servers), "\"%s\" was taken", wrong[i]);
	for (i = 1; i < LBR_SERVERS_MAX; i++)
		(void)snprintf(many + strlen(many), sizeof(many) - strlen(many), ",a");
	ck_assert(lbr_servers_read(many, &servers));
	(void)snprintf(many + strlen(many), sizeof(many) - strlen(many), ",a");
	ck_assert(!lbr_servers_read(many, &servers));
}
END_TEST

START_TEST(a_refusal_has_its_cause_and_repair_and_none_of_its_words)
{
	static const struct {
		const char          *said;
		enum lbr_store_cause cause;
		const char          *hint;
	} known[] = {
		{"connection to server failed: FATAL:  28P01\n", LBR_STORE_CREDENTIALS, "password-file"},
		{"FATAL:  28000\n", LBR_STORE_CREDENTIALS, "pg_hba.conf"},
		{"SCHWERWIEGEND:  3D000\n", LBR_STORE_SCHEMA, "`database`"},
		{"FATAL:  53300\n", LBR_STORE_FULL, "CONNECTION LIMIT"},
		{"SSL error: certificate verify failed", LBR_STORE_CREDENTIALS, "tls-ca"},
		{"server certificate for \"a\" does not match host name \"b\"", LBR_STORE_CREDENTIALS, "`servers`"},
		{"channel binding required, but server authenticated client without channel binding", LBR_STORE_CREDENTIALS, "scram-sha-256"},
		{"could not translate host name \"x\" to address", LBR_STORE_NO_SERVER, "DNS"},
		{"session is read-only", LBR_STORE_NO_SERVER, "standby"},
		{"socket \"/run/.s.PGSQL.5432\" failed: No such file or directory", LBR_STORE_NO_SERVER, "in that directory"},
		{"socket \"/run/.s.PGSQL.5432\" failed: Permission denied", LBR_STORE_NO_SERVER, "may not use the socket"},
		{"could not open certificate file \"/a\": Permission denied", LBR_STORE_CREDENTIALS, "tls-certificate"},
		{"Connection refused", LBR_STORE_NO_SERVER, NULL},
		{"", LBR_STORE_NO_SERVER, NULL},
	};
	struct lbr_trouble trouble;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		lbr_refusal_explain(known[i].said, "db:5432", &trouble);
		ck_assert_int_eq(trouble.cause, known[i].cause);
		ck_assert_str_eq(trouble.detail, "db:5432");
		ck_assert_msg((known[i].hint == NULL) == (trouble.hint == NULL), "%s", known[i].said);
		ck_assert_msg(known[i].hint == NULL || strstr(trouble.hint, known[i].hint) != NULL, "%s", trouble.hint);
	}
}
END_TEST

START_TEST(a_fault_is_told_once_and_so_is_its_end)
{
	struct lbr_outage outage = {.state = LBR_OUTAGE_NONE};
	int i;

	ck_assert(!lbr_outage_take(&outage, LBR_OUTAGE_NONE, LBR_STORE_FINE)); /* all was well from the beginning */
	for (i = 0; i < 100; i++) {
		ck_assert(lbr_outage_take(&outage, LBR_OUTAGE_WHOLE, LBR_STORE_NO_SERVER) == (i == 0));
		ck_assert(lbr_outage_take(&outage, LBR_OUTAGE_WHOLE, LBR_STORE_CREDENTIALS) == (i == 0));
	}
	for (i = 0; i < 3; i++)
		ck_assert(lbr_outage_take(&outage, LBR_OUTAGE_NONE, LBR_STORE_FINE) == (i == 0));
	ck_assert(lbr_outage_take(&outage, LBR_OUTAGE_PART, LBR_STORE_FULL));
	ck_assert(!lbr_outage_take(&outage, LBR_OUTAGE_PART, LBR_STORE_FULL));
	ck_assert(lbr_outage_take(&outage, LBR_OUTAGE_WHOLE, LBR_STORE_NO_SERVER)); /* a new one */
}
END_TEST

/* Writes a store.conf, reads it, and counts the faults. */
static struct lbr_store_settings settings;
static char last[1024];

static void keep_last(void *context, const struct lbr_reason *reason)
{
	(*(int *)context)++;
	(void)snprintf(last, sizeof(last), "%s", reason->text);
}

static enum lbr_error load(const char *text)
{
	char path[] = "/tmp/lbr-store-conf-XXXXXX";
	int fd = mkstemp(path), faults = 0;
	enum lbr_error error;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
	last[0] = '\0';
	error = lbr_store_settings_load(path, &settings, keep_last, &faults);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_msg((error == LBR_OK) == (faults == 0), "refused without a word, or accepted with one: %s", last);
	return error;
}

START_TEST(every_keyword_of_store_conf_is_read)
{
	ck_assert_int_eq(load("servers = /run/postgresql\nuser = web1\n"), LBR_OK);
	ck_assert_str_eq(settings.database, "liberations");
	ck_assert_uint_eq(settings.connections, 4);
	ck_assert(settings.confirm == LBR_CONFIRM_STANDBY && settings.loss == LBR_LOSS_REFUSE);
	ck_assert_str_eq(settings.run_as, "_liberations-db");
	ck_assert_int_eq(load("# a comment\nservers = db1, db2:6432\ndatabase = d\nuser = u\ntls-ca = /a\ntls-certificate = /b\ntls-key = /c\n"
	                      "password-file = /d\nconnections = 16\nconfirm = server\nloss = floor\nrun-as = r\nagent-user = g\n"
	                      "socket = /s\nstate = /t\n"), LBR_OK);
	ck_assert_str_eq(settings.servers, "db1, db2:6432");
	ck_assert(settings.confirm == LBR_CONFIRM_SERVER && settings.loss == LBR_LOSS_FLOOR && settings.connections == 16);
	ck_assert_str_eq(settings.tls_ca, "/a");
	ck_assert_str_eq(settings.tls_certificate, "/b");
	ck_assert_str_eq(settings.tls_key, "/c");
	ck_assert_str_eq(settings.password_file, "/d");
	ck_assert_str_eq(settings.run_as, "r");
	ck_assert_str_eq(settings.agent, "g");
	ck_assert_str_eq(settings.socket, "/s");
	ck_assert_str_eq(settings.state, "/t");
	ck_assert_int_eq(load("servers = db\nuser = u\ntls-ca = /a\npassword-file = none\ntls-certificate = /b\ntls-key = /c\n"), LBR_OK);
	ck_assert_str_eq(settings.password_file, "");
}
END_TEST

START_TEST(every_fault_of_store_conf_is_refused_and_named)
{
	static const struct {
		const char *text, *word;
	} wrong[] = {
		{"", "servers"}, {"user = u\n", "servers"}, {"servers = /run/a\n", "user"}, {"servers = a,,b\nuser = u\n", "servers"},
		{"servers = db\nuser = u\npassword-file = /p\n", "tls-ca"}, {"servers = /run/a, db\nuser = u\npassword-file = /p\n", "tls-ca"},
		{"servers = db\nuser = u\ntls-ca = /a\n", "password-file"}, {"servers = db\nuser = u\ntls-ca = /a\ntls-key = /k\n", "tls-certificate"},
		{"servers = db\nuser = u\ntls-ca = /a\ntls-certificate = /k\n", "tls-key"}, {"servers = /a\nuser = u\nconnections = 0\n", "connections"},
		{"servers = /a\nuser = u\nconnections = 17\n", "connections"}, {"servers = /a\nuser = u\nconfirm = maybe\n", "confirm"},
		{"servers = /a\nuser = u\nloss = forget\n", "loss"}, {"servers = /a\nuser = u\nstate = relative\n", "state"},
		{"servers = /a\nuser = u\nsslmode = disable\n", "line 3"}, {"servers = /a\nuser = u\nuser = v\n", "user"},
		{"servers = /a\nuser = u\npassword = x\n", "line 3"}, {"servers = /a\nuser =\n", "user"}, {"nonsense\n", "1"},
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_msg(load(wrong[i].text) == LBR_ERR_SYNTAX, "accepted: %s", wrong[i].text);
		ck_assert_msg(strstr(last, wrong[i].word) != NULL, "%s: %s", wrong[i].text, last);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("broker rules");
	TCase *tcase = tcase_create("pure");

	tcase_add_test(tcase, servers_are_read_one_by_one);
	tcase_add_test(tcase, a_server_is_named_as_in_the_list);
	tcase_add_test(tcase, the_detail_of_a_cause_says_what_it_is);
	tcase_add_test(tcase, what_is_no_list_of_servers_is_refused);
	tcase_add_test(tcase, a_refusal_has_its_cause_and_repair_and_none_of_its_words);
	tcase_add_test(tcase, a_fault_is_told_once_and_so_is_its_end);
	tcase_add_test(tcase, every_keyword_of_store_conf_is_read);
	tcase_add_test(tcase, every_fault_of_store_conf_is_refused_and_named);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
