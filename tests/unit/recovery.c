/* A sheet of recovery codes is made by two writes: whatever ends it between them, no code comes back to life and none is lost
 * without need. */
#include "support/check_main.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>

#include "support/scratch_store.h"

/* From here on every rename of this process, which is how an account is committed, ends as `action` says. */
static void forbid_renames(unsigned action)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_rename
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rename, 2, 0),
#else
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 2, 0),
#endif
#ifdef SYS_renameat
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat, 1, 0),
#else
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 1, 0),
#endif
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(lines) / sizeof(lines[0]), lines };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		_exit(9);
}

/* Makes new codes in a child that may not rename; returns how it ended. */
static int renew_without_renames(const char *name, unsigned action)
{
	struct lbr_recovery_sheet sheet;
	struct lbr_reason reason = { .text = "" };
	uint64_t generation;
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		forbid_renames(action);
		_exit(lbr_recovery_renew(scratch.store, scratch.keyring, name, 0, &sheet, &generation, &reason) == LBR_OK ? 7 : 3);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

static void make_codes(const char *name)
{
	struct lbr_recovery_sheet sheet;
	struct lbr_reason reason = { .text = "" };
	uint64_t generation;

	scratch_enter();
	scratch_enroll(name);
	ck_assert_int_eq(lbr_recovery_renew(scratch.store, scratch.keyring, name, 0, &sheet, &generation, &reason), LBR_OK);
}

static unsigned left_to(const char *name)
{
	struct lbr_view view = scratch_view(name);
	unsigned left;

	left = lbr_recovery_left(&view.account, &view.counters);
	lbr_view_release(&view);
	return left;
}

/* The account is the old one then, as if it had been put back from a copy: the counters must have left it already. */
START_TEST(killed_between_the_writes_revives_no_code)
{
	int status;

	make_codes("killed");
	ck_assert_uint_eq(left_to("killed"), LBR_RECOVERY_CODES);
	status = renew_without_renames("killed", SECCOMP_RET_KILL_PROCESS);
	ck_assert(WIFSIGNALED(status));
	ck_assert_uint_eq(left_to("killed"), 0);
}
END_TEST

START_TEST(sec_1_35_an_account_that_cannot_be_written_keeps_its_codes)
{
	int status;

	make_codes("full");
	status = renew_without_renames("full", SECCOMP_RET_ERRNO | ENOSPC);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	ck_assert_uint_eq(left_to("full"), LBR_RECOVERY_CODES);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("recovery");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_test(tests, killed_between_the_writes_revives_no_code);
	tcase_add_test(tests, sec_1_35_an_account_that_cannot_be_written_keeps_its_codes);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
