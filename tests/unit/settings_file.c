/* The configuration file as a file: its kind, its size, its owner and mode. */
#include <liberations/settings.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/config.h"

#define STRANGER 64201 /* a uid that nobody has */

START_TEST(sec_1_20_a_huge_file_is_refused)
{
	size_t size = 1 << 20;
	char *text = malloc(size);
	struct heard heard;

	ck_assert_ptr_nonnull(text);
	memset(text, '#', size);
	ck_assert_int_eq(load_text(text, size, &heard), LBR_ERR_SYNTAX);
	memset(text, '\n', size);
	ck_assert_int_eq(load_text(text, LBR_CONFIG_MAX, &heard), LBR_OK);
	ck_assert_int_eq(load_text(text, LBR_CONFIG_MAX + 1, &heard), LBR_ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(heard.all, "larger"));
	free(text);
}
END_TEST

START_TEST(sec_1_20_a_missing_file_a_directory_and_a_link_are_refused)
{
	struct lbr_settings settings;
	struct heard heard;

	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_ABSENT);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "regular"));
	ck_assert_int_eq(rmdir(path), 0);
	write_file("", 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	ck_assert_int_eq(link(path, other), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "hard link"));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink(other, path), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "symbolic link"));
}
END_TEST

START_TEST(sec_1_07_a_fifo_is_refused_at_once)
{
	struct lbr_settings settings;
	struct heard heard;

	alarm(1);
	ck_assert_int_eq(mkfifo(path, 0644), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "regular"));
	alarm(0);
}
END_TEST

START_TEST(sec_1_03_a_writable_file_is_refused_with_the_fix)
{
	static const mode_t modes[] = { 0664, 0646, 0666, 0777, 0622 };
	struct lbr_settings settings;
	struct heard heard;
	char fix[240];
	size_t at;

	snprintf(fix, sizeof(fix), "run: chown root %s; chmod go-w %s\n", path, path);
	for (at = 0; at < sizeof(modes) / sizeof(modes[0]); at++) {
		write_file("", 0);
		ck_assert_int_eq(chmod(path, modes[at]), 0);
		ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
		ck_assert_ptr_nonnull(strstr(heard.all, fix));
		ck_assert_int_eq(chmod(path, 0640), 0);
		ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	}
}
END_TEST

/* Only root can give a file away. */
START_TEST(sec_1_03_a_strangers_file_is_refused_except_to_the_stranger)
{
	struct lbr_settings settings;
	struct heard heard;
	int status;
	pid_t child;

	write_file("", 0);
	ck_assert_int_eq(chown(path, STRANGER, STRANGER), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "owner 64201"));
	child = fork();
	if (child == 0) {
		if (setresgid(STRANGER, STRANGER, STRANGER) != 0 || setresuid(STRANGER, STRANGER, STRANGER) != 0)
			_exit(2);
		_exit(lbr_settings_load(path, &settings, NULL, NULL) == LBR_OK ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("settings_file");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, sec_1_20_a_huge_file_is_refused);
	tcase_add_test(tests, sec_1_20_a_missing_file_a_directory_and_a_link_are_refused);
	tcase_add_test(tests, sec_1_07_a_fifo_is_refused_at_once);
	tcase_add_test(tests, sec_1_03_a_writable_file_is_refused_with_the_fix);
	if (geteuid() == 0)
		tcase_add_test(tests, sec_1_03_a_strangers_file_is_refused_except_to_the_stranger);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
