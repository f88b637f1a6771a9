/* Rows in order in bounded memory, at sizes around each bound: what fits, one more, and more runs than are kept open. */
#include "list.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "support/check_main.h"

#define ROOM 4

static int by_last(const void *one, const void *other)
{
	const struct account_row *left = one, *right = other;

	return (left->last_s > right->last_s) - (left->last_s < right->last_s);
}

struct seen {
	int64_t  last_s;
	unsigned count, stop_after;
};

/* Every member must come back, the texts at their full length. */
static bool see(void *context, const struct account_row *row)
{
	struct seen *seen = context;
	char name[LBR_NAME_MAX + 1];

	snprintf(name, sizeof(name), "%0*u", (int)(row->last_s % LBR_NAME_MAX) + 1, (unsigned)row->last_s);
	ck_assert_str_eq(row->name, name);
	ck_assert_uint_eq(strlen(row->contact), (size_t)row->last_s % LBR_CONTACT_MAX);
	ck_assert_int_eq(row->standing.end_s, -row->last_s);
	ck_assert_int_gt(row->last_s, seen->last_s);
	seen->last_s = row->last_s;
	return ++seen->count != seen->stop_after;
}

static struct account_row row_of(unsigned number)
{
	struct account_row row;

	memset(&row, 0, sizeof(row));
	row.last_s = number;
	row.standing.end_s = -(int64_t)number;
	snprintf(row.name, sizeof(row.name), "%0*u", (int)(number % LBR_NAME_MAX) + 1, number);
	memset(row.contact, 'x', number % LBR_CONTACT_MAX);
	return row;
}

/* In an order that is far from sorted: `step` has no divisor in common with any of the counts. */
static int add_all(struct list_sorter *sorter, unsigned count)
{
	static const unsigned step = 7919;
	unsigned at, number = 0;
	int error = 0;

	for (at = 0; at < count && error == 0; at++) {
		struct account_row row = row_of(number + 1000);

		error = cli_list_sorter_add(sorter, &row);
		number = (number + step) % count;
	}
	return error;
}

static const unsigned counts[] = { 0, 1, ROOM - 1, ROOM, ROOM + 1, 32 * ROOM, 33 * ROOM, 33 * ROOM + 1, 34 * ROOM + 3, 5000 };

START_TEST(every_row_comes_once_and_in_order)
{
	struct list_sorter *sorter = cli_list_sorter_begin(by_last, ROOM);
	struct seen seen = { .count = 0 };

	ck_assert_ptr_nonnull(sorter);
	ck_assert_int_eq(add_all(sorter, counts[_i]), 0);
	ck_assert_int_eq(cli_list_sorter_give(sorter, see, &seen), 0);
	ck_assert_uint_eq(seen.count, counts[_i]);
	cli_list_sorter_end(sorter);
}
END_TEST

START_TEST(who_has_enough_gets_no_more)
{
	static const unsigned sizes[] = { ROOM, 40 * ROOM };
	struct list_sorter *sorter = cli_list_sorter_begin(by_last, ROOM);
	struct seen seen = { .stop_after = 3 };

	ck_assert_int_eq(add_all(sorter, sizes[_i]), 0);
	ck_assert_int_eq(cli_list_sorter_give(sorter, see, &seen), 0);
	ck_assert_uint_eq(seen.count, 3);
	cli_list_sorter_end(sorter);
}
END_TEST

/* As a full disk does, without one. */
START_TEST(a_disk_without_room_is_an_error)
{
	struct list_sorter *sorter = cli_list_sorter_begin(by_last, 1000);
	const struct rlimit few = { 1024, 1024 };

	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &few), 0);
	ck_assert_int_eq(add_all(sorter, 5000), EFBIG);
	cli_list_sorter_end(sorter);
}
END_TEST

static Suite *suite(void)
{
	Suite *list = suite_create("cli_list_sort");
	TCase *sorting = tcase_create("sorting");

	tcase_add_loop_test(sorting, every_row_comes_once_and_in_order, 0, sizeof(counts) / sizeof(counts[0]));
	tcase_add_loop_test(sorting, who_has_enough_gets_no_more, 0, 2);
	tcase_add_test(sorting, a_disk_without_room_is_an_error);
	suite_add_tcase(list, sorting);
	return list;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
