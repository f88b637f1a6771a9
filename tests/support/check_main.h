/* The end of every Check program: runs the tests that its arguments select, and closes with
 * "N passed, N failed[, N skipped]". */
#ifndef TESTS_CHECK_MAIN_H
#define TESTS_CHECK_MAIN_H

#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "installed.h"
#include "selection.h"

static int tests_skipped;

/* Check selects by suite and test case only. So a test that is not selected is not added. */
#undef tcase_add_test
#define tcase_add_test(tcase, test)                                                                                         \
	do {                                                                                                                \
		if (selection_has(#test))                                                                                   \
			tcase_add_test_raise_signal(tcase, test, 0);                                                        \
	} while (0)

#undef tcase_add_loop_test
#define tcase_add_loop_test(tcase, test, start, end)                                                                        \
	do {                                                                                                                \
		if (selection_has(#test))                                                                                   \
			tcase_add_loop_test_raise_signal(tcase, test, 0, start, end);                                       \
	} while (0)

/* A test that runs a program is skipped where the program is not installed. `package` is the Debian package. */
#define tcase_add_loop_test_with(tcase, test, start, end, program, package)                                                 \
	do {                                                                                                                \
		if (!selection_has(#test))                                                                                  \
			break;                                                                                              \
		if (installed_for(#test, program, package))                                                                 \
			tcase_add_loop_test_raise_signal(tcase, test, 0, start, end);                                       \
		else                                                                                                        \
			tests_skipped += (int)(end) - (int)(start);                                                         \
	} while (0)
#define tcase_add_test_with(tcase, test, program, package) tcase_add_loop_test_with(tcase, test, 0, 1, program, package)

/* Returns the exit status. `make` adds the tests. */
static inline int run_suite(int argc, char **argv, Suite *(*make)(void))
{
	int failed, run, status;
	SRunner *runner;

	selection_begin(argc, argv);
	/* Check gives a test four seconds, which is luck on a busy machine. This ends what hangs; few tests need a limit of their own. */
	(void)setenv("CK_DEFAULT_TIMEOUT", "600", 0);
	runner = srunner_create(make());
	if (selection_is_over(&status)) {
		srunner_free(runner);
		return status;
	}
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("%d passed, %d failed", run - failed, failed);
	if (tests_skipped > 0)
		printf(", %d skipped", tests_skipped);
	printf("\n");
	return failed ? 1 : 0;
}

#endif
