/* Counters of the release before, and of a later one. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <liberations/big_endian.h>
#include <liberations/codec.h>

#include "../../lib/store/copies.h"
#include "../../lib/store/store_ops.h"

#include "support/check_main.h"
#include "support/scratch_store.h"

#define NAME "veteran"
#define V1_LEN 256

enum v1_state { V1_CHARGED = 1, V1_COMMITTED = 2 };

static unsigned char file[LBR_COUNTERS_FILE_LEN];

static void read_file(void)
{
	int fd = open(scratch_path("counters", NAME), O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(pread(fd, file, sizeof(file), 0), sizeof(file));
	close(fd);
}

static void write_file(void)
{
	int fd = open(scratch_path("counters", NAME), O_WRONLY | O_CLOEXEC);

	ck_assert_int_eq(pwrite(fd, file, sizeof(file), 0), sizeof(file));
	close(fd);
}

/* One slot of version 1, with `step` as the last accepted step and as many failures in each lane. */
static void put_v1(int slot, uint64_t sequence, enum v1_state state, uint64_t step)
{
	unsigned char *bytes = file + slot * LBR_SLOT_STRIDE;

	memset(bytes, 0, LBR_SLOT_LEN);
	memcpy(bytes, "LBRSLOT1", 8);
	memcpy(bytes + 8, lbr_keyring_id(scratch.keyring), 8);
	lbr_big_endian_put(bytes + 16, 8, sequence);
	lbr_big_endian_put(bytes + 24, 4, state);
	lbr_big_endian_put(bytes + 32, 8, step);
	lbr_big_endian_put(bytes + 56, 4, step);
	lbr_big_endian_put(bytes + 80, 4, step + 1);
	ck_assert_int_eq(lbr_keyring_mac(scratch.keyring, NULL, "counters", NAME, bytes, V1_LEN - 32, bytes + V1_LEN - 32), LBR_OK);
}

static void enroll(void)
{
	scratch_enter();
	scratch_enroll(NAME);
	read_file();
}

static char version(int slot)
{
	read_file();
	return (char)file[slot * LBR_SLOT_STRIDE + 7];
}

static void next_step(struct lbr_view *view, const void *context)
{
	(void)context;
	view->counters.last_step++;
}

/* Reads the last step, and commits the next one. */
static void commit_after(int64_t step)
{
	struct lbr_view view = scratch_view(NAME);

	ck_assert_int_eq(view.counters.last_step, step);
	ck_assert_int_eq(scratch_commit(&view, LBR_PART_COUNTERS, next_step, NULL), LBR_OK);
	lbr_view_release(&view);
}

START_TEST(counters_of_version_1_are_read_and_written_as_version_3)
{
	struct lbr_view view;

	enroll();
	put_v1(0, 8, V1_COMMITTED, 41);
	put_v1(1, 9, V1_COMMITTED, 42);
	write_file();
	view = scratch_view(NAME);
	ck_assert_uint_eq(view.counters.lanes[LBR_LANE_CONSOLE].password_failures, 42);
	ck_assert_uint_eq(view.counters.lanes[LBR_LANE_KNOWN].password_failures, 0);
	ck_assert_uint_eq(view.counters.lanes[LBR_LANE_STRANGER].password_failures, 43);
	lbr_view_release(&view);
	ck_assert_int_eq(version(0), '1');
	commit_after(42);
	/* Both at once: the release before would believe the one that it can read, and forget what happened since. */
	ck_assert_int_eq(version(0), '3');
	ck_assert_int_eq(version(1), '3');
	commit_after(43);
	commit_after(44);
}
END_TEST

/* Both at once here too: the release before refuses one of version 3, and reads the other. */
START_TEST(counters_of_version_2_are_read_and_written_as_version_3)
{
	unsigned char *bytes;

	enroll();
	commit_after(0);
	commit_after(1);
	read_file();
	for (bytes = file; bytes < file + sizeof(file); bytes += LBR_SLOT_STRIDE) {
		bytes[7] = '2';
		ck_assert_int_eq(lbr_keyring_mac(scratch.keyring, NULL, "counters", NAME, bytes, LBR_SLOT_LEN - 32,
		                                 bytes + LBR_SLOT_LEN - 32), LBR_OK);
	}
	write_file();
	commit_after(2);
	ck_assert_int_eq(version(0), '3');
	ck_assert_int_eq(version(1), '3');
	commit_after(3);
}
END_TEST

/* The last commit survives the upgrade: what was only charged is written over, wherever it stands. */
START_TEST(a_charge_of_version_1_is_written_over)
{
	int charged = _i;

	enroll();
	put_v1(1 - charged, 8, V1_COMMITTED, 41);
	put_v1(charged, 9, V1_CHARGED, 42);
	write_file();
	commit_after(42);
	ck_assert_int_eq(version(charged), '3');
	ck_assert_int_eq(version(1 - charged), '3');
}
END_TEST

/* The copy to write first, with both as they are in the file. */
static unsigned turn_of_file(void)
{
	struct lbr_row *row = calloc(1, sizeof(*row));
	const struct lbr_place place = { .name = NAME };
	struct lbr_counters counters;
	struct lbr_copies copies;
	int slot;

	ck_assert_ptr_nonnull(row);
	row->copy_count = 2;
	for (slot = 0; slot < 2; slot++)
		memcpy(row->copies[slot], file + slot * LBR_SLOT_STRIDE, LBR_SLOT_LEN);
	ck_assert_int_eq(lbr_copies_read(row, &place, scratch.keyring, &counters, &copies, NULL), LBR_OK);
	free(row);
	return copies.turn;
}

/* A kill between the two must leave the last commit, so what was only charged goes first. */
START_TEST(a_charge_of_version_1_is_the_first_to_go)
{
	int charged = _i;

	enroll();
	put_v1(1 - charged, 8, V1_COMMITTED, 41);
	put_v1(charged, 9, V1_CHARGED, 42);
	ck_assert_uint_eq(turn_of_file(), (unsigned)charged);
	put_v1(charged, 9, V1_COMMITTED, 42);
	ck_assert_uint_eq(turn_of_file(), (unsigned)(1 - charged));
	put_v1(charged, 9, V1_CHARGED, 42);
	file[(1 - charged) * LBR_SLOT_STRIDE + 100] ^= 1; /* torn: the charge is all there is */
	ck_assert_uint_eq(turn_of_file(), (unsigned)(1 - charged));
}
END_TEST

/* Beside a slot that this release reads: falling back to it would forget what happened since. */
START_TEST(counters_of_a_later_release_are_refused_and_not_repaired)
{
	unsigned char *bytes = file + _i * LBR_SLOT_STRIDE;
	struct lbr_reason reason = { .text = "" };
	struct lbr_view view;
	struct lbr_counters none = {0};

	enroll();
	bytes[7] = '4';
	ck_assert_int_eq(lbr_keyring_mac(scratch.keyring, NULL, "counters", NAME, bytes, LBR_SLOT_LEN - 32,
	                                 bytes + LBR_SLOT_LEN - 32), LBR_OK);
	write_file();
	ck_assert_int_eq(lbr_store_load(scratch.store, NAME, &view, &reason), LBR_ERR_NEWER);
	ck_assert_msg(strstr(reason.text, "counters/") != NULL, "%s", reason.text);
	ck_assert_msg(strstr(reason.text, "written by a newer release of liberations, in format counters 4 (this one reads up to 3); install") != NULL, "%s", reason.text);
	ck_assert_int_eq(lbr_store_rebuild_counters(scratch.store, NAME, &none, NULL), LBR_ERR_NEWER);
	ck_assert_int_eq(version(_i), '4');
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("store_upgrade");
	TCase *one = tcase_create("store_upgrade");

	tcase_add_checked_fixture(one, scratch_make, scratch_remove);
	tcase_add_test(one, counters_of_version_1_are_read_and_written_as_version_3);
	tcase_add_test(one, counters_of_version_2_are_read_and_written_as_version_3);
	tcase_add_loop_test(one, a_charge_of_version_1_is_written_over, 0, 2);
	tcase_add_loop_test(one, a_charge_of_version_1_is_the_first_to_go, 0, 2);
	tcase_add_loop_test(one, counters_of_a_later_release_are_refused_and_not_repaired, 0, 2);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
