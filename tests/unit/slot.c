/* A slot of the counters: laid out byte by byte, refused if one of them is wrong. */
#include <stdint.h>
#include <string.h>

#include <liberations/counters.h>

#include <liberations/codec.h>

#include "support/check_main.h"
#include "support/scratch_keyring.h"

static struct lbr_keyring *keyring;

static void load(void)
{
	keyring = ring_of(KEY_A);
}

static void unload(void)
{
	lbr_keyring_free(keyring);
}

static const struct lbr_counters sample = {
	.last_step = 0x0102030405060708, .recovery_set = 0xfffefdfcfbfaf9f8, .recovery_used = 0x3a5,
	.last_sign_in_s = 1700000001,
	.lanes = { { .password_failures = 0xffffffff, .code_failures = 2, .clears = 3, .next_try_s = 1700000900 },
	           { .password_failures = 4, .code_failures = 5, .clears = 0x01020304, .next_try_s = INT64_MAX } },
};

static void damaged(const unsigned char *bytes, const char *kind, const char *name)
{
	static const struct lbr_counters none;
	struct lbr_counters back;
	enum lbr_slot_state state = LBR_SLOT_COMMITTED;
	uint64_t sequence = 1;

	memset(&back, 'x', sizeof(back));
	ck_assert_int_eq(lbr_slot_decode(bytes, kind, name, keyring, &back, &sequence, &state), LBR_ERR_DAMAGED);
	ck_assert_int_eq(memcmp(&back, &none, sizeof(none)), 0);
	ck_assert_uint_eq(sequence, 0);
	ck_assert_int_eq(state, 0);
}

START_TEST(slots_come_back)
{
	unsigned char bytes[LBR_SLOT_LEN];
	struct lbr_counters back;
	enum lbr_slot_state state;
	uint64_t sequence;
	int i;

	ck_assert_int_eq(lbr_slot_encode(&sample, 77, LBR_SLOT_CHARGED, "counters", "bob", keyring, bytes), LBR_OK);
	ck_assert_int_eq(lbr_slot_decode(bytes, "counters", "bob", keyring, &back, &sequence, &state), LBR_OK);
	ck_assert_uint_eq(sequence, 77);
	ck_assert_int_eq(state, LBR_SLOT_CHARGED);
	ck_assert_int_eq(back.last_step, sample.last_step);
	ck_assert_uint_eq(back.recovery_set, sample.recovery_set);
	ck_assert_uint_eq(back.recovery_used, sample.recovery_used);
	ck_assert_int_eq(back.last_sign_in_s, sample.last_sign_in_s);
	for (i = 0; i < LBR_LANES; i++) {
		ck_assert_uint_eq(back.lanes[i].password_failures, sample.lanes[i].password_failures);
		ck_assert_uint_eq(back.lanes[i].code_failures, sample.lanes[i].code_failures);
		ck_assert_uint_eq(back.lanes[i].clears, sample.lanes[i].clears);
		ck_assert_int_eq(back.lanes[i].next_try_s, sample.lanes[i].next_try_s);
	}
}
END_TEST

/* The bytes that liberations-account(5) promises: a store is read by the next version too. */
START_TEST(layout_stays)
{
	static const unsigned char head[] = "LBRSLOT10123abcd\0\0\0\0\0\0\0\x4d\0\0\0\x02\0\0\x03\xa5\1\2\3\4\5\6\7\x8";
	static const unsigned char lane[] = "\0\0\0\4\0\0\0\5\1\2\3\4\0\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff";
	unsigned char bytes[LBR_SLOT_LEN];
	size_t i;

	ck_assert_int_eq(lbr_slot_encode(&sample, 77, LBR_SLOT_COMMITTED, "counters", "bob", keyring, bytes), LBR_OK);
	ck_assert_mem_eq(bytes, head, 40);
	ck_assert_mem_eq(bytes + 40, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\0\0\0\0\x65\x53\xf1\x01", 16);
	ck_assert_mem_eq(bytes + 80, lane, 24);
	for (i = 104; i < 224; i++)
		ck_assert_int_eq(bytes[i], 0);
}
END_TEST

START_TEST(every_flipped_bit_is_seen)
{
	unsigned char bytes[LBR_SLOT_LEN];
	size_t i;

	ck_assert_int_eq(lbr_slot_encode(&sample, 1, LBR_SLOT_COMMITTED, "counters", "bob", keyring, bytes), LBR_OK);
	for (i = 0; i < 8 * sizeof(bytes); i++) {
		bytes[i / 8] ^= (unsigned char)(1u << i % 8);
		damaged(bytes, "counters", "bob");
		bytes[i / 8] ^= (unsigned char)(1u << i % 8);
	}
}
END_TEST

/* Under a right MAC, which only a later release would write. */
START_TEST(what_is_zero_by_the_layout_is_zero)
{
	unsigned char bytes[LBR_SLOT_LEN];
	static const int places[] = { 104, 223, 68, 71, 92, 95 };
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		ck_assert_int_eq(lbr_slot_encode(&sample, 77, LBR_SLOT_CHARGED, "counters", "bob", keyring, bytes), LBR_OK);
		ck_assert_int_eq(bytes[places[i]], 0);
		bytes[places[i]] = 1;
		ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, "counters", "bob", bytes, 224, bytes + 224), LBR_OK);
		damaged(bytes, "counters", "bob");
	}
}
END_TEST

START_TEST(sec_1_67_slots_serve_in_their_place_alone)
{
	unsigned char bytes[LBR_SLOT_LEN];

	ck_assert_int_eq(lbr_slot_encode(&sample, 1, LBR_SLOT_COMMITTED, "counters", "bob", keyring, bytes), LBR_OK);
	damaged(bytes, "counters", "bobby");
	damaged(bytes, "decoy", "bob");
	damaged(bytes, "account", "bob");
	memset(bytes, 0, sizeof(bytes));
	damaged(bytes, "counters", "bob");
}
END_TEST

START_TEST(values_out_of_range_are_not_written)
{
	unsigned char bytes[LBR_SLOT_LEN];
	struct lbr_counters bad;

#define REFUSE(change) do { bad = sample; change; \
	ck_assert_int_eq(lbr_slot_encode(&bad, 1, LBR_SLOT_COMMITTED, "counters", "bob", keyring, bytes), LBR_ERR_RANGE); \
	ck_assert_int_eq(bytes[0] | bytes[255], 0); } while (0)
	REFUSE(bad.last_step = -1);
	REFUSE(bad.last_sign_in_s = -1);
	REFUSE(bad.recovery_used = 1u << 10);
	REFUSE(bad.lanes[1].next_try_s = -1);
#undef REFUSE
	ck_assert_int_eq(lbr_slot_encode(&sample, 0, LBR_SLOT_COMMITTED, "counters", "bob", keyring, bytes), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_slot_encode(&sample, UINT64_MAX, LBR_SLOT_COMMITTED, "counters", "bob", keyring, bytes),
	                 LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_slot_encode(&sample, 1, (enum lbr_slot_state)3, "counters", "bob", keyring, bytes),
	                 LBR_ERR_RANGE);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("slot");
	TCase *tcase = tcase_create("slot");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, load, unload);
	tcase_add_test(tcase, slots_come_back);
	tcase_add_test(tcase, layout_stays);
	tcase_add_test(tcase, every_flipped_bit_is_seen);
	tcase_add_test(tcase, what_is_zero_by_the_layout_is_zero);
	tcase_add_test(tcase, sec_1_67_slots_serve_in_their_place_alone);
	tcase_add_test(tcase, values_out_of_range_are_not_written);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
