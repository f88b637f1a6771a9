/* Raising a notice: one of each kind waits, and nothing in it is a stranger's choice but an address and a bounded word. */
#include <liberations/notice.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

#define NOW 1800000000

static const struct lbr_counters none;

START_TEST(one_of_each_kind_waits)
{
	struct lbr_counters counters = { .last_step = 7 };
	int kind, other;

	for (kind = 0; kind < LBR_RAISED_KINDS; kind++) {
		lbr_notice_raise(&counters, (enum lbr_notice_kind)kind, NOW + kind, "sshd", "203.0.113.7");
		for (other = 0; other < LBR_RAISED_KINDS; other++)
			ck_assert_int_eq(counters.raised[other].at_s, other <= kind ? NOW + other : 0);
		lbr_notice_raise(&counters, (enum lbr_notice_kind)kind, NOW + 100, "su", "203.0.113.8");
		ck_assert_int_eq(counters.raised[kind].at_s, NOW + kind);
		ck_assert_str_eq(counters.raised[kind].service, "sshd");
		ck_assert_str_eq(counters.raised[kind].address, "203.0.113.7");
	}
	ck_assert_int_eq(counters.last_step, 7);
}
END_TEST

START_TEST(what_cannot_be_raised_changes_nothing)
{
	struct lbr_counters counters = none;

	lbr_notice_raise(&counters, LBR_NOTICE_PASSWORD_EXPIRES, NOW, "sshd", "203.0.113.7");
	lbr_notice_raise(&counters, LBR_NOTICE_KINDS, NOW, "sshd", "203.0.113.7");
	lbr_notice_raise(&counters, (enum lbr_notice_kind)-1, NOW, "sshd", "203.0.113.7");
	lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, 0, "sshd", "203.0.113.7");
	lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, -1, "sshd", "203.0.113.7");
	ck_assert_mem_eq(&counters, &none, sizeof(none));
}
END_TEST

START_TEST(audit_f14_an_address_is_kept_and_a_name_is_not)
{
	static const char *const claims[][2] = {
		{ "203.0.113.7", "203.0.113.7" }, { "::1", "::1" }, { "2001:db8::BAD:cafe", "2001:db8::BAD:cafe" },
		{ "fe80::1%eth0", "fe80::1" }, { "::ffff:192.0.2.7", "::ffff:192.0.2.7" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" },
		{ "evil-phish.example.com", "" }, { "face.cafe", "" }, { "203.0.113.7.cafe", "" }, { "203.0.113", "" },
		{ "203.0.113.256", "" }, { "dead:beef", "" }, { "203.0.113.7 ", "" }, { " 203.0.113.7", "" }, { "203.0.113.7\n", "" },
		{ "http://203.0.113.7/", "" }, { "[::1]", "" }, { "localhost", "" }, { "%eth0", "" }, { "", "" },
		{ "fe80::1%\x1b[2J evil.example", "fe80::1" }, { "0000000000000000000000000000000000000000000000000000000000000001", "" },
	};
	size_t i;

	for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct lbr_counters counters = none;

		lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, NOW, "sshd", claims[i][0]);
		ck_assert_int_eq(counters.raised[LBR_NOTICE_LOCKED].at_s, NOW);
		ck_assert_msg(strcmp(counters.raised[LBR_NOTICE_LOCKED].address, claims[i][1]) == 0, "%s became %s", claims[i][0],
		              counters.raised[LBR_NOTICE_LOCKED].address);
	}
}
END_TEST

START_TEST(a_service_is_bounded_and_harmless)
{
	struct lbr_counters counters = none;
	char every[256], longer[5000];
	const char *at;
	int byte, part;

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, NOW, longer, longer);
	ck_assert_uint_eq(strlen(counters.raised[LBR_NOTICE_LOCKED].service), LBR_RAISED_SERVICE_MAX - 1);
	for (byte = 1; byte < 256; byte++)
		every[byte - 1] = (char)byte;
	every[255] = '\0';
	for (part = 0; part < 255; part += LBR_RAISED_SERVICE_MAX - 1) {
		counters = none;
		lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, NOW, every + part, "");
		ck_assert_uint_gt(strlen(counters.raised[LBR_NOTICE_LOCKED].service), 0);
		for (at = counters.raised[LBR_NOTICE_LOCKED].service; *at != '\0'; at++)
			ck_assert_ptr_nonnull(strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._:-?", *at));
	}
	counters = none;
	lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, NOW, NULL, NULL);
	ck_assert_int_eq(counters.raised[LBR_NOTICE_LOCKED].at_s, NOW);
	ck_assert_str_eq(counters.raised[LBR_NOTICE_LOCKED].service, "");
}
END_TEST

/* Whatever was claimed, the slot takes it: an attacker must not make a commit fail. */
START_TEST(every_claim_can_be_committed)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	unsigned char slot[LBR_SLOT_LEN];
	char claim[8];
	int byte;

	for (byte = 1; byte < 256; byte++) {
		struct lbr_counters counters = none;

		snprintf(claim, sizeof(claim), "a%c1", (char)byte);
		lbr_notice_raise(&counters, LBR_NOTICE_PASSWORD_KNOWN, NOW, claim, claim);
		lbr_notice_raise(&counters, LBR_NOTICE_TOKEN_REPLACED, INT64_MAX, claim + 1, "::1");
		ck_assert_int_eq(lbr_slot_encode(&counters, 1, "counters", "bob", keyring, slot), LBR_OK);
	}
	lbr_keyring_free(keyring);
}
END_TEST

START_TEST(only_what_was_mailed_is_settled)
{
	struct lbr_counters counters = none, before;
	struct lbr_raised mailed;

	lbr_notice_raise(&counters, LBR_NOTICE_LOCKED, NOW, "sshd", "203.0.113.7");
	lbr_notice_raise(&counters, LBR_NOTICE_PASSWORD_KNOWN, NOW, "sshd", "203.0.113.7");
	before = counters;
	mailed = counters.raised[LBR_NOTICE_LOCKED];
	mailed.at_s++;
	ck_assert(!lbr_notice_settle(&counters, LBR_NOTICE_LOCKED, &mailed));
	mailed = counters.raised[LBR_NOTICE_LOCKED];
	mailed.service[0] = 'x';
	ck_assert(!lbr_notice_settle(&counters, LBR_NOTICE_LOCKED, &mailed));
	mailed = counters.raised[LBR_NOTICE_LOCKED];
	mailed.address[0] = '\0';
	ck_assert(!lbr_notice_settle(&counters, LBR_NOTICE_LOCKED, &mailed));
	ck_assert(!lbr_notice_settle(&counters, LBR_NOTICE_PASSWORD_EXPIRES, &mailed));
	ck_assert_mem_eq(&counters, &before, sizeof(before));
	mailed = counters.raised[LBR_NOTICE_LOCKED];
	ck_assert(lbr_notice_settle(&counters, LBR_NOTICE_LOCKED, &mailed));
	ck_assert_int_eq(counters.raised[LBR_NOTICE_LOCKED].at_s, 0);
	ck_assert_int_eq(counters.raised[LBR_NOTICE_PASSWORD_KNOWN].at_s, NOW);
	ck_assert(!lbr_notice_settle(&counters, LBR_NOTICE_LOCKED, &mailed));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("notice_raise");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, one_of_each_kind_waits);
	tcase_add_test(tests, what_cannot_be_raised_changes_nothing);
	tcase_add_test(tests, audit_f14_an_address_is_kept_and_a_name_is_not);
	tcase_add_test(tests, a_service_is_bounded_and_harmless);
	tcase_add_test(tests, every_claim_can_be_committed);
	tcase_add_test(tests, only_what_was_mailed_is_settled);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
