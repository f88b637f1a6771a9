/* Root becomes the owner of the state directory, for good; nobody else becomes anybody. */
#include <liberations/become.h>

#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"

#define OWNER 64201
#define STRANGER 64203

static char place[] = "/tmp/liberations-become.XXXXXX";
/* Digits: no name is looked up. */
static const char user[] = "64201";
static char state[64], absent[64], file[64], symbolic[64];
static bool is_root;

static void set_up(void)
{
	int fd;

	is_root = geteuid() == 0;
	ck_assert_ptr_nonnull(mkdtemp(place));
	ck_assert_int_eq(chmod(place, 0755), 0);
	snprintf(state, sizeof(state), "%s/state", place);
	snprintf(absent, sizeof(absent), "%s/absent", place);
	snprintf(file, sizeof(file), "%s/file", place);
	snprintf(symbolic, sizeof(symbolic), "%s/link", place);
	ck_assert_int_eq(mkdir(state, 0700), 0);
	ck_assert_int_eq(symlink(state, symbolic), 0);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	if (is_root) {
		ck_assert_int_eq(chown(state, OWNER, OWNER), 0);
		ck_assert_int_eq(chown(file, OWNER, OWNER), 0);
	}
}

static void tear_down(void)
{
	unlink(symbolic);
	unlink(file);
	rmdir(state);
	rmdir(place);
}

/* What `body` answers in a child: its ids are gone afterwards. */
static int in_child(int (*body)(void))
{
	int status = 0;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(body());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int become_and_look(void)
{
	uid_t uid[3], owner = is_root ? OWNER : geteuid();
	gid_t gid[3], group;

	if (is_root && setgroups(2, (gid_t[]){ 0, 4 }) != 0)
		return 1;
	if (lbr_become_owner_of(state, user, NULL) != LBR_OK)
		return 2;
	if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 || uid[0] != owner || uid[1] != owner || uid[2] != owner)
		return 3;
	if (is_root && (getresgid(&gid[0], &gid[1], &gid[2]) != 0 || gid[0] != OWNER || gid[1] != OWNER || gid[2] != OWNER))
		return 4;
	if (is_root && (getgroups(1, &group) != 1 || group != OWNER))
		return 5;
	if (setuid(0) == 0 || seteuid(0) == 0 || setresuid((uid_t)-1, (uid_t)-1, 0) == 0)
		return 6;
	return is_root && (setgid(0) == 0 || setgroups(0, NULL) == 0) ? 7 : 0;
}

START_TEST(sec_1_50_the_owner_for_good)
{
	ck_assert_int_eq(in_child(become_and_look), 0);
}
END_TEST

START_TEST(what_is_no_directory_is_refused)
{
	struct lbr_reason reason = { .text = "" };

	ck_assert_int_eq(lbr_become_owner_of(absent, user, &reason), LBR_ERR_ABSENT);
	ck_assert_ptr_nonnull(strstr(reason.text, "liberations init"));
	ck_assert_int_eq(lbr_become_owner_of(file, user, &reason), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_become_owner_of(symbolic, user, &reason), LBR_ERR_UNSAFE);
	ck_assert_int_eq(geteuid() == 0, is_root);
}
END_TEST

START_TEST(a_directory_of_root_is_refused)
{
	struct lbr_reason reason = { .text = "" };

	ck_assert_int_eq(lbr_become_owner_of("/", user, &reason), LBR_ERR_UNSAFE);
	if (is_root)
		ck_assert_int_eq(chown(state, OWNER, 0), 0);
	if (is_root)
		ck_assert_int_eq(lbr_become_owner_of(state, user, &reason), LBR_ERR_UNSAFE);
	ck_assert_int_eq(geteuid() == 0, is_root);
}
END_TEST

static int become_as_stranger(void)
{
	if (setgroups(0, NULL) != 0 || setresgid(STRANGER, STRANGER, STRANGER) != 0 ||
	    setresuid(STRANGER, STRANGER, STRANGER) != 0)
		return 1;
	return lbr_become_owner_of(state, user, NULL) == LBR_ERR_UNSAFE && geteuid() == STRANGER ? 0 : 2;
}

/* Effective ids alone can be taken back: who keeps root in the saved id has not left it. */
static int become_with_root_saved(void)
{
	if (setresuid(OWNER, OWNER, 0) != 0)
		return 1;
	return lbr_become_owner_of(state, user, NULL) == LBR_ERR_UNSAFE ? 0 : 2;
}

START_TEST(strangers_and_half_dropped_callers_are_refused)
{
	if (is_root)
		ck_assert_int_eq(in_child(become_as_stranger), 0);
	if (is_root)
		ck_assert_int_eq(in_child(become_with_root_saved), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("become");
	TCase *cases = tcase_create("become");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, sec_1_50_the_owner_for_good);
	tcase_add_test(cases, what_is_no_directory_is_refused);
	tcase_add_test(cases, a_directory_of_root_is_refused);
	tcase_add_test(cases, strangers_and_half_dropped_callers_are_refused);
	suite_add_tcase(suite, cases);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
