/* Changing a password: the ten last, and what a change costs. */
#include <crypt.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "support/change_stage.h"

/* In front of the C library's: each hash is counted, and each is asked whether the account's lock was free
 * meanwhile. */
static atomic_uint hashes, hashes_under_lock;
static const char *watched; /* a counters file */
static atomic_bool no_threads;

char *crypt_ra(const char *phrase, const char *setting, void **data, int *size)
{
	static char *(*real)(const char *, const char *, void **, int *);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "crypt_ra");
	atomic_fetch_add(&hashes, 1);
	if (watched != NULL) {
		fd = open(watched, O_RDWR | O_CLOEXEC);
		if (fd < 0 || fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK)
			atomic_fetch_add(&hashes_under_lock, 1);
		close(fd);
	}
	return real(phrase, setting, data, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context)
{
	static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return atomic_load(&no_threads) ? EAGAIN : real(thread, attributes, start, context);
}

static unsigned hashes_of_judging(const char *name, unsigned number, const struct lbr_secret *old,
                                  enum lbr_objection wanted)
{
	atomic_store(&hashes, 0);
	ck_assert_int_eq(judge(name, number, old), wanted);
	return atomic_load(&hashes);
}

START_TEST(each_of_the_ten_is_refused_and_the_eleventh_accepted)
{
	unsigned number;

	live_through("ten", 10);
	ck_assert_int_eq(judge("ten", 10, NULL), LBR_OBJECTION_SAME);
	for (number = 1; number < 10; number++)
		ck_assert_int_eq(judge("ten", number, NULL), LBR_OBJECTION_USED);
	ck_assert_int_eq(judge("ten", 0, NULL), LBR_OBJECTION_NONE);
	must_commit("ten", 0, BORN + 11 * DAY);
	ck_assert(is_in_force("ten", 0));
	/* Now the second one is the eleventh. */
	ck_assert_int_eq(judge("ten", 1, NULL), LBR_OBJECTION_NONE);
	ck_assert_int_eq(judge("ten", 2, NULL), LBR_OBJECTION_USED);
	ck_assert_int_eq(judge("ten", 0, NULL), LBR_OBJECTION_SAME);
}
END_TEST

START_TEST(a_change_costs_eleven_hashes)
{
	struct lbr_secret old, chosen = numbered(11);
	struct lbr_change change = { .name = "cost", .password = &chosen };
	enum lbr_objection objection;
	char hash[LBR_HASH_MAX];
	uint64_t after;

	live_through("cost", 10);
	scratch.now_s = BORN + 11 * DAY;
	old = numbered(10);
	atomic_store(&hashes, 1); /* the attempt that verifies the old one */
	ck_assert_int_eq(lbr_change_judge(scratch.store, "cost", &chosen, &old, &settings, NULL, &objection, hash, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_NONE);
	change.generation = account_of("cost").generation;
	change.hash = hash;
	ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &after, NULL), LBR_OK);
	ck_assert_uint_eq(atomic_load(&hashes), 11);
	ck_assert(is_in_force("cost", 11));
	ck_assert_str_eq(account_of("cost").password_hash, hash);
	ck_assert_int_eq(judge("cost", 11, NULL), LBR_OBJECTION_SAME);
	ck_assert_int_eq(judge("cost", 10, NULL), LBR_OBJECTION_USED);
}
END_TEST

START_TEST(a_change_without_what_was_judged_hashes_for_itself)
{
	struct lbr_secret old;

	live_through("itself", 10);
	old = numbered(10);
	ck_assert_uint_eq(hashes_of_judging("itself", 11, &old, LBR_OBJECTION_NONE), 9);
	must_commit("itself", 11, BORN + 11 * DAY);
	ck_assert_uint_eq(atomic_load(&hashes), 10);
	ck_assert(is_in_force("itself", 11));
}
END_TEST

/* Of one that is refused nothing is left to commit, and what no policy could have made is not taken. */
START_TEST(only_the_hash_of_a_good_one_is_kept)
{
	static const char *const bad[] = { "", "abJnggxhB/yWI", "$1$salt$qJH7.N4xYta3aEG/dfqo/0" };
	struct lbr_secret chosen = numbered(3);
	struct lbr_change change = { .name = "bad", .password = &chosen };
	enum lbr_objection objection;
	char hash[LBR_HASH_MAX] = "something";
	uint64_t after;
	size_t at;

	live_through("bad", 4);
	ck_assert_int_eq(lbr_change_judge(scratch.store, "bad", &chosen, NULL, &settings, NULL, &objection, hash, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_USED);
	ck_assert_str_eq(hash, "");
	change.generation = account_of("bad").generation;
	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		change.hash = bad[at];
		ck_assert_int_eq(lbr_change_commit(scratch.store, &settings, &change, &after, NULL), LBR_ERR_INTERNAL);
		ck_assert(is_in_force("bad", 4));
	}
}
END_TEST

/* Whether the first matches or none, whatever is told in the end. */
START_TEST(judging_costs_the_same_whatever_matches)
{
	struct lbr_secret simple;
	enum lbr_objection objection;
	unsigned number;

	live_through("same", 9);
	for (number = 0; number < 9; number++)
		ck_assert_uint_eq(hashes_of_judging("same", number, NULL, LBR_OBJECTION_USED), 10);
	ck_assert_uint_eq(hashes_of_judging("same", 9, NULL, LBR_OBJECTION_SAME), 10);
	ck_assert_uint_eq(hashes_of_judging("same", 10, NULL, LBR_OBJECTION_NONE), 10);
	/* What a rule refuses costs none. */
	ck_assert_int_eq(lbr_secret_set(&simple, "motdepasse2026", 14), LBR_OK);
	atomic_store(&hashes, 0);
	ck_assert_int_eq(lbr_change_judge(scratch.store, "same", &simple, NULL, &settings, NULL, &objection, NULL, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_WORDS);
	ck_assert_uint_eq(atomic_load(&hashes), 0);
}
END_TEST

static void make_temporary(struct lbr_account *account)
{
	struct lbr_secret secret = numbered(12);

	account->password_kind = LBR_PASSWORD_TEMPORARY;
	account->password_set_s = BORN + 20 * DAY;
	account->invited_until_s = BORN + 23 * DAY;
	ck_assert_int_eq(lbr_password_hash(&secret, 1, account->password_hash), LBR_OK);
}

START_TEST(a_temporary_password_never_becomes_ones_own)
{
	struct lbr_secret temporary;

	live_through("temp", 10);
	change_account("temp", make_temporary);
	temporary = numbered(12);
	ck_assert_uint_eq(hashes_of_judging("temp", 12, &temporary, LBR_OBJECTION_SAME), 0);
	ck_assert_uint_eq(hashes_of_judging("temp", 12, NULL, LBR_OBJECTION_SAME), 11);
	ck_assert_uint_eq(hashes_of_judging("temp", 10, &temporary, LBR_OBJECTION_USED), 10);
	ck_assert_uint_eq(hashes_of_judging("temp", 10, NULL, LBR_OBJECTION_USED), 11);
	ck_assert_uint_eq(hashes_of_judging("temp", 0, &temporary, LBR_OBJECTION_NONE), 10);
	must_commit("temp", 0, BORN + 20 * DAY);
	ck_assert_int_eq(judge("temp", 10, NULL), LBR_OBJECTION_USED);
	ck_assert_int_eq(judge("temp", 12, NULL), LBR_OBJECTION_NONE);
}
END_TEST

START_TEST(no_hash_is_made_under_the_lock)
{
	live_through("lock", 3);
	watched = scratch_path("counters", "lock");
	atomic_store(&hashes, 0);
	ck_assert_int_eq(judge("lock", 4, NULL), LBR_OBJECTION_NONE);
	must_commit("lock", 4, BORN + 4 * DAY);
	ck_assert_uint_eq(atomic_load(&hashes), 5);
	ck_assert_uint_eq(atomic_load(&hashes_under_lock), 0);
	watched = NULL;
}
END_TEST

START_TEST(one_processor_or_no_threads_change_nothing_but_the_time)
{
	cpu_set_t one;

	live_through("alone", 10);
	atomic_store(&no_threads, true);
	ck_assert_uint_eq(hashes_of_judging("alone", 3, NULL, LBR_OBJECTION_USED), 10);
	ck_assert_uint_eq(hashes_of_judging("alone", 11, NULL, LBR_OBJECTION_NONE), 10);
	atomic_store(&no_threads, false);
	ck_assert_int_eq(sched_getaffinity(0, sizeof(one), &one), 0);
	while (CPU_COUNT(&one) > 1)
		for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) > 1; cpu++)
			CPU_CLR(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert_uint_eq(hashes_of_judging("alone", 3, NULL, LBR_OBJECTION_USED), 10);
	ck_assert_uint_eq(hashes_of_judging("alone", 11, NULL, LBR_OBJECTION_NONE), 10);
}
END_TEST

START_TEST(sec_1_39_fewer_or_more_are_compared_as_configured)
{
	live_through("keep", 5);
	settings.history = 3;
	ck_assert_uint_eq(hashes_of_judging("keep", 2, NULL, LBR_OBJECTION_NONE), 3);
	ck_assert_uint_eq(hashes_of_judging("keep", 3, NULL, LBR_OBJECTION_USED), 3);
	settings.history = 10; /* nobody changed meanwhile: nothing is lost */
	ck_assert_uint_eq(hashes_of_judging("keep", 0, NULL, LBR_OBJECTION_USED), 6);
	settings.history = 1;
	ck_assert_uint_eq(hashes_of_judging("keep", 5, NULL, LBR_OBJECTION_SAME), 1);
	ck_assert_uint_eq(hashes_of_judging("keep", 4, NULL, LBR_OBJECTION_NONE), 1);
	must_commit("keep", 4, BORN + 6 * DAY);
	settings.history = 10;
	ck_assert_uint_eq(hashes_of_judging("keep", 3, NULL, LBR_OBJECTION_NONE), 1);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("change");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, each_of_the_ten_is_refused_and_the_eleventh_accepted);
	tcase_add_test(tests, a_change_costs_eleven_hashes);
	tcase_add_test(tests, a_change_without_what_was_judged_hashes_for_itself);
	tcase_add_test(tests, only_the_hash_of_a_good_one_is_kept);
	tcase_add_test(tests, judging_costs_the_same_whatever_matches);
	tcase_add_test(tests, a_temporary_password_never_becomes_ones_own);
	tcase_add_test(tests, no_hash_is_made_under_the_lock);
	tcase_add_test(tests, one_processor_or_no_threads_change_nothing_but_the_time);
	tcase_add_test(tests, sec_1_39_fewer_or_more_are_compared_as_configured);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
