/* The digest of the rules: each rule changes it, and nothing else does. */
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

#include <liberations/policy_digest.h>

static struct lbr_settings settings;
static char before[LBR_POLICY_DIGEST_MAX];

static void begin(void)
{
	lbr_settings_default(&settings);
	lbr_policy_digest(&settings, before);
}

static bool differs(void)
{
	char after[LBR_POLICY_DIGEST_MAX];
	bool other;

	lbr_policy_digest(&settings, after);
	other = strcmp(before, after) != 0;
	lbr_settings_default(&settings);
	return other;
}

START_TEST(it_is_sixteen_digits)
{
	ck_assert_uint_eq(strlen(before), LBR_POLICY_DIGEST_MAX - 1);
	ck_assert_uint_eq(strspn(before, "0123456789abcdef"), LBR_POLICY_DIGEST_MAX - 1);
	ck_assert(!differs());
}
END_TEST

START_TEST(each_rule_changes_it)
{
	unsigned *const rules[] = {&settings.window, &settings.max_age.count, &settings.warn_s, &settings.min_age_s,
	                           &settings.min_length, &settings.history, &settings.lock_after, &settings.invitation_life_s};
	size_t at;

	for (at = 0; at < sizeof(rules) / sizeof(rules[0]); at++) {
		++*rules[at];
		ck_assert_msg(differs(), "rule %zu", at);
	}
	memcpy(settings.words, "acme", sizeof("acme"));
	ck_assert(differs());
	memcpy(settings.breached, "/srv/list", sizeof("/srv/list"));
	ck_assert(differs());
	memset(settings.words, 'w', sizeof(settings.words) - 1);
	ck_assert(differs());
}
END_TEST

START_TEST(what_may_differ_leaves_it)
{
	settings.hash_cost++;
	settings.language = LBR_LANGUAGE_FR;
	memcpy(settings.local, "zoe", sizeof("zoe"));
	memcpy(settings.issuer, "Acme", sizeof("Acme"));
	ck_assert(!differs());
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("policy digest");
	TCase *tcase = tcase_create("rules");

	tcase_add_checked_fixture(tcase, begin, NULL);
	tcase_add_test(tcase, it_is_sixteen_digits);
	tcase_add_test(tcase, each_rule_changes_it);
	tcase_add_test(tcase, what_may_differ_leaves_it);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
