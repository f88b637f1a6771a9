/* The end of every Check program: runs the tests that its arguments select, and closes with "N passed, N failed". */
#ifndef TESTS_CHECK_MAIN_H
#define TESTS_CHECK_MAIN_H

#include <stdio.h>

#include <check.h>

#include "selection.h"

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

/* Returns the exit status. `make` adds the tests. */
static inline int run_suite(int argc, char **argv, Suite *(*make)(void))
{
	int failed, run, status;
	SRunner *runner;

	selection_begin(argc, argv);
	runner = srunner_create(make());
	if (selection_is_over(&status)) {
		srunner_free(runner);
		return status;
	}
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("%d passed, %d failed\n", run - failed, failed);
	return failed ? 1 : 0;
}

#endif
