/* Questions that come at the same moment: who asks, for whom, and how long anybody waits. */
#include "support/check_main.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "batch.h"

#define LONG_MS 60000 /* longer than a test may take */
#define SHORT_MS 5

static struct lbr_queue queue;

/* A thread with one question. */
static struct asking {
	pthread_t          thread;
	struct lbr_member own;
	struct lbr_batch   batch;
	const char        *name;
	bool               led, told;
} askings[LBR_BATCH_MAX + 8];

/* Tells each of a batch, as a reply would, before it is left. */
static void tell(const struct lbr_batch *batch)
{
	unsigned at;

	for (at = 0; at < batch->count; at++)
		((struct asking *)batch->list[at]->whose)->told = true;
}

static void *ask(void *context)
{
	struct asking *asking = context;

	asking->led = lbr_queue_enter(&queue, &asking->own, asking->name, &asking->batch);
	if (asking->led) {
		tell(&asking->batch);
		lbr_queue_leave(&queue, &asking->batch);
	}
	return NULL;
}

static void prepare(struct asking *asking, const char *name)
{
	*asking = (struct asking){.name = name};
	lbr_member_begin(&asking->own);
	asking->own.whose = asking;
}

static unsigned count_waiting(void)
{
	const struct lbr_member *one;
	unsigned count = 0;

	pthread_mutex_lock(&queue.mutex);
	for (one = queue.first; one != NULL; one = one->next)
		count++;
	pthread_mutex_unlock(&queue.mutex);
	return count;
}

/* Starts threads that ask, one after the other, and returns once all of them wait. */
static void start_waiting(unsigned count, const char *const *names)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	unsigned at, before = count_waiting();

	for (at = 0; at < count; at++) {
		prepare(&askings[at], names != NULL ? names[at] : "alice");
		ck_assert_int_eq(pthread_create(&askings[at].thread, NULL, ask, &askings[at]), 0);
		while (count_waiting() != before + at + 1)
			(void)nanosleep(&moment, NULL);
	}
}

static void join(unsigned count)
{
	unsigned at;

	for (at = 0; at < count; at++) {
		ck_assert_int_eq(pthread_join(askings[at].thread, NULL), 0);
		ck_assert_msg(askings[at].told, "question %u was asked by nobody", at);
		lbr_member_end(&askings[at].own);
	}
	ck_assert_uint_eq(queue.under_way, 0);
	ck_assert_ptr_null(queue.first);
}

/* One that is under way until it is left. */
static void lead(struct asking *asking, const char *name)
{
	prepare(asking, name);
	ck_assert(lbr_queue_enter(&queue, &asking->own, name, &asking->batch));
	ck_assert_uint_eq(asking->batch.count, 1);
	ck_assert_ptr_eq(asking->batch.list[0], &asking->own);
}

static void leave(struct asking *asking)
{
	lbr_queue_leave(&queue, &asking->batch);
	lbr_member_end(&asking->own);
}

START_TEST(one_by_itself_waits_for_nobody)
{
	struct asking first;
	int round;

	lbr_queue_begin(&queue, true, LONG_MS);
	for (round = 0; round < 3; round++) {
		lead(&first, "alice");
		leave(&first);
	}
	ck_assert_uint_eq(queue.under_way, 0);
}
END_TEST

START_TEST(the_first_that_waited_takes_the_others_along)
{
	struct asking first;
	unsigned at;

	lbr_queue_begin(&queue, false, LONG_MS);
	lead(&first, "alice");
	start_waiting(5, NULL);
	leave(&first);
	join(5);
	ck_assert(askings[0].led);
	ck_assert_uint_eq(askings[0].batch.count, 5);
	for (at = 1; at < 5; at++) {
		ck_assert(!askings[at].led);
		ck_assert_ptr_eq(askings[0].batch.list[at], &askings[at].own);
	}
}
END_TEST

START_TEST(a_batch_has_each_name_once)
{
	static const char *const names[] = {"bob", "carol", "bob", "dave", "bob"};
	struct asking first;

	lbr_queue_begin(&queue, true, LONG_MS);
	lead(&first, "alice");
	start_waiting(5, names);
	leave(&first);
	join(5);
	ck_assert(askings[0].led && askings[2].led && askings[4].led);
	ck_assert(!askings[1].led && !askings[3].led);
	ck_assert_uint_eq(askings[0].batch.count, 3);
	ck_assert_uint_eq(askings[2].batch.count, 1);
	ck_assert_uint_eq(askings[4].batch.count, 1);
}
END_TEST

START_TEST(more_than_a_batch_holds_are_several)
{
	struct asking first;

	lbr_queue_begin(&queue, false, LONG_MS);
	lead(&first, "alice");
	start_waiting(LBR_BATCH_MAX + 7, NULL);
	leave(&first);
	join(LBR_BATCH_MAX + 7);
	ck_assert_uint_eq(askings[0].batch.count, LBR_BATCH_MAX);
	ck_assert(askings[LBR_BATCH_MAX].led);
	ck_assert_uint_eq(askings[LBR_BATCH_MAX].batch.count, 7);
}
END_TEST

/* The first one never ends while they wait. */
START_TEST(one_that_hangs_keeps_no_other)
{
	struct asking first;
	unsigned at, count = 0;

	lbr_queue_begin(&queue, false, SHORT_MS);
	lead(&first, "alice");
	for (at = 0; at < 20; at++) {
		prepare(&askings[at], "bob");
		ck_assert_int_eq(pthread_create(&askings[at].thread, NULL, ask, &askings[at]), 0);
	}
	for (at = 0; at < 20; at++) {
		ck_assert_int_eq(pthread_join(askings[at].thread, NULL), 0);
		ck_assert(askings[at].told);
		count += askings[at].led ? askings[at].batch.count : 0;
	}
	ck_assert_uint_eq(count, 20);
	ck_assert_uint_eq(queue.under_way, 1);
	leave(&first);
	ck_assert_uint_eq(queue.under_way, 0);
}
END_TEST

static void *ask_often(void *context)
{
	struct asking *asking = context;
	int round;

	for (round = 0; round < 2000; round++) {
		asking->told = false;
		(void)ask(asking);
		if (!asking->told)
			return context;
	}
	return NULL;
}

/* With time to lead and with none: who gives up waiting meets who takes it along. */
START_TEST(each_of_many_is_asked_once_each_time)
{
	unsigned at;

	lbr_queue_begin(&queue, _i == 1, _i);
	for (at = 0; at < 12; at++) {
		prepare(&askings[at], at % 2 == 0 ? "alice" : "bob");
		ck_assert_int_eq(pthread_create(&askings[at].thread, NULL, ask_often, &askings[at]), 0);
	}
	for (at = 0; at < 12; at++) {
		void *failed;

		ck_assert_int_eq(pthread_join(askings[at].thread, &failed), 0);
		ck_assert_msg(failed == NULL, "question of thread %u was asked by nobody", at);
	}
	join(0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("broker_batch");
	TCase *tcase = tcase_create("batch");

	tcase_add_test(tcase, one_by_itself_waits_for_nobody);
	tcase_add_test(tcase, the_first_that_waited_takes_the_others_along);
	tcase_add_test(tcase, a_batch_has_each_name_once);
	tcase_add_test(tcase, more_than_a_batch_holds_are_several);
	tcase_add_test(tcase, one_that_hangs_keeps_no_other);
	tcase_add_loop_test(tcase, each_of_many_is_asked_once_each_time, 0, 3);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
