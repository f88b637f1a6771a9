/* The dialogue with the broker: what goes in comes out, for each kind of question and answer; whatever is bent is refused, and
 * leaves nothing behind. */
#include "support/check_main.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/store_wire.h>

static struct lbr_frame frame, again;
static struct lbr_store_ask ask, ask_out;
static struct lbr_store_tell tell, tell_out;

static bool is_zero(const void *memory, size_t size)
{
	const unsigned char *at = memory;

	while (size > 0 && at[size - 1] == 0)
		size--;
	return size == 0;
}

static void fill_row(struct lbr_store_row *row, size_t less)
{
	*row = (struct lbr_store_row){.version = INT64_MAX, .generation = 3, .step = 4, .slot_len = LBR_STORE_SLOT_MAX - less,
	                              .account_len = LBR_STORE_ACCOUNT_MAX - less, .history_len = LBR_STORE_HISTORY_MAX - less};
	memset(row->slot, 's', row->slot_len);
	memset(row->account, 'a', row->account_len);
	memset(row->history, 'h', row->history_len);
}

static bool has_row(enum lbr_store_what what)
{
	return what == LBR_STORE_COMMIT || what == LBR_STORE_CREATE || what == LBR_STORE_RENAME || what == LBR_STORE_REBUILD ||
	       what == LBR_STORE_DECOY;
}

static void make_ask(enum lbr_store_what what)
{
	memset(&ask, 0, sizeof(ask));
	ask.what = what;
	ask.serial = UINT64_MAX;
	ask.epoch = 5;
	ask.before = 6;
	(void)snprintf(ask.name, sizeof(ask.name), "%064d", 1);
	(void)snprintf(ask.other, sizeof(ask.other), ".ff");
	(void)snprintf(ask.folded, sizeof(ask.folded), "%0256d", 2);
	ask.count = LBR_STORE_PAGE_MAX;
	ask.history = true;
	ask.alone = true;
	if (has_row(what))
		fill_row(&ask.row, 0);
	if (what != LBR_STORE_FOUND)
		return;
	memset(ask.founding.realm, 'r', sizeof(ask.founding.realm));
	ask.founding.window = UINT8_MAX;
	(void)snprintf(ask.founding.key, sizeof(ask.founding.key), "0123abcd");
	ask.founding.probe_len = sizeof(ask.founding.probe);
	memset(ask.founding.probe, 'p', ask.founding.probe_len);
	ask.founding.stand_in_len = sizeof(ask.founding.stand_in);
	memset(ask.founding.stand_in, 'd', ask.founding.stand_in_len);
}

static void make_tell(bool realm, bool row)
{
	memset(&tell, 0, sizeof(tell));
	tell.serial = 9;
	tell.result = LBR_STORE_DONE;
	tell.cause = LBR_STORE_BROKEN;
	memset(tell.detail, 'x', sizeof(tell.detail) - 1);
	tell.now_us = INT64_MAX;
	tell.epoch = 7;
	tell.floor_step = 8;
	(void)snprintf(tell.key, sizeof(tell.key), "0123abcd");
	(void)snprintf(tell.name, sizeof(tell.name), "alice");
	tell.found = true;
	tell.has_realm = realm;
	tell.has_row = row;
	if (realm) {
		memset(tell.realm, 'r', sizeof(tell.realm));
		tell.probe_len = 3;
		memcpy(tell.probe, "abc", 3);
	}
	if (row)
		fill_row(&tell.row, 1);
}

START_TEST(each_kind_comes_out_as_it_went_in)
{
	int what;

	for (what = LBR_STORE_HELLO; what < LBR_STORE_WHATS; what++) {
		make_ask((enum lbr_store_what)what);
		ck_assert_int_eq(lbr_store_ask_put(&frame, &ask), LBR_OK);
		ck_assert_int_eq(lbr_store_ask_get(&frame, &ask_out), LBR_OK);
		ck_assert_mem_eq(&ask, &ask_out, sizeof(ask));
	}
	for (what = 0; what < 4; what++) {
		make_tell(what & 1, what & 2);
		ck_assert_int_eq(lbr_store_tell_put(&frame, &tell), LBR_OK);
		ck_assert_int_eq(lbr_store_tell_get(&frame, &tell_out), LBR_OK);
		ck_assert_mem_eq(&tell, &tell_out, sizeof(tell));
	}
}
END_TEST

static void expect_refused(void)
{
	memset(&ask_out, 1, sizeof(ask_out));
	memset(&tell_out, 1, sizeof(tell_out));
	ck_assert_int_eq(lbr_store_ask_get(&frame, &ask_out), LBR_ERR_SYNTAX);
	ck_assert_int_eq(lbr_store_tell_get(&frame, &tell_out), LBR_ERR_SYNTAX);
	ck_assert(is_zero(&ask_out, sizeof(ask_out)));
	ck_assert(is_zero(&tell_out, sizeof(tell_out)));
}

/* Cut after each byte, and with one too many. */
static void cut_everywhere(void)
{
	size_t len = frame.len;

	for (frame.len = 0; frame.len < len; frame.len++)
		expect_refused();
	frame.len = len + 1;
	expect_refused();
}

START_TEST(cut_anywhere_it_is_refused)
{
	make_ask(LBR_STORE_FOUND);
	ask.founding.stand_in_len = 40; /* each byte of a long part is like the one before */
	ck_assert_int_eq(lbr_store_ask_put(&frame, &ask), LBR_OK);
	cut_everywhere();
	make_ask(LBR_STORE_COMMIT);
	ask.row.slot_len = ask.row.account_len = ask.row.history_len = 10;
	ck_assert_int_eq(lbr_store_ask_put(&frame, &ask), LBR_OK);
	cut_everywhere();
	make_tell(true, true);
	tell.row.slot_len = tell.row.account_len = tell.row.history_len = 10;
	ck_assert_int_eq(lbr_store_tell_put(&frame, &tell), LBR_OK);
	cut_everywhere();
}
END_TEST

/* A frame with one byte changed is refused, or says something else and is written back as it came. */
static void bend(size_t at, unsigned char mask)
{
	frame.bytes[at] ^= mask;
	if (lbr_store_ask_get(&frame, &ask_out) == LBR_OK) {
		ck_assert_int_eq(lbr_store_ask_put(&again, &ask_out), LBR_OK);
		ck_assert_uint_eq(again.len, frame.len);
		ck_assert_mem_eq(again.bytes, frame.bytes, frame.len);
	} else {
		ck_assert(is_zero(&ask_out, sizeof(ask_out)));
	}
	if (lbr_store_tell_get(&frame, &tell_out) == LBR_OK) {
		ck_assert(tell_out.result <= LBR_STORE_MORE || tell_out.result == LBR_STORE_DONE);
		ck_assert_int_eq(lbr_store_tell_put(&again, &tell_out), LBR_OK);
		ck_assert_mem_eq(again.bytes, frame.bytes, frame.len);
	} else {
		ck_assert(is_zero(&tell_out, sizeof(tell_out)));
	}
	frame.bytes[at] ^= mask;
}

START_TEST(each_bit_that_is_bent_is_refused_or_means_what_it_says)
{
	size_t at;
	int bit;

	make_ask(LBR_STORE_RENAME);
	ask.row.slot_len = ask.row.account_len = ask.row.history_len = 2;
	ck_assert_int_eq(lbr_store_ask_put(&frame, &ask), LBR_OK);
	for (at = 0; at < frame.len; at++)
		for (bit = 0; bit < 8; bit++)
			bend(at, (unsigned char)(1 << bit));
	make_tell(true, true);
	tell.row.slot_len = tell.row.account_len = tell.row.history_len = 2;
	ck_assert_int_eq(lbr_store_tell_put(&frame, &tell), LBR_OK);
	for (at = 0; at < frame.len; at++)
		for (bit = 0; bit < 8; bit++)
			bend(at, (unsigned char)(1 << bit));
}
END_TEST

START_TEST(no_bent_byte_makes_a_yes_of_a_no)
{
	static const enum lbr_store_result noes[] = {LBR_STORE_UNREACHABLE, LBR_STORE_UNKNOWN, LBR_STORE_CHANGED, LBR_STORE_BUSY};
	size_t at, i;
	int byte;

	for (i = 0; i < sizeof(noes) / sizeof(noes[0]); i++) {
		make_tell(false, false);
		tell.result = noes[i];
		ck_assert_int_eq(lbr_store_tell_put(&frame, &tell), LBR_OK);
		for (at = 0; at < frame.len; at++)
			for (byte = 0; byte < 256; byte++) {
				unsigned char kept = frame.bytes[at];

				frame.bytes[at] = (unsigned char)byte;
				ck_assert(lbr_store_tell_get(&frame, &tell_out) != LBR_OK || tell_out.result != LBR_STORE_DONE);
				frame.bytes[at] = kept;
			}
	}
}
END_TEST

START_TEST(what_does_not_fit_is_not_written)
{
	make_ask(LBR_STORE_COMMIT);
	ask.epoch = (uint64_t)INT64_MAX + 1;
	ck_assert_int_eq(lbr_store_ask_put(&frame, &ask), LBR_ERR_RANGE);
	ck_assert_uint_eq(frame.len, 0);
	make_ask(LBR_STORE_PAGE);
	ask.count = LBR_STORE_PAGE_MAX + 1;
	ck_assert_int_eq(lbr_store_ask_put(&frame, &ask), LBR_ERR_RANGE);
	make_ask(LBR_STORE_COMMIT);
	ask.row.slot_len = LBR_STORE_SLOT_MAX + 1;
	ck_assert_int_ne(lbr_store_ask_put(&frame, &ask), LBR_OK);
	make_ask(LBR_STORE_WHATS);
	ck_assert_int_ne(lbr_store_ask_put(&frame, &ask), LBR_OK);
	make_ask(0);
	ck_assert_int_ne(lbr_store_ask_put(&frame, &ask), LBR_OK);
	make_tell(false, false);
	tell.cause = LBR_STORE_CAUSES;
	ck_assert_int_eq(lbr_store_tell_put(&frame, &tell), LBR_ERR_RANGE);
	ck_assert_uint_eq(frame.len, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("store wire");
	TCase *tcase = tcase_create("codec");

	tcase_add_test(tcase, each_kind_comes_out_as_it_went_in);
	tcase_add_test(tcase, cut_anywhere_it_is_refused);
	tcase_add_test(tcase, each_bit_that_is_bent_is_refused_or_means_what_it_says);
	tcase_add_test(tcase, no_bent_byte_makes_a_yes_of_a_no);
	tcase_add_test(tcase, what_does_not_fit_is_not_written);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
