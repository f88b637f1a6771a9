/* The agent's command line: all that it takes, and nothing else. */
#include "../../agent/arguments.h"

#include <stdbool.h>
#include <stddef.h>

#include <liberations/settings.h>

#include "support/check_main.h"

#define WORDS_MAX 8

static struct lbr_agent_arguments arguments;

/* Up to WORDS_MAX words after the program's name, closed by NULL. */
static bool read_words(const char *const words[])
{
	static char name[] = "liberations-agent";
	char *argv[WORDS_MAX + 2] = { name };
	int argc = 1;

	for (; words[argc - 1] != NULL; argc++) {
		ck_assert_int_le(argc, WORDS_MAX);
		argv[argc] = (char *)words[argc - 1];
	}
	return lbr_agent_arguments_read(argc, argv, &arguments);
}

#define READ(...) read_words((const char *const[]){ __VA_ARGS__, NULL })

START_TEST(one_dialogue_needs_a_descriptor_alone)
{
	ck_assert(READ("--fd", "3"));
	ck_assert(!arguments.listen);
	ck_assert_int_eq(arguments.fd, 3);
	ck_assert_int_eq(arguments.scope, LBR_SCOPE_OWN);
	ck_assert_uint_eq(arguments.idle_s, LBR_IDLE_S);
	ck_assert_str_eq(arguments.config, LBR_DEFAULT_CONFIG);
	ck_assert_str_eq(arguments.agent_socket, LBR_DEFAULT_SOCKET);
	ck_assert_str_eq(arguments.verify_socket, "/run/liberations/verify.sock");
}
END_TEST

START_TEST(a_listener_has_no_descriptor)
{
	ck_assert(READ("--listen"));
	ck_assert(arguments.listen);
	ck_assert_int_eq(arguments.fd, -1);
	ck_assert_int_eq(arguments.scope, LBR_SCOPE_OWN);
	ck_assert(READ("--listen", "--listen"));
}
END_TEST

START_TEST(each_word_sets_its_own)
{
	ck_assert(READ("--agent-socket", "/a", "--listen", "--verify-socket", "/v", "--idle", "7"));
	ck_assert(arguments.listen);
	ck_assert_str_eq(arguments.agent_socket, "/a");
	ck_assert_str_eq(arguments.verify_socket, "/v");
	ck_assert_uint_eq(arguments.idle_s, 7);
	ck_assert_str_eq(arguments.config, LBR_DEFAULT_CONFIG);
	ck_assert(READ("--peer", "any", "--config", "/c", "--fd", "17"));
	ck_assert_int_eq(arguments.scope, LBR_SCOPE_ANY);
	ck_assert_str_eq(arguments.config, "/c");
	ck_assert_int_eq(arguments.fd, 17);
	ck_assert_uint_eq(arguments.starter, 0);
	ck_assert(READ("--fd", "3", "--for-uid", "4294967294"));
	ck_assert_uint_eq(arguments.starter, 4294967294);
	ck_assert(!READ("--fd", "3", "--for-uid", "4294967295"));
	ck_assert(!READ("--fd", "3", "--for-uid", "-1"));
	ck_assert(READ("--peer", "any", "--peer", "own", "--fd", "3", "--fd", "4"));
	ck_assert_int_eq(arguments.scope, LBR_SCOPE_OWN);
	ck_assert_int_eq(arguments.fd, 4);
}
END_TEST

START_TEST(it_is_a_listener_or_one_dialogue)
{
	static const char *const none[] = { NULL };

	ck_assert(!read_words(none));
	ck_assert(!READ("--config", "/c"));
	ck_assert(!READ("--listen", "--fd", "3"));
	ck_assert(!READ("--fd", "3", "--listen"));
}
END_TEST

START_TEST(a_process_without_a_name_is_refused)
{
	char *argv[] = { NULL };

	ck_assert(!lbr_agent_arguments_read(0, argv, &arguments));
}
END_TEST

START_TEST(other_words_are_refused)
{
	static const char *const words[] = {
		"", "-", "--", "listen", "-listen", "--Listen", "--listen=yes", "--fd=3", "-h", "--help", "--version", "3",
	};
	size_t at;

	for (at = 0; at < sizeof(words) / sizeof(words[0]); at++) {
		ck_assert_msg(!READ(words[at]), "\"%s\"", words[at]);
		ck_assert_msg(!READ("--fd", "3", words[at]), "\"%s\" at the end", words[at]);
		ck_assert_msg(!READ(words[at], "--fd", "3"), "\"%s\" at the head", words[at]);
		ck_assert_msg(!READ("--fd", "3", words[at], "value"), "\"%s\" with a value", words[at]);
	}
}
END_TEST

START_TEST(a_value_that_is_missing_is_refused)
{
	static const char *const words[] = { "--config", "--fd", "--peer", "--for-uid", "--agent-socket", "--verify-socket", "--idle" };
	size_t at;

	for (at = 0; at < sizeof(words) / sizeof(words[0]); at++) {
		ck_assert_msg(!READ("--fd", "3", words[at]), "%s", words[at]);
		ck_assert_msg(!READ("--listen", words[at]), "%s", words[at]);
	}
}
END_TEST

START_TEST(what_follows_a_word_is_its_value)
{
	ck_assert(READ("--fd", "3", "--config", "--listen"));
	ck_assert(!arguments.listen);
	ck_assert_str_eq(arguments.config, "--listen");
	ck_assert(!READ("--config", "--listen"));
	ck_assert(!READ("--fd", "--listen"));
}
END_TEST

/* 0 to 2 are the standard streams. */
START_TEST(a_descriptor_is_a_plain_number_from_3)
{
	static const char *const bad[] = {
		"", "0", "1", "2", "65536", "-1", "-3", "+3", " 3", "3 ", "3x", "x3", "0x3", "3.0", "99999999999999999999",
		"4294967299", "18446744073709551619",
	};
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++)
		ck_assert_msg(!READ("--fd", bad[at]), "\"%s\"", bad[at]);
	ck_assert(READ("--fd", "65535"));
	ck_assert_int_eq(arguments.fd, 65535);
}
END_TEST

/* The most is what still fits poll(2) in milliseconds. */
START_TEST(idle_time_has_bounds)
{
	static const char *const bad[] = { "", "0", "-1", "2147484", "99999999999999999999", "1s", "5 min", "1.5" };
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++)
		ck_assert_msg(!READ("--listen", "--idle", bad[at]), "\"%s\"", bad[at]);
	ck_assert(READ("--listen", "--idle", "1"));
	ck_assert_uint_eq(arguments.idle_s, 1);
	ck_assert(READ("--listen", "--idle", "2147483"));
	ck_assert_uint_eq(arguments.idle_s, 2147483);
}
END_TEST

START_TEST(a_peer_is_own_or_any)
{
	static const char *const bad[] = { "", "Any", "ANY", "an", "anyone", "any ", "owner", "OWN", "1", "root" };
	size_t at;

	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++)
		ck_assert_msg(!READ("--fd", "3", "--peer", bad[at]), "\"%s\"", bad[at]);
	ck_assert(READ("--fd", "3", "--peer", "own"));
	ck_assert_int_eq(arguments.scope, LBR_SCOPE_OWN);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_arguments");
	TCase *test = tcase_create("agent_arguments");

	tcase_add_test(test, one_dialogue_needs_a_descriptor_alone);
	tcase_add_test(test, a_listener_has_no_descriptor);
	tcase_add_test(test, each_word_sets_its_own);
	tcase_add_test(test, it_is_a_listener_or_one_dialogue);
	tcase_add_test(test, a_process_without_a_name_is_refused);
	tcase_add_test(test, other_words_are_refused);
	tcase_add_test(test, a_value_that_is_missing_is_refused);
	tcase_add_test(test, what_follows_a_word_is_its_value);
	tcase_add_test(test, a_descriptor_is_a_plain_number_from_3);
	tcase_add_test(test, idle_time_has_bounds);
	tcase_add_test(test, a_peer_is_own_or_any);
	suite_add_tcase(whole, test);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
