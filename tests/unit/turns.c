/* Turns: never more than allowed, in order, and nobody who is dead, frozen or stopped keeps others waiting. */
#include "support/turns_stage.h"

#include <sched.h>
#include <string.h>
#include <sys/stat.h>

#define CROWD 64
#define ROUNDS 1000

struct crowd {
	_Atomic int64_t  since_ms[LBR_TURNS_MAX]; /* by turn: when it was taken; 0: free */
	_Atomic unsigned broken, rounds, refused;
};

/* A turn that lasted too long may be somebody else's already: on a busy machine that is no fault. */
static void enter_and_leave(struct crowd *crowd)
{
	struct lbr_turn turn;
	int64_t before_ms, now_ms;

	if (!take_patiently(LBR_TURN_CONSOLE, &turn)) {
		atomic_fetch_add(&crowd->refused, 1);
		return;
	}
	now_ms = lbr_monotonic_ms();
	before_ms = atomic_exchange(&crowd->since_ms[turn.slot], now_ms);
	if (turn.slot >= TURNS || (before_ms != 0 && now_ms - before_ms < LBR_TURN_MS - 100))
		atomic_fetch_add(&crowd->broken, 1);
	(void)sched_yield();
	(void)atomic_compare_exchange_strong(&crowd->since_ms[turn.slot], &now_ms, 0);
	lbr_turn_give_back(turns, &turn);
	atomic_fetch_add(&crowd->rounds, 1);
}

static void be_one_of_a_crowd(void *context)
{
	int round;

	for (round = 0; round < ROUNDS; round++)
		enter_and_leave(context);
}

START_TEST(audit_f07_a_crowd_is_never_more_than_the_turns)
{
	struct crowd *crowd = share(sizeof(*crowd));
	pid_t children[CROWD];
	int at;

	for (at = 0; at < CROWD; at++)
		children[at] = start_child(be_one_of_a_crowd, crowd);
	for (at = 0; at < CROWD; at++)
		must_end_well(children[at]);
	ck_assert_uint_eq(crowd->broken, 0);
	ck_assert_uint_eq(crowd->refused, 0);
	ck_assert_uint_eq(crowd->rounds, CROWD * ROUNDS);
	ck_assert_uint_eq(count_takeable(LBR_TURN_CONSOLE), TURNS);
}
END_TEST

START_TEST(audit_f07_each_class_keeps_a_way_in)
{
	struct lbr_turn held[TURNS];
	unsigned at = 0;

	ck_assert_uint_eq(lbr_turns_of(turns, LBR_TURN_OTHERS), PROCESSORS);
	while (try_take(LBR_TURN_OTHERS, &held[at]))
		at++;
	ck_assert_uint_eq(at, PROCESSORS);
	ck_assert(try_take(LBR_TURN_ROOT, &held[at++]));
	ck_assert(!try_take(LBR_TURN_ROOT, &held[at]));
	ck_assert(try_take(LBR_TURN_CONSOLE, &held[at++]));
	ck_assert_uint_eq(at, TURNS);
	ck_assert(!try_take(LBR_TURN_CONSOLE, &held[0]));
}
END_TEST

/* A line of that many, all of them awake at this moment. */
static void fill_line(enum lbr_turn_class class, unsigned count)
{
	int64_t now_ms = lbr_monotonic_ms();
	unsigned at;

	for (at = 0; at < count; at++) {
		turns->page->waiters[at].beat_ms = (uint32_t)now_ms + 100;
		turns->page->waiters[at].stamp = lbr_stamp_make(turns, now_ms - 10 - at, class);
	}
}

START_TEST(audit_f07_a_long_line_of_others_delays_root_by_nothing)
{
	struct lbr_turn turn;

	fill_line(LBR_TURN_OTHERS, LBR_WAITERS_MAX);
	ck_assert(!try_take(LBR_TURN_OTHERS, &turn)); /* turns are free, but it is not the first */
	fill_line(LBR_TURN_OTHERS, LBR_WAITERS_MAX);
	ck_assert(try_take(LBR_TURN_ROOT, &turn));
	fill_line(LBR_TURN_OTHERS, LBR_WAITERS_MAX);
	ck_assert(!try_take(LBR_TURN_ROOT, &turn)); /* nor does root push in where all may go */
	fill_line(LBR_TURN_ROOT, LBR_WAITERS_MAX);
	ck_assert(!try_take(LBR_TURN_ROOT, &turn));
	fill_line(LBR_TURN_ROOT, LBR_WAITERS_MAX);
	ck_assert(try_take(LBR_TURN_CONSOLE, &turn));
}
END_TEST

static void hold_and_stay(void *context)
{
	_Atomic unsigned *ready = context;
	struct lbr_turn turn;

	if (!take_patiently(LBR_TURN_CONSOLE, &turn))
		_exit(1);
	atomic_store(ready + 1, turn.slot);
	atomic_fetch_add(ready, 1);
	for (;;)
		pause();
}

/* The turns of the living are kept fresh: only the dead one's can come free. */
static void renew_all_but(unsigned slot)
{
	unsigned at;

	for (at = 0; at < TURNS; at++)
		if (at != slot)
			turns->page->holders[at] = lbr_stamp_make(turns, lbr_monotonic_ms() + 40, LBR_TURN_CONSOLE);
}

START_TEST(audit_f07_a_killed_holder_loses_its_turn_at_once)
{
	_Atomic unsigned *ready = share(2 * sizeof(*ready));
	pid_t child = start_child(hold_and_stay, ready);
	struct lbr_turn turn = {.word = 0};
	int64_t from_ms;

	wait_until(ready, 1);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	do { /* again, should the machine stop for so long that everybody's time is up */
		from_ms = lbr_monotonic_ms();
		renew_all_but(ready[1]);
		turns->page->holders[ready[1]] = lbr_stamp_make(turns, from_ms, LBR_TURN_CONSOLE) - (uint64_t)getpid() + (uint64_t)child;
		ck_assert(try_take(LBR_TURN_CONSOLE, &turn));
	} while (lbr_monotonic_ms() - from_ms >= LBR_TURN_MS);
	ck_assert_uint_eq(turn.slot, ready[1]);
}
END_TEST

START_TEST(audit_f07_a_living_holder_keeps_its_turn)
{
	struct lbr_turn turn;
	int64_t from_ms;
	bool taken;

	do {
		from_ms = lbr_monotonic_ms();
		renew_all_but(TURNS);
		taken = try_take(LBR_TURN_CONSOLE, &turn);
	} while (lbr_monotonic_ms() - from_ms >= LBR_TURN_MS);
	ck_assert(!taken);
}
END_TEST

struct frozen {
	_Atomic unsigned ready, slot, given_back;
};

static void hold_stop_and_give_back(void *context)
{
	struct frozen *frozen = context;
	struct lbr_turn turn;

	if (!take_patiently(LBR_TURN_CONSOLE, &turn))
		_exit(1);
	frozen->slot = turn.slot;
	frozen->ready = 1;
	(void)raise(SIGSTOP);
	lbr_turn_give_back(turns, &turn);
	frozen->given_back = 1;
}

START_TEST(audit_f07_a_stopped_holder_loses_its_turn_and_gives_back_nobody_elses)
{
	struct frozen *frozen = share(sizeof(*frozen));
	struct lbr_turn turn = {.slot = TURNS};
	pid_t child = start_child(hold_stop_and_give_back, frozen);
	int status;
	uint64_t mine;

	ck_assert_int_eq(waitpid(child, &status, WUNTRACED), child);
	ck_assert(WIFSTOPPED(status));
	while (turn.slot != frozen->slot) { /* the others are held by this process as long as it lives */
		renew_all_but(frozen->slot);
		(void)try_take(LBR_TURN_CONSOLE, &turn);
	}
	mine = turn.word;
	ck_assert_int_eq(kill(child, SIGCONT), 0);
	must_end_well(child);
	ck_assert_uint_eq(frozen->given_back, 1);
	ck_assert_uint_eq(turns->page->holders[turn.slot], mine);
	lbr_turn_give_back(turns, &turn);
	ck_assert_uint_eq(turns->page->holders[frozen->slot], 0);
}
END_TEST

static void take_others(void *context)
{
	struct lbr_turn turn;

	(void)context;
	if (!take_patiently(LBR_TURN_OTHERS, &turn))
		_exit(1);
	lbr_turn_give_back(turns, &turn);
}

/* True once as many waiters stand in the line. */
static unsigned count_line(void)
{
	unsigned count = 0, at;

	for (at = 0; at < LBR_WAITERS_MAX; at++)
		count += turns->page->waiters[at].stamp != 0;
	return count;
}

static void hold_others(struct lbr_turn held[PROCESSORS])
{
	unsigned at;

	for (at = 0; at < PROCESSORS; at++)
		ck_assert(try_take(LBR_TURN_OTHERS, &held[at]));
}

/* Keeps them however long the test takes. */
static void renew(struct lbr_turn held[PROCESSORS])
{
	unsigned at;

	for (at = 0; at < PROCESSORS; at++) {
		held[at].word = lbr_stamp_make(turns, lbr_monotonic_ms(), LBR_TURN_OTHERS);
		turns->page->holders[held[at].slot] = held[at].word;
	}
}

static void wait_for_line(struct lbr_turn held[PROCESSORS], unsigned count)
{
	while (count_line() < count) {
		renew(held);
		(void)usleep(1000);
	}
	renew(held);
}

START_TEST(audit_f07_who_is_stopped_in_the_line_is_passed_over)
{
	struct lbr_turn held[PROCESSORS], turn;
	unsigned slot;
	pid_t first;
	int status;

	hold_others(held);
	first = start_child(take_others, NULL);
	wait_for_line(held, 1);
	ck_assert_int_eq(kill(first, SIGSTOP), 0);
	ck_assert_int_eq(waitpid(first, &status, WUNTRACED), first);
	renew(held);
	slot = held[0].slot;
	lbr_turn_give_back(turns, &held[0]); /* one alone: if the first in the line counted, nobody could have it */
	while (!try_take(LBR_TURN_OTHERS, &turn))
		turns->page->holders[held[1].slot] = held[1].word = lbr_stamp_make(turns, lbr_monotonic_ms(), LBR_TURN_OTHERS);
	ck_assert_uint_eq(turn.slot, slot);
	lbr_turn_give_back(turns, &turn);
	ck_assert_int_eq(kill(first, SIGCONT), 0);
	must_end_well(first);
	ck_assert_uint_eq(count_line(), 0);
}
END_TEST

/* A place in the line that is awake for as long as this is called. */
static void stay_behind(struct lbr_waiter *waiter)
{
	int64_t now_ms = lbr_monotonic_ms();

	waiter->beat_ms = (uint32_t)now_ms + 200;
	waiter->stamp = lbr_stamp_make(turns, now_ms + 60000, LBR_TURN_OTHERS);
}

/* One giver of two was killed before it could call; the other calls the first in the line, which then must call the second. */
static unsigned count_calls_of_the_second(struct lbr_turn held[PROCESSORS])
{
	struct lbr_waiter *second = turns->page->waiters + LBR_WAITERS_MAX - 1;
	unsigned before = second->calls;
	pid_t first = start_child(take_others, NULL);

	wait_for_line(held, 1);
	stay_behind(second);
	turns->page->holders[held[0].slot] = 0;
	lbr_turn_give_back(turns, &held[1]);
	while (waitpid(first, NULL, WNOHANG) == 0) {
		stay_behind(second);
		(void)usleep(100);
	}
	second->stamp = 0;
	return second->calls - before;
}

/* take_others gives its own turn back in the end, and that is one call; without the other the second would sleep on till then. */
START_TEST(who_takes_a_turn_calls_the_next_while_another_is_free)
{
	struct lbr_turn held[PROCESSORS];
	int64_t from_ms;
	unsigned calls;

	do { /* again, should the machine stop for so long that the second seems asleep */
		hold_others(held);
		from_ms = lbr_monotonic_ms();
		calls = count_calls_of_the_second(held);
	} while (calls < 2 && lbr_monotonic_ms() - from_ms >= 200);
	ck_assert_uint_ge(calls, 2);
}
END_TEST

START_TEST(audit_f07_who_does_not_look_counts_for_nothing)
{
	struct lbr_waiter *waiter = turns->page->waiters + 7;
	static const struct {
		int64_t age_ms;
		bool    counts;
	} looks[] = {{0, true}, {200, true}, {-20, true}, {400, false}, {100000, false}, {-100000, false}};
	unsigned older[LBR_TURN_CLASSES];
	int64_t now_ms = INT64_C(0x100000064); /* where the beat's half of the clock has just begun anew */
	size_t at;

	waiter->stamp = lbr_stamp_make(turns, now_ms - 5000, LBR_TURN_ROOT);
	for (at = 0; at < sizeof(looks) / sizeof(looks[0]); at++) {
		waiter->beat_ms = (uint32_t)(now_ms - looks[at].age_ms);
		lbr_line_count_older(turns, lbr_stamp_make(turns, now_ms, LBR_TURN_OTHERS), now_ms, older);
		ck_assert_uint_eq(older[LBR_TURN_ROOT], looks[at].counts);
		ck_assert_uint_eq(older[LBR_TURN_OTHERS] + older[LBR_TURN_CONSOLE], 0);
	}
	waiter->beat_ms = (uint32_t)now_ms;
	lbr_line_count_older(turns, lbr_stamp_make(turns, now_ms - 6000, LBR_TURN_OTHERS), now_ms, older);
	ck_assert_uint_eq(older[LBR_TURN_ROOT], 0); /* it came later */
}
END_TEST

#define LINE 16

struct line {
	_Atomic unsigned served;
	unsigned         order[LINE]; /* who came as which one */
	unsigned         number;
};

static void take_in_order(void *context)
{
	struct line *line = context;
	struct lbr_turn turn;
	unsigned me = line->number;

	if (!take_patiently(LBR_TURN_OTHERS, &turn))
		_exit(1);
	line->order[me] = atomic_fetch_add(&line->served, 1);
	(void)usleep(2000);
	lbr_turn_give_back(turns, &turn);
}

/* A machine that leaves a waiter asleep lets others pass it; but on the whole they are served as they came. */
START_TEST(audit_f07_who_comes_first_is_served_first)
{
	struct line *line = share(sizeof(*line));
	struct lbr_turn held[PROCESSORS];
	unsigned at, other, turned = 0;
	pid_t children[LINE];

	hold_others(held);
	for (at = 0; at < LINE; at++) {
		line->number = at;
		children[at] = start_child(take_in_order, line);
		wait_for_line(held, at + 1);
		(void)usleep(3000);
	}
	renew(held);
	lbr_turn_give_back(turns, &held[0]);
	lbr_turn_give_back(turns, &held[1]);
	for (at = 0; at < LINE; at++)
		must_end_well(children[at]);
	for (at = 0; at < LINE; at++)
		for (other = at + 1; other < LINE; other++)
			turned += line->order[other] < line->order[at];
	ck_assert_uint_lt(turned, LINE * (LINE - 1) / 8); /* by chance it would be twice that */
}
END_TEST

static bool gone(void *context)
{
	(*(int *)context)++;
	return true;
}

START_TEST(audit_f07_a_wait_ends_at_the_deadline_or_when_the_service_leaves)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_turn held[PROCESSORS], turn = {.word = 1};
	int asked = 0;
	struct lbr_deadline left = {.until_ms = INT64_MAX / 2, .has_left = gone, .context = &asked};
	struct lbr_deadline past = {.until_ms = lbr_monotonic_ms() - 1};

	hold_others(held);
	renew(held);
	ck_assert_int_eq(lbr_turn_take(turns, LBR_TURN_OTHERS, &left, &turn, &reason), LBR_ERR_BUSY);
	ck_assert_int_eq(asked, 1);
	ck_assert_uint_eq(turn.word, 0);
	ck_assert_ptr_nonnull(strstr(reason.text, "too many"));
	renew(held);
	ck_assert_int_eq(lbr_turn_take(turns, LBR_TURN_OTHERS, &past, &turn, &reason), LBR_ERR_BUSY);
	ck_assert_uint_eq(count_line(), 0);
	lbr_turn_give_back(turns, &turn); /* none */
}
END_TEST

START_TEST(audit_f07_nothing_shows_in_the_table_of_locks)
{
	struct lbr_turn held[PROCESSORS];
	struct stat status;
	char line[256], inode[32];
	FILE *locks;

	hold_others(held);
	ck_assert_int_eq(stat(file, &status), 0);
	(void)snprintf(inode, sizeof(inode), ":%lu ", (unsigned long)status.st_ino);
	locks = fopen("/proc/locks", "re");
	ck_assert_ptr_nonnull(locks);
	while (fgets(line, sizeof(line), locks) != NULL)
		ck_assert_ptr_null(strstr(line, inode));
	ck_assert_int_eq(fclose(locks), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("turns");
	TCase *one = tcase_create("turns");

	tcase_add_unchecked_fixture(one, make_place, remove_place);
	tcase_add_checked_fixture(one, begin, NULL);
	tcase_add_test(one, audit_f07_a_crowd_is_never_more_than_the_turns);
	tcase_add_test(one, audit_f07_each_class_keeps_a_way_in);
	tcase_add_test(one, audit_f07_a_long_line_of_others_delays_root_by_nothing);
	tcase_add_test(one, audit_f07_a_killed_holder_loses_its_turn_at_once);
	tcase_add_test(one, audit_f07_a_living_holder_keeps_its_turn);
	tcase_add_test(one, audit_f07_a_stopped_holder_loses_its_turn_and_gives_back_nobody_elses);
	tcase_add_test(one, audit_f07_who_is_stopped_in_the_line_is_passed_over);
	tcase_add_test(one, who_takes_a_turn_calls_the_next_while_another_is_free);
	tcase_add_test(one, audit_f07_who_does_not_look_counts_for_nothing);
	tcase_add_test(one, audit_f07_who_comes_first_is_served_first);
	tcase_add_test(one, audit_f07_a_wait_ends_at_the_deadline_or_when_the_service_leaves);
	tcase_add_test(one, audit_f07_nothing_shows_in_the_table_of_locks);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
