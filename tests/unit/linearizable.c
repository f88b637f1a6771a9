/* The judge of histories (tests/histories): what could have happened passes, and each history that is made wrong on purpose is
 * found. */
#include <stdbool.h>
#include <string.h>

#include <liberations/token.h>

#include "linear.h"
#include "support/check_main.h"
#include "support/scratch_keyring.h"

#define NOW_S 1900000010
#define NOW_STEP (NOW_S / LBR_STEP_S)
#define STRANGER LBR_LANE_STRANGER

static struct lbr_settings settings;
static struct history person;
static struct found found;

/* A person whose first name has an account with the first password and key, made from 0 to 1. */
static void begin(void)
{
	unsigned key;

	lbr_settings_default(&settings);
	memset(&person, 0, sizeof(person));
	memset(&found, 0, sizeof(found));
	person.keyring = ring_of(KEY_A);
	person.settings = &settings;
	memcpy(person.names[0], "roy", sizeof("roy"));
	memcpy(person.names[1], "roy-b", sizeof("roy-b"));
	for (key = 0; key < KEYS; key++)
		memset(person.keys[key], (int)key + 1, LBR_TOKEN_SHORT_LEN);
	person.ops[person.count++] = (struct op){.kind = CREATE, .asked_ns = 0, .told_ns = 1, .now_s = NOW_S - 100};
}

static struct op *add(enum kind kind, int64_t asked_ns, int64_t told_ns)
{
	struct op *op = &person.ops[person.count++];

	*op = (struct op){.kind = kind, .asked_ns = asked_ns, .told_ns = told_ns, .now_s = NOW_S, .matched_step = NOW_STEP};
	return op;
}

/* As it is answered to who comes first: password and code are right. */
static struct op *sign_in(int64_t asked_ns, int64_t told_ns, int64_t step)
{
	struct op *op = add(TRY, asked_ns, told_ns);

	ck_assert_int_eq(lbr_token_code(person.keys[0], step, op->code), LBR_OK);
	op->verdict = LBR_ALLOW;
	op->code_fresh = true;
	op->became = 1;
	return op;
}

static struct op *used_code(int64_t asked_ns, int64_t told_ns, int64_t step)
{
	struct op *op = sign_in(asked_ns, told_ns, step);

	op->verdict = LBR_DENY_USED_CODE;
	op->code_fresh = false;
	op->last_sign_in_s = NOW_S;
	return op;
}

static struct op *disable(int64_t asked_ns, int64_t told_ns)
{
	struct op *op = add(DISABLE, asked_ns, told_ns);

	op->changed = true;
	op->became = 2;
	return op;
}

static struct op *wrong(int64_t asked_ns, int64_t told_ns, const char *code)
{
	struct op *op = add(TRY, asked_ns, told_ns);

	memcpy(op->code, code, strlen(code) + 1);
	op->verdict = LBR_DENY;
	op->became = 1;
	return op;
}

/* What is stored at the end. */
static struct op *read_it(int64_t asked_ns, uint64_t generation, bool disabled)
{
	struct op *op = add(READ, asked_ns, asked_ns + 1);

	make_account("roy", 0, NOW_S - 100, &found.account);
	found.account.generation = generation;
	found.account.disabled = disabled;
	lbr_history_heal(&found.history, &found.account, HISTORY_KEPT);
	op->found = &found;
	return op;
}

START_TEST(of_two_at_once_either_may_be_the_first)
{
	begin();
	used_code(10, 20, NOW_STEP);
	sign_in(12, 18, NOW_STEP);
	ck_assert(is_linearizable(&person));
}
END_TEST

START_TEST(a_code_that_is_accepted_twice_is_found)
{
	begin();
	sign_in(10, 20, NOW_STEP);
	sign_in(12, 18, NOW_STEP)->last_sign_in_s = NOW_S;
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(an_older_code_after_a_newer_one_is_found)
{
	begin();
	sign_in(10, 20, NOW_STEP + 1);
	sign_in(30, 40, NOW_STEP)->last_sign_in_s = NOW_S;
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(a_used_code_before_anybody_used_it_is_found)
{
	begin();
	used_code(10, 20, NOW_STEP);
	sign_in(30, 40, NOW_STEP);
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(a_disable_that_overlaps_may_come_after_the_sign_in)
{
	begin();
	disable(10, 40);
	sign_in(20, 30, NOW_STEP);
	ck_assert(is_linearizable(&person));
}
END_TEST

START_TEST(a_sign_in_that_passes_a_disable_is_found)
{
	begin();
	disable(10, 20);
	sign_in(30, 40, NOW_STEP)->became = 2;
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(two_disables_that_both_changed_it_are_found)
{
	begin();
	disable(10, 20);
	disable(12, 18);
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(a_lost_update_is_found)
{
	struct op *op;

	begin();
	disable(10, 20);
	op = read_it(30, 1, false);
	ck_assert(!is_linearizable(&person));
	op->found->account.generation = 2;
	op->found->account.disabled = true;
	ck_assert(is_linearizable(&person));
}
END_TEST

START_TEST(a_wrong_code_that_is_not_counted_is_found)
{
	begin();
	wrong(10, 20, "000001");
	wrong(12, 22, "000002");
	read_it(30, 1, false);
	found.counters.lanes[STRANGER].code_failures = 1;
	found.counters.lanes[STRANGER].password_failures = 0;
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(a_change_of_what_was_changed_before_is_found)
{
	struct op *op;

	begin();
	op = add(CHANGE, 10, 20);
	op->password = 1;
	op->generation = 1;
	op->became = 2;
	ck_assert(is_linearizable(&person));
	op = add(CHANGE, 30, 40);
	op->password = 2;
	op->generation = 1;
	op->became = 2;
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(what_was_perhaps_done_may_be_done_or_not)
{
	struct op *op;

	begin();
	op = sign_in(10, 20, NOW_STEP);
	op->fate = FATE_PERHAPS;
	op->verdict = LBR_DENY;
	sign_in(30, 40, NOW_STEP);
	ck_assert(is_linearizable(&person));
	begin();
	op = sign_in(10, 20, NOW_STEP);
	op->fate = FATE_PERHAPS;
	op->verdict = LBR_DENY;
	used_code(30, 40, NOW_STEP);
	ck_assert(is_linearizable(&person));
}
END_TEST

START_TEST(what_was_perhaps_done_is_not_done_before_it_was_asked_for)
{
	struct op *op;

	begin();
	used_code(10, 20, NOW_STEP);
	op = sign_in(30, 40, NOW_STEP);
	op->fate = FATE_PERHAPS;
	op->verdict = LBR_DENY;
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(what_was_certainly_not_done_and_shows_is_found)
{
	begin();
	sign_in(10, 20, NOW_STEP)->fate = FATE_NOTHING;
	used_code(30, 40, NOW_STEP);
	ck_assert(!is_linearizable(&person));
}
END_TEST

START_TEST(a_name_that_is_made_twice_is_found)
{
	begin();
	add(CREATE, 10, 20);
	ck_assert(!is_linearizable(&person));
	person.ops[1].error = LBR_ERR_EXISTS;
	ck_assert(is_linearizable(&person));
}
END_TEST

START_TEST(a_used_code_is_used_under_the_new_name_too)
{
	struct op *op;

	begin();
	sign_in(10, 20, NOW_STEP);
	add(RENAME, 30, 40);
	op = sign_in(50, 60, NOW_STEP);
	op->name = 1;
	op->became = 2;
	op->last_sign_in_s = NOW_S;
	ck_assert(!is_linearizable(&person));
	op->verdict = LBR_DENY_USED_CODE;
	op->code_fresh = false;
	ck_assert(is_linearizable(&person));
}
END_TEST

START_TEST(a_floor_makes_codes_used_and_none_fresh)
{
	struct op *op;

	begin();
	op = add(FLOOR, 10, 0);
	op->fate = FATE_PERHAPS;
	op->step = NOW_STEP + 2;
	used_code(30, 40, NOW_STEP)->last_sign_in_s = 0;
	ck_assert(is_linearizable(&person));
	sign_in(50, 60, NOW_STEP + 1);
	ck_assert(!is_linearizable(&person));
}
END_TEST

static Suite *make(void)
{
	Suite *suite = suite_create("linearizable");
	TCase *tcase = tcase_create("histories");

	tcase_add_test(tcase, of_two_at_once_either_may_be_the_first);
	tcase_add_test(tcase, a_code_that_is_accepted_twice_is_found);
	tcase_add_test(tcase, an_older_code_after_a_newer_one_is_found);
	tcase_add_test(tcase, a_used_code_before_anybody_used_it_is_found);
	tcase_add_test(tcase, a_disable_that_overlaps_may_come_after_the_sign_in);
	tcase_add_test(tcase, a_sign_in_that_passes_a_disable_is_found);
	tcase_add_test(tcase, two_disables_that_both_changed_it_are_found);
	tcase_add_test(tcase, a_lost_update_is_found);
	tcase_add_test(tcase, a_wrong_code_that_is_not_counted_is_found);
	tcase_add_test(tcase, a_change_of_what_was_changed_before_is_found);
	tcase_add_test(tcase, what_was_perhaps_done_may_be_done_or_not);
	tcase_add_test(tcase, what_was_perhaps_done_is_not_done_before_it_was_asked_for);
	tcase_add_test(tcase, what_was_certainly_not_done_and_shows_is_found);
	tcase_add_test(tcase, a_name_that_is_made_twice_is_found);
	tcase_add_test(tcase, a_used_code_is_used_under_the_new_name_too);
	tcase_add_test(tcase, a_floor_makes_codes_used_and_none_fresh);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, make);
}
