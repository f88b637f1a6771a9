/* The users in a file of the form of passwd(5), whatever else stands in it. */
#include <liberations/local_users.h>

#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

static void put_long_line(FILE *file, const char *begin, const char *end)
{
	int at;

	fputs(begin, file);
	for (at = 0; at < 2 * LBR_LOCAL_USER_MAX; at++)
		fputc('x', file);
	fputs(end, file);
}

static void expect_only_zoe(FILE *file)
{
	char text[LBR_LOCAL_USER_MAX];
	struct passwd entry;

	rewind(file);
	ck_assert(lbr_local_user_next(file, text, &entry));
	ck_assert_str_eq(entry.pw_name, "zoe");
	ck_assert_int_eq(entry.pw_uid, 1007);
	ck_assert_int_eq(entry.pw_gid, 1008);
	ck_assert(!lbr_local_user_next(file, text, &entry));
	ck_assert(!lbr_local_user_next(file, text, &entry));
	fclose(file);
}

START_TEST(a_line_that_does_not_fit_ends_nothing)
{
	FILE *file = tmpfile();

	ck_assert_ptr_nonnull(file);
	put_long_line(file, "# ", "\n");
	put_long_line(file, "yan:x:1001:1001:", ":/home/yan:/bin/sh\n");
	fputs("zoe:x:1007:1008:Zoe:/home/zoe:/bin/sh\n", file);
	put_long_line(file, "wim:x:1002:1002:", "");
	expect_only_zoe(file);
}
END_TEST

START_TEST(lines_of_another_form_are_passed_over)
{
	FILE *file = tmpfile();

	ck_assert_ptr_nonnull(file);
	fputs("\n# yan:x:1001:1001:::\nyan\nzoe:x:1007:1008:Zoe:/home/zoe:/bin/sh\n", file);
	expect_only_zoe(file);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("local_users");
	TCase *cases = tcase_create("local_users");

	tcase_add_test(cases, a_line_that_does_not_fit_ends_nothing);
	tcase_add_test(cases, lines_of_another_form_are_passed_over);
	suite_add_tcase(suite, cases);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
