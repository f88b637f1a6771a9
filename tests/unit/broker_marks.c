/* What the database has confirmed to this host: the file, and what it makes of a greeting. */
#include "support/check_main.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "marks.h"

static char state[] = "/tmp/lbr-marks-XXXXXX", path[64];
static struct lbr_marks marks;

static void make(void)
{
	memcpy(state + sizeof("/tmp/lbr-marks-") - 1, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(state));
	(void)snprintf(path, sizeof(path), "%s/marks", state);
}

static void clear(void)
{
	(void)unlink(path);
	(void)rmdir(state);
}

static enum lbr_error open_marks(void)
{
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error = lbr_marks_open(state, &marks, &reason);

	ck_assert_msg((error == LBR_OK) == (reason.text[0] == '\0'), "%s", reason.text);
	return error;
}

static void put(const char *bytes, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(close(fd), 0);
}

static unsigned forgotten;

static enum lbr_line_verdict judge(const struct lbr_line *line)
{
	struct lbr_marks_told told;

	lbr_marks_copy(&marks, &told);
	return lbr_marks_judge(&marks, &told, line, &forgotten);
}

START_TEST(what_was_confirmed_outlives_the_process)
{
	const struct lbr_line line = {.cluster = "7001", .timeline = 3, .seqs = {10, 10, 10}};
	struct lbr_line less = line;

	ck_assert_int_eq(open_marks(), LBR_OK);
	ck_assert_int_eq(judge(&line), LBR_LINE_FINE);
	lbr_marks_take(&marks, 0, &line);
	lbr_marks_confirm(&marks, 0, 11, 5000000);
	ck_assert_int_eq(open_marks(), LBR_OK); /* mapped anew */
	ck_assert_int_eq(judge(&less), LBR_LINE_FORGOT);
	less.seqs[0] = 11;
	ck_assert_int_eq(judge(&less), LBR_LINE_FINE);
}
END_TEST

START_TEST(each_greeting_gets_its_verdict)
{
	struct lbr_line line = {.cluster = "7001", .timeline = 3, .seqs = {10, 10, 10}};

	ck_assert_int_eq(open_marks(), LBR_OK);
	lbr_marks_take(&marks, 2, &line);
	lbr_marks_confirm(&marks, 2, 12, 5000000);
	lbr_marks_confirm(&marks, 2, 11, 6000000); /* an answer that came late takes nothing back */
	line.seqs[2] = 11;
	ck_assert_int_eq(judge(&line), LBR_LINE_FORGOT);
	ck_assert_uint_eq(forgotten, 2); /* whichever connection greets */
	line.accepted_us = 5000000;
	ck_assert_int_eq(judge(&line), LBR_LINE_FORGOT); /* the acceptance must come after it */
	line.accepted_us = 5000001;
	ck_assert_int_eq(judge(&line), LBR_LINE_FINE);
	line.timeline = 2;
	ck_assert_int_eq(judge(&line), LBR_LINE_BEHIND);
	line = (struct lbr_line){.cluster = "7002", .timeline = 1, .seqs = {0, 0, 12}};
	ck_assert_int_eq(judge(&line), LBR_LINE_FINE); /* restored elsewhere, with all that it had confirmed */
	line.seqs[2] = 1;
	ck_assert_int_eq(judge(&line), LBR_LINE_FORGOT);
}
END_TEST

START_TEST(another_file_in_its_place_is_refused)
{
	char elsewhere[80];

	put("short", 5, 0600);
	ck_assert_int_eq(open_marks(), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(open_marks(), LBR_OK);
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(open_marks(), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(path, 0600), 0);
	marks.page = NULL;
	{
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		ck_assert_int_eq(write(fd, "another!", 8), 8);
		close(fd);
	}
	ck_assert_int_eq(open_marks(), LBR_ERR_UNSAFE);
	(void)snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", state);
	ck_assert_int_eq(rename(path, elsewhere), 0);
	ck_assert_int_eq(symlink("elsewhere", path), 0);
	ck_assert_int_ne(open_marks(), LBR_OK);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(truncate(elsewhere, 0), 0);
	ck_assert_int_eq(link(elsewhere, path), 0);
	ck_assert_int_eq(open_marks(), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(elsewhere), 0);
	ck_assert_int_eq(open_marks(), LBR_OK);
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(path, 1, (gid_t)-1), 0);
		ck_assert_int_eq(open_marks(), LBR_ERR_UNSAFE);
	}
}
END_TEST

START_TEST(without_its_directory_it_is_refused)
{
	ck_assert_int_eq(rmdir(state), 0);
	ck_assert_int_eq(open_marks(), LBR_ERR_SYSTEM);
	ck_assert_int_eq(symlink("/tmp", state), 0);
	ck_assert_int_ne(open_marks(), LBR_OK);
	ck_assert_int_eq(unlink(state), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("broker marks");
	TCase *tcase = tcase_create("witness");

	tcase_add_checked_fixture(tcase, make, clear);
	tcase_add_test(tcase, what_was_confirmed_outlives_the_process);
	tcase_add_test(tcase, each_greeting_gets_its_verdict);
	tcase_add_test(tcase, another_file_in_its_place_is_refused);
	tcase_add_test(tcase, without_its_directory_it_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
