/* Who gets a place in the listener, and who gives one up. */
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

#include "../../agent/listen.h"

static struct lbr_seats places;
static int64_t now_ms;
static pid_t next_pid;

static void set_up(void)
{
	memset(&places, 0, sizeof(places));
	now_ms = 100000000;
	next_pid = 1000;
}

/* The agent that was ended for this one; 0: none; -1: refused. */
static pid_t come(enum lbr_pool pool, uid_t uid)
{
	const struct lbr_caller caller = {.uid = uid, .pool = pool};
	struct lbr_seat *place = lbr_place_find(&places, &caller, now_ms);
	pid_t ended;

	if (place == NULL)
		return -1;
	ended = place->pid;
	lbr_place_take(place, &caller, next_pid++, now_ms);
	return ended;
}

/* How many of these get in while nobody has to leave for them. */
static unsigned fill(enum lbr_pool pool, uid_t uid, unsigned count, uid_t step)
{
	unsigned in = 0;

	for (; count > 0; count--, uid += step)
		in += come(pool, uid) == 0;
	return in;
}

static struct lbr_holders holders(enum lbr_pool pool)
{
	struct lbr_holders found;

	lbr_place_holders(&places, pool, now_ms, &found);
	return found;
}

static struct lbr_seat *place_of(uid_t uid)
{
	unsigned i;

	for (i = 0; i < LBR_PLACES; i++)
		if (places.at[i].pid != 0 && places.at[i].uid == uid)
			return &places.at[i];
	return NULL;
}

START_TEST(audit_f02_no_class_takes_a_place_of_another)
{
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 100000, 1000, 1), 80);
	ck_assert_uint_eq(fill(LBR_POOL_VERIFIERS, 33, 1000, 1), 736);
	ck_assert_uint_eq(fill(LBR_POOL_ROOT, 0, 1000, 0), 96);
	ck_assert_int_eq(come(LBR_POOL_ROOT, 0), -1);
}
END_TEST

START_TEST(audit_f02_a_uid_has_its_share_and_little_once_it_is_crowded)
{
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 1001, 256, 0), 32);
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 1002, 256, 0), 28); /* 60 of 80 are held: now a uid gets four */
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 1003, 256, 0), 4);
	ck_assert_uint_eq(fill(LBR_POOL_VERIFIERS, 33, 1000, 0), 672);
	ck_assert_uint_eq(fill(LBR_POOL_VERIFIERS, 34, 1000, 0), 64);
}
END_TEST

/* Its dialogues and attempts, as many as can be set, and the line over which it asks for standings: else nobody who is signed in
 * could be served while many enroll. */
START_TEST(all_that_the_portal_may_hold_at_once_has_a_place)
{
	ck_assert_uint_eq(fill(LBR_POOL_VERIFIERS, 33, 512 + 128 + 1, 0), 512 + 128 + 1);
}
END_TEST

/* Subordinate uids are a block; a person beside them holds less, and displaces the oldest of the block at once. */
START_TEST(audit_f02_whoever_holds_least_displaces_whoever_holds_most)
{
	struct lbr_seat *oldest;
	pid_t first = next_pid;

	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 1005, 3, 0), 3);
	now_ms += 1;
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 131072, 77, 1), 77);
	oldest = place_of(131072);
	oldest->since_ms -= 1;
	ck_assert_int_eq(come(LBR_POOL_OWNERS, 1006), first + 3);
	ck_assert_int_eq(oldest->uid, 1006);
	ck_assert_int_gt(come(LBR_POOL_OWNERS, 1006), first + 3);
	ck_assert_ptr_nonnull(place_of(1005));
	ck_assert_uint_eq(holders(LBR_POOL_OWNERS).most, 75);
}
END_TEST

/* Ten thousand uids of a block start no more agents than places become a second old. */
START_TEST(audit_f02_a_flood_of_uids_starts_few_agents)
{
	unsigned i, started = 0;

	for (i = 0; i < 10000; i++, now_ms += i % 10 == 0)
		started += come(LBR_POOL_OWNERS, 131072 + i) >= 0;
	ck_assert_uint_le(started, 160); /* one second */
	now_ms += 1000;
	ck_assert_int_gt(come(LBR_POOL_OWNERS, 165000), 0);
}
END_TEST

START_TEST(audit_f02_what_was_proven_is_not_displaced)
{
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 131072, 80, 1), 80);
	now_ms += LBR_UNPROVEN_MS + LBR_MACHINE_WAIT_MS;
	ck_assert_int_eq(come(LBR_POOL_OWNERS, 1001), -1);
}
END_TEST

START_TEST(people_who_hold_one_place_each_displace_nobody)
{
	ck_assert_uint_eq(fill(LBR_POOL_OWNERS, 1001, 80, 1), 80);
	now_ms += 5000;
	ck_assert_int_eq(come(LBR_POOL_OWNERS, 2000), -1);
}
END_TEST

START_TEST(an_owner_s_place_takes_a_breath)
{
	ck_assert_int_eq(come(LBR_POOL_OWNERS, 1001), 0);
	ck_assert_int_eq(come(LBR_POOL_VERIFIERS, 33), 0);
	place_of(1001)->pid = 0;
	place_of(33)->pid = 0;
	ck_assert_uint_eq(holders(LBR_POOL_OWNERS).held, 1);
	ck_assert_uint_eq(holders(LBR_POOL_VERIFIERS).held, 0);
	now_ms += 1000;
	ck_assert_uint_eq(holders(LBR_POOL_OWNERS).held, 0);
}
END_TEST

START_TEST(audit_f02_the_log_hears_who_holds_most)
{
	struct lbr_holders found;

	fill(LBR_POOL_OWNERS, 1001, 3, 0);
	found = holders(LBR_POOL_OWNERS);
	ck_assert_str_eq(found.pool, "owners");
	ck_assert_uint_eq(found.places, 80);
	ck_assert(found.most_first == 1001 && found.most_last == 1001 && found.most == 3 && found.held == 3);
	fill(LBR_POOL_OWNERS, 131080, 5, 1);
	found = holders(LBR_POOL_OWNERS);
	ck_assert(found.most_first == 131072 && found.most_last == 196607 && found.most == 5 && found.held == 8);
}
END_TEST

static Suite *suite(void)
{
	Suite *whole = suite_create("agent_listen_places");
	TCase *one = tcase_create("places");

	tcase_add_checked_fixture(one, set_up, NULL);
	tcase_add_test(one, audit_f02_no_class_takes_a_place_of_another);
	tcase_add_test(one, audit_f02_a_uid_has_its_share_and_little_once_it_is_crowded);
	tcase_add_test(one, all_that_the_portal_may_hold_at_once_has_a_place);
	tcase_add_test(one, audit_f02_whoever_holds_least_displaces_whoever_holds_most);
	tcase_add_test(one, audit_f02_a_flood_of_uids_starts_few_agents);
	tcase_add_test(one, audit_f02_what_was_proven_is_not_displaced);
	tcase_add_test(one, people_who_hold_one_place_each_displace_nobody);
	tcase_add_test(one, an_owner_s_place_takes_a_breath);
	tcase_add_test(one, audit_f02_the_log_hears_who_holds_most);
	suite_add_tcase(whole, one);
	return whole;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
