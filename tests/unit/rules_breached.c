/* The file of breached passwords: what is in it is refused, and a file that cannot be read is never an empty one. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/rules_stage.h"

static char folder[64], filter[96];

static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	lbr_settings_default(&settings);
	snprintf(folder, sizeof(folder), "%.40s/lbr-rules-XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(filter, sizeof(filter), "%s/filter", folder);
}

static void tear_down(void)
{
	unlink(filter);
	rmdir(filter);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void make_filter_as(const char *hashed, const char *kind, const char *lines)
{
	char output[128];
	const char *const argv[] = { "pwqfilter", "--create=100", output, hashed, kind, NULL };

	snprintf(output, sizeof(output), "--output=%s", filter);
	free(run_child(argv, lines, strlen(lines)));
	ck_assert_int_eq(access(filter, F_OK), 0);
}

static void make_filter(const char *lines)
{
	make_filter_as(NULL, NULL, lines);
}

START_TEST(std_N10_breached_passwords_are_refused)
{
	make_filter("sésame ouvre la porte bleue\nkvtrwxqplmzh\n");
	expect("kvtrwxqplmzh", LBR_OBJECTION_NONE);
	memcpy(settings.breached, filter, sizeof(filter));
	ck_assert_int_eq(lbr_rules_check_breached(&settings, NULL), LBR_OK);
	expect("kvtrwxqplmzh", LBR_OBJECTION_BREACHED);
	expect("sésame ouvre la porte bleue", LBR_OBJECTION_BREACHED);
	expect("kvtrwxqplmzi", LBR_OBJECTION_NONE);
}
END_TEST

/* As they are downloaded: sorted or not, in capitals or not, with a count behind, and with lines that end as on Windows. */
START_TEST(a_downloaded_list_of_ntlm_hashes_is_used)
{
	make_filter_as("--pre-hashed", "--hash-ntlm-cp1252", "FFFFFFFF5BA69530 is no hash\nEC66BA6953030C8C4D72356EA6BEB067:1203\r\n"
	               "00000000000000000000000000000001:2\r\n");
	memcpy(settings.breached, filter, sizeof(filter));
	expect("kvtrwxqplmzh", LBR_OBJECTION_BREACHED);
	expect("kvtrwxqplmzi", LBR_OBJECTION_NONE);
}
END_TEST

static void expect_unjudged(enum lbr_error wanted)
{
	struct lbr_secret password = secret_of("le chat dort sur la table");
	struct lbr_candidate candidate = { .password = &password, .name = "zoe", .contact = "" };
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	struct lbr_reason reason = { .text = "" };

	ck_assert_int_eq(lbr_rules_judge(&candidate, &settings, &objection, &reason), wanted);
	ck_assert_int_ne(objection, LBR_OBJECTION_NONE);
	ck_assert_ptr_nonnull(strstr(reason.text, filter));
	ck_assert_ptr_null(strstr(reason.text, "chat"));
	ck_assert_int_eq(lbr_rules_check_breached(&settings, &reason), wanted);
}

START_TEST(a_list_that_cannot_be_read_refuses_everything)
{
	memcpy(settings.breached, filter, sizeof(filter));
	expect_unjudged(LBR_ERR_SYSTEM); /* missing */
	ck_assert_int_eq(mkdir(filter, 0700), 0);
	expect_unjudged(LBR_ERR_UNSAFE);
	ck_assert_int_eq(rmdir(filter), 0);
	ck_assert_int_eq(mkfifo(filter, 0600), 0);
	expect_unjudged(LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(filter), 0);
	close(open(filter, O_CREAT | O_WRONLY, 0600)); /* empty */
	expect_unjudged(LBR_ERR_DAMAGED);
	ck_assert_int_eq(unlink(filter), 0);
	make_filter("kvtrwxqplmzh\n");
	ck_assert_int_eq(truncate(filter, 90), 0);
	expect_unjudged(LBR_ERR_DAMAGED);
	ck_assert_int_eq(unlink(filter), 0);
	make_filter_as("--pre-hashed", NULL, "24DA3A5A2E6F4F2C1B0C7A1F6C0C9D4F4D7A1B2C:3\n"); /* SHA-1: nothing to compare with */
	expect_unjudged(LBR_ERR_DAMAGED);
	if (geteuid() != 0) {
		ck_assert_int_eq(chmod(filter, 0), 0);
		expect_unjudged(LBR_ERR_SYSTEM);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("rules_breached");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test_with(tests, std_N10_breached_passwords_are_refused, "pwqfilter", "passwdqc");
	tcase_add_test_with(tests, a_downloaded_list_of_ntlm_hashes_is_used, "pwqfilter", "passwdqc");
	tcase_add_test_with(tests, a_list_that_cannot_be_read_refuses_everything, "pwqfilter", "passwdqc");
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
