/* The editor of pam.d(5): every form of every service, put into files of several systems and taken out again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cli/protect/plan.h"
#include "support/check_main.h"

static const char *const files[] = {
	"@include common-auth\naccount required pam_nologin.so\n@include common-account\n@include common-password\n",
	"# why\n\nauth optional pam_faildelay.so delay=3000000\n@include common-auth\nauth optional pam_group.so\n@include common-account\n",
	"auth substack password-auth\nauth include postlogin\n-auth optional pam_x.so\naccount include password-auth\npassword include password-auth\n",
	"auth include system-remote-login\naccount include system-remote-login\npassword include system-remote-login\n",
	"auth required \\\n\tpam_unix.so try_first_pass # why\naccount requisite pam_unix.so\npassword required pam_unix.so",
	"@include common-password\n",
};

static bool protect(const struct form *form, const char *text, struct plan *plan)
{
	cli_plan_protect(form, "x", text, strlen(text), plan);
	return plan->result == PLAN_CHANGES;
}

START_TEST(undone_it_is_as_before)
{
	const struct form *form;
	struct plan plan, undone, again;
	size_t file, at, len, changed = 0;

	for (file = 0; file < sizeof(files) / sizeof(files[0]); file++)
		for (at = 0; (form = cli_form_at(at)) != NULL; at++) {
			if (protect(form, files[file], &plan)) {
				changed++;
				len = strlen(files[file]);
				protect(form, plan.text, &again);
				ck_assert_int_eq(again.result, PLAN_SAME);
				cli_plan_undo(plan.text, plan.len, &undone);
				ck_assert_int_eq(undone.result, PLAN_CHANGES);
				ck_assert_msg(strncmp(undone.text, files[file], len) == 0 && undone.len <= len + 1, "%s", undone.text);
				free(undone.text);
			}
			free(plan.text);
		}
	ck_assert_uint_gt(changed, 60);
}
END_TEST

START_TEST(what_is_no_text_is_refused)
{
	static const char hole[] = PLAN_BEGIN " x\nauth \0 required pam_unix.so\n" PLAN_END "\n";
	static const char plain[] = "auth required pam_unix.so\n\0";
	bool generic;
	struct plan plan;

	cli_plan_undo(hole, sizeof(hole) - 1, &plan);
	ck_assert_int_eq(plan.result, PLAN_REFUSED);
	free(plan.text);
	cli_plan_protect(cli_form_find("x", &generic), "x", plain, sizeof(plain) - 1, &plan);
	ck_assert_int_eq(plan.result, PLAN_REFUSED);
	free(plan.text);
}
END_TEST

START_TEST(what_somebody_wrote_is_kept)
{
	static const char foreign[] = PLAN_BEGIN " x\nauth required pam_mine.so\n" PLAN_END "\n";
	static const char open[] = PLAN_BEGIN " x\nauth required pam_liberations.so\n";
	static const char twice[] = PLAN_BEGIN " x\n" PLAN_BEGIN " x\n" PLAN_END "\n";
	const char *const texts[] = { foreign, open, twice };
	struct plan plan;
	size_t at;

	for (at = 0; at < sizeof(texts) / sizeof(texts[0]); at++) {
		cli_plan_undo(texts[at], strlen(texts[at]), &plan);
		ck_assert_int_eq(plan.result, PLAN_REFUSED);
		ck_assert_int_eq(plan.why, PLAN_WHY_BLOCK);
		free(plan.text);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("cli_protect");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, undone_it_is_as_before);
	tcase_add_test(tests, what_is_no_text_is_refused);
	tcase_add_test(tests, what_somebody_wrote_is_kept);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
