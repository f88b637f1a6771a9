/* The page of turns on the disk: made when it is missing, good whatever is in it, refused where somebody else could write it. */
#include "support/turns_stage.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

static void close_turns(void)
{
	lbr_turns_close(turns);
	turns = NULL;
}

START_TEST(audit_f07_the_page_is_made_with_its_blocks)
{
	struct stat status;

	ck_assert_int_eq(stat(file, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	ck_assert_int_eq(status.st_size, (off_t)sizeof(struct lbr_turns_page));
	ck_assert_int_ge(status.st_blocks * 512, (off_t)sizeof(struct lbr_turns_page)); /* a full disk cannot take them */
}
END_TEST

START_TEST(audit_f07_a_page_of_the_wrong_size_is_completed)
{
	static const off_t sizes[] = {0, 1, 100, 4095, 4097, 65536};
	size_t at;

	for (at = 0; at < sizeof(sizes) / sizeof(sizes[0]); at++) {
		close_turns();
		ck_assert_int_eq(truncate(file, sizes[at]), 0);
		open_turns();
		ck_assert_uint_eq(count_takeable(LBR_TURN_CONSOLE), TURNS);
	}
}
END_TEST

START_TEST(audit_f07_a_page_from_before_a_reboot_holds_nobody_up)
{
	static const int64_t offs_ms[] = {-LBR_TURN_MS, -100000, 1000, 86400000, (INT64_C(1) << 38) + 98765};
	int64_t now_ms;
	unsigned at, slot;

	for (at = 0; at < sizeof(offs_ms) / sizeof(offs_ms[0]); at++) {
		now_ms = lbr_monotonic_ms();
		for (slot = 0; slot < LBR_TURNS_MAX; slot++) /* of a process that lives */
			turns->page->holders[slot] = lbr_stamp_make(turns, now_ms > -offs_ms[at] ? now_ms + offs_ms[at] : 1, LBR_TURN_CONSOLE);
		for (slot = 0; slot < LBR_WAITERS_MAX; slot++) {
			turns->page->waiters[slot].stamp = lbr_stamp_make(turns, 1, LBR_TURN_CONSOLE);
			turns->page->waiters[slot].beat_ms = (uint32_t)(now_ms + 3 * offs_ms[at]);
		}
		ck_assert_uint_eq(count_takeable(LBR_TURN_CONSOLE), TURNS); /* without waiting */
	}
}
END_TEST

/* Not random, so that a page that goes wrong goes wrong again. */
static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

START_TEST(audit_f07_a_page_full_of_nonsense_repairs_itself)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)_i, *words = (uint64_t *)turns->page;
	struct lbr_turn held[TURNS];
	size_t at;

	for (at = 0; at < sizeof(*turns->page) / sizeof(*words); at++)
		words[at] = draw(&state);
	for (at = 0; at < TURNS && _i % 2 == 0; at++) /* the worst of it: a time that is now, and a process that lives */
		turns->page->holders[at] = lbr_stamp_make(turns, lbr_monotonic_ms(), LBR_TURN_OTHERS);
	for (at = 0; at < LBR_WAITERS_MAX && _i % 4 == 0; at++)
		turns->page->waiters[at].beat_ms = (uint32_t)lbr_monotonic_ms();
	for (at = 0; at < TURNS; at++)
		ck_assert(take_patiently(LBR_TURN_CONSOLE, &held[at]));
	for (at = 0; at < TURNS; at++)
		lbr_turn_give_back(turns, &held[at]);
}
END_TEST

static void must_be_unsafe(void)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_turns *none = turns;

	ck_assert_int_eq(lbr_turns_open(place, PROCESSORS, &none, &reason), LBR_ERR_UNSAFE);
	ck_assert_ptr_null(none);
	ck_assert_ptr_nonnull(strstr(reason.text, "turns"));
}

START_TEST(audit_f07_a_page_that_others_can_write_is_refused)
{
	char other[96];

	(void)snprintf(other, sizeof(other), "%s.other", file);
	ck_assert_int_eq(chmod(file, 0660), 0);
	must_be_unsafe();
	ck_assert_int_eq(chmod(file, 0600), 0);
	ck_assert_int_eq(link(file, other), 0);
	must_be_unsafe();
	ck_assert_int_eq(unlink(file), 0);
	ck_assert_int_eq(symlink(other, file), 0);
	must_be_unsafe();
	ck_assert_int_eq(unlink(file), 0);
	ck_assert_int_eq(unlink(other), 0);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	must_be_unsafe();
	ck_assert_int_eq(rmdir(file), 0);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	must_be_unsafe();
	ck_assert_int_eq(unlink(file), 0);
	open_turns();
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(file, 64203, 64203), 0);
		must_be_unsafe();
	}
}
END_TEST

/* The directory behind the link is our own, but somebody else may have made the link. */
START_TEST(sec_1_08_no_page_is_made_behind_a_link_or_where_others_may_write)
{
	struct lbr_turns *none = turns;
	char link[96], behind[112];

	close_turns();
	ck_assert_int_eq(unlink(file), 0);
	(void)snprintf(link, sizeof(link), "%s.link", place);
	(void)snprintf(behind, sizeof(behind), "%s/", link);
	ck_assert_int_eq(symlink(place, link), 0);
	ck_assert_int_eq(lbr_turns_open(link, PROCESSORS, &none, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(lbr_turns_open(behind, PROCESSORS, &none, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(link), 0);
	ck_assert_int_eq(chmod(place, 0770), 0);
	ck_assert_int_eq(lbr_turns_open(place, PROCESSORS, &none, NULL), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(place, 0700), 0);
	ck_assert_ptr_null(none);
	ck_assert_int_ne(access(file, F_OK), 0);
}
END_TEST

START_TEST(audit_f07_every_class_has_a_turn_on_the_smallest_machine_and_the_largest)
{
	struct lbr_turns *other;

	ck_assert_int_eq(lbr_turns_open(place, 1, &other, NULL), LBR_OK);
	ck_assert_uint_eq(lbr_turns_of(other, LBR_TURN_OTHERS), 1);
	ck_assert_uint_eq(lbr_turns_of(other, LBR_TURN_ROOT), 2);
	ck_assert_uint_eq(lbr_turns_of(other, LBR_TURN_CONSOLE), 3);
	lbr_turns_close(other);
	ck_assert_int_eq(lbr_turns_open(place, 100000, &other, NULL), LBR_OK);
	ck_assert_uint_eq(lbr_turns_of(other, LBR_TURN_CONSOLE), LBR_TURNS_MAX);
	lbr_turns_close(other);
	ck_assert_int_eq(lbr_turns_open(place, 0, &other, NULL), LBR_OK);
	ck_assert_uint_ge(lbr_turns_of(other, LBR_TURN_CONSOLE), 3);
	lbr_turns_close(other);
}
END_TEST

START_TEST(audit_f07_without_a_place_there_is_no_page)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_turns *none = turns;

	ck_assert_int_eq(lbr_turns_open("/nonexistent/liberations", PROCESSORS, &none, &reason), LBR_ERR_ABSENT);
	ck_assert_ptr_null(none);
	lbr_turns_close(none);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("turns_file");
	TCase *one = tcase_create("turns_file");

	tcase_add_unchecked_fixture(one, make_place, remove_place);
	tcase_add_checked_fixture(one, begin, close_turns);
	tcase_add_test(one, audit_f07_the_page_is_made_with_its_blocks);
	tcase_add_test(one, audit_f07_a_page_of_the_wrong_size_is_completed);
	tcase_add_test(one, audit_f07_a_page_from_before_a_reboot_holds_nobody_up);
	tcase_add_loop_test(one, audit_f07_a_page_full_of_nonsense_repairs_itself, 0, 8);
	tcase_add_test(one, audit_f07_a_page_that_others_can_write_is_refused);
	tcase_add_test(one, sec_1_08_no_page_is_made_behind_a_link_or_where_others_may_write);
	tcase_add_test(one, audit_f07_every_class_has_a_turn_on_the_smallest_machine_and_the_largest);
	tcase_add_test(one, audit_f07_without_a_place_there_is_no_page);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
