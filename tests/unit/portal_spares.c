/* When page processes that wait are started, and when not. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spare_pages.h"

#include "support/check_main.h"

#define NOW 1000000
#define MOST 60000

/* Waits for its connection, and holds it until the keeper's end is closed. */
static const char script[] = "#!/bin/sh\nread -r connection <&4\nread -r nothing <&4\n";
static char folder[64], program[96];
static struct lbr_spare_pages spares;
static int pair[2];

static void write_program(const char *text)
{
	FILE *file = fopen(program, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(program, 0700), 0);
}

static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/lbr-spares-XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(program, sizeof(program), "%s/page", folder);
	write_program(script);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	lbr_spare_pages_begin(&spares);
}

static void tear_down(void)
{
	unsigned at;

	for (at = 0; at < LBR_SPARE_PAGES; at++)
		if (spares.fds[at] >= 0)
			close(spares.fds[at]);
	close(pair[0]);
	close(pair[1]);
	while (wait(NULL) > 0)
		continue;
	unlink(program);
	ck_assert_int_eq(rmdir(folder), 0);
}

static unsigned count(void)
{
	unsigned at, found = 0;

	for (at = 0; at < LBR_SPARE_PAGES; at++)
		found += spares.fds[at] >= 0;
	return found;
}

static int pause_at(int64_t now_ms)
{
	return lbr_spare_pages_pause_ms(&spares, now_ms, MOST);
}

/* In the order of the keeper's turn. */
static unsigned count_after_turn(int64_t now_ms, bool busy)
{
	lbr_spare_pages_keep(&spares, program, now_ms);
	if (busy)
		spares.busy_ms = now_ms;
	return count();
}

START_TEST(all_are_there_from_the_first_turn_on)
{
	ck_assert_int_eq(pause_at(NOW), 0);
	ck_assert_uint_eq(count_after_turn(NOW, false), LBR_SPARE_PAGES);
	ck_assert_int_eq(pause_at(NOW), MOST);
}
END_TEST

START_TEST(the_next_one_starts_after_the_answer_and_not_before)
{
	int page;

	count_after_turn(NOW, false);
	page = lbr_spare_pages_give(&spares, program, pair[0], NOW + 500);
	ck_assert_int_ge(page, 0);
	ck_assert_uint_eq(count_after_turn(NOW + 500, true), LBR_SPARE_PAGES - 1);
	ck_assert_int_eq(pause_at(NOW + 500), 5);
	ck_assert_uint_eq(count_after_turn(NOW + 504, true), LBR_SPARE_PAGES - 1);
	close(page); /* answered */
	ck_assert_uint_eq(count_after_turn(NOW + 508, false), LBR_SPARE_PAGES - 1);
	ck_assert_int_eq(pause_at(NOW + 508), 1);
	ck_assert_uint_eq(count_after_turn(NOW + 509, false), LBR_SPARE_PAGES);
	ck_assert_int_eq(pause_at(NOW + 509), MOST);
}
END_TEST

START_TEST(pages_that_are_always_under_way_put_it_off_for_a_tenth_of_a_second)
{
	int64_t at;
	int page;

	count_after_turn(NOW, false);
	page = lbr_spare_pages_give(&spares, program, pair[0], NOW);
	for (at = 0; at < 100; at += 3)
		ck_assert_uint_eq(count_after_turn(NOW + at, true), LBR_SPARE_PAGES - 1);
	ck_assert_uint_eq(count_after_turn(NOW + 100, true), LBR_SPARE_PAGES);
	close(page);
}
END_TEST

START_TEST(without_any_that_waits_a_process_is_started_for_the_connection)
{
	int page = lbr_spare_pages_give(&spares, program, pair[0], NOW);

	ck_assert_int_ge(page, 0);
	ck_assert_uint_eq(count(), 0);
	close(page);
}
END_TEST

START_TEST(one_that_ends_is_replaced_after_a_second)
{
	struct pollfd ready[LBR_SPARE_PAGES] = { { .fd = -1 }, { .fd = -1 } };

	count_after_turn(NOW, false);
	ready[1] = (struct pollfd){ .fd = spares.fds[1], .revents = POLLHUP };
	lbr_spare_pages_hear(&spares, ready, NOW + 10);
	ck_assert_uint_eq(count_after_turn(NOW + 1009, false), LBR_SPARE_PAGES - 1);
	ck_assert_int_eq(pause_at(NOW + 1009), 1);
	ck_assert_uint_eq(count_after_turn(NOW + 1010, false), LBR_SPARE_PAGES);
}
END_TEST

START_TEST(what_poll_says_of_another_descriptor_is_not_about_it)
{
	struct pollfd ready[LBR_SPARE_PAGES] = { { .fd = -1, .revents = POLLHUP }, { .fd = -1 } };

	count_after_turn(NOW, false);
	lbr_spare_pages_hear(&spares, ready, NOW);
	ck_assert_uint_eq(count(), LBR_SPARE_PAGES);
}
END_TEST

START_TEST(a_program_that_is_gone_is_looked_for_once_a_second)
{
	ck_assert_int_eq(unlink(program), 0);
	ck_assert_uint_eq(count_after_turn(NOW, false), 0);
	ck_assert_int_eq(pause_at(NOW), 1000);
	ck_assert_int_eq(lbr_spare_pages_give(&spares, program, pair[0], NOW + 1), -1);
	write_program(script);
	ck_assert_uint_eq(count_after_turn(NOW + 1000, false), LBR_SPARE_PAGES);
}
END_TEST

/* A new file may have the number of the old one and, within a tick of the clock, its times; so this one has another length. */
START_TEST(none_of_an_older_program_is_given)
{
	int page;

	count_after_turn(NOW, false);
	ck_assert_int_eq(unlink(program), 0);
	write_program("#!/bin/sh\nread -r connection <&4\n");
	page = lbr_spare_pages_give(&spares, program, pair[0], NOW + 1);
	ck_assert_int_ge(page, 0);
	ck_assert_uint_eq(count(), 0);
	close(page);
}
END_TEST

/* Whether each says something, or ends, within a time that is long for a busy machine. */
static void hear_all(void)
{
	char said[16];
	unsigned at;

	for (at = 0; at < LBR_SPARE_PAGES; at++) {
		struct pollfd one = { .fd = spares.fds[at], .events = POLLIN };

		ck_assert_int_eq(poll(&one, 1, 3000), 1);
		(void)recv(one.fd, said, sizeof(said), MSG_DONTWAIT);
	}
}

/* A shell opens its script some time after its start: the older ones say that they have. The newer ones end at once. */
START_TEST(one_that_is_started_beside_an_older_one_makes_it_no_newer)
{
	int page;

	write_program("#!/bin/sh\necho begun >&4\nread -r connection <&4\nread -r nothing <&4\n");
	count_after_turn(NOW, false);
	hear_all();
	page = lbr_spare_pages_give(&spares, program, pair[0], NOW + 1);
	ck_assert_int_eq(unlink(program), 0);
	write_program("#!/bin/sh\nexit 0\n");
	ck_assert_uint_eq(count_after_turn(NOW + 10, false), LBR_SPARE_PAGES);
	hear_all();
	close(page);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_spares");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, all_are_there_from_the_first_turn_on);
	tcase_add_test(tests, the_next_one_starts_after_the_answer_and_not_before);
	tcase_add_test(tests, pages_that_are_always_under_way_put_it_off_for_a_tenth_of_a_second);
	tcase_add_test(tests, without_any_that_waits_a_process_is_started_for_the_connection);
	tcase_add_test(tests, one_that_ends_is_replaced_after_a_second);
	tcase_add_test(tests, what_poll_says_of_another_descriptor_is_not_about_it);
	tcase_add_test(tests, a_program_that_is_gone_is_looked_for_once_a_second);
	tcase_add_test(tests, none_of_an_older_program_is_given);
	tcase_add_test(tests, one_that_is_started_beside_an_older_one_makes_it_no_newer);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
