/* A slot of the counters: laid out byte by byte, refused if one of them is wrong. */
#include <stdbool.h>
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
	.lanes = { { .password_failures = 0xffffffff, .code_failures = 2, .next_try_s = 1700000900 },
	           { .password_failures = 4, .code_failures = 5, .next_try_s = INT64_MAX },
	           { .password_failures = 6, .code_failures = 0x01020304, .next_try_s = 1 } },
	.origins = { 0xa1a2a3a4a5a6a7a8, 2, UINT64_MAX, 4 },
	.answers = { 0xb1b2b3b4b5b6b7b8, 7, UINT64_MAX, 0 },
	.raised = { { .at_s = 0 }, { .at_s = 1700000002, .service = "sshd", .address = "192.0.2.1" }, { .at_s = 0 },
	            { .at_s = 1, .service = "12345678901234567890123", .address = "123456789012345678901234567890123456789012345" },
	            { .at_s = INT64_MAX } },
};

static void refused(const unsigned char *bytes, const char *kind, const char *name, enum lbr_error expected)
{
	static const struct lbr_counters none;
	struct lbr_counters back;
	uint64_t sequence = 1;
	bool charged = true;

	memset(&back, 'x', sizeof(back));
	ck_assert_int_eq(lbr_slot_decode(bytes, kind, name, keyring, &back, &sequence, &charged), expected);
	ck_assert_int_eq(memcmp(&back, &none, sizeof(none)), 0);
	ck_assert_uint_eq(sequence, 0);
	ck_assert(!charged);
}

static void damaged(const unsigned char *bytes, const char *kind, const char *name)
{
	refused(bytes, kind, name, LBR_ERR_DAMAGED);
}

static void seal(unsigned char *bytes, size_t len)
{
	ck_assert_int_eq(lbr_keyring_mac(keyring, NULL, "counters", "bob", bytes, len - 32, bytes + len - 32), LBR_OK);
}

static void encode(unsigned char bytes[LBR_SLOT_LEN])
{
	ck_assert_int_eq(lbr_slot_encode(&sample, 77, "counters", "bob", keyring, bytes), LBR_OK);
}

START_TEST(slots_come_back)
{
	unsigned char bytes[LBR_SLOT_LEN];
	struct lbr_counters back;
	uint64_t sequence;
	bool charged = true;
	int i;

	encode(bytes);
	ck_assert_int_eq(lbr_slot_decode(bytes, "counters", "bob", keyring, &back, &sequence, &charged), LBR_OK);
	ck_assert_uint_eq(sequence, 77);
	ck_assert(!charged);
	ck_assert_int_eq(back.last_step, sample.last_step);
	ck_assert_uint_eq(back.recovery_set, sample.recovery_set);
	ck_assert_uint_eq(back.recovery_used, sample.recovery_used);
	ck_assert_int_eq(back.last_sign_in_s, sample.last_sign_in_s);
	for (i = 0; i < LBR_LANES; i++) {
		ck_assert_uint_eq(back.lanes[i].password_failures, sample.lanes[i].password_failures);
		ck_assert_uint_eq(back.lanes[i].code_failures, sample.lanes[i].code_failures);
		ck_assert_int_eq(back.lanes[i].next_try_s, sample.lanes[i].next_try_s);
	}
	ck_assert_mem_eq(back.origins, sample.origins, sizeof(sample.origins));
	ck_assert_mem_eq(back.answers, sample.answers, sizeof(sample.answers));
	for (i = 0; i < LBR_RAISED_KINDS; i++) {
		ck_assert_int_eq(back.raised[i].at_s, sample.raised[i].at_s);
		ck_assert_str_eq(back.raised[i].service, sample.raised[i].service);
		ck_assert_str_eq(back.raised[i].address, sample.raised[i].address);
	}
}
END_TEST

static void all_zero(const unsigned char *bytes, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		ck_assert_int_eq(bytes[i], 0);
}

/* The bytes that liberations-account(5) promises: a store is read by the next version too. */
START_TEST(layout_stays)
{
	static const unsigned char head[] = "LBRSLOT30123abcd\0\0\0\0\0\0\0\x4d\1\2\3\4\5\6\7\x8";
	static const unsigned char known[] = "\0\0\0\4\0\0\0\5\x7f\xff\xff\xff\xff\xff\xff\xff";
	static const unsigned char places[] = "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\0\0\0\0\0\0\0\2";
	static const unsigned char answers[] = "\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8\0\0\0\0\0\0\0\7"
	                                       "\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0";
	static const unsigned char notice[] = "\0\0\0\0\x65\x53\xf1\x02sshd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "192.0.2.1";
	unsigned char bytes[LBR_SLOT_LEN];

	encode(bytes);
	ck_assert_mem_eq(bytes, head, 32);
	ck_assert_mem_eq(bytes + 32, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\0\0\0\0\x65\x53\xf1\x01\0\0\x03\xa5\0\0\0\0", 24);
	ck_assert_mem_eq(bytes + 56 + 16, known, 16);
	ck_assert_mem_eq(bytes + 104, places, 16);
	all_zero(bytes, 136, 216);
	ck_assert_mem_eq(bytes + 216, notice, 41);
	all_zero(bytes, 257, 296);
	ck_assert_mem_eq(bytes + 136 + 4 * 80, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8);
	all_zero(bytes, 136 + 4 * 80 + 8, 536);
	ck_assert_mem_eq(bytes + 536, answers, 32);
	all_zero(bytes, 568, 608);
}
END_TEST

START_TEST(every_flipped_bit_is_seen)
{
	unsigned char bytes[LBR_SLOT_LEN];
	size_t i;

	encode(bytes);
	for (i = 0; i < 8 * sizeof(bytes); i++) {
		bytes[i / 8] ^= (unsigned char)(1u << i % 8);
		damaged(bytes, "counters", "bob");
		bytes[i / 8] ^= (unsigned char)(1u << i % 8);
	}
}
END_TEST

/* Under a right MAC, which only a program that does not keep to the layout would write. */
START_TEST(what_is_zero_by_the_layout_is_zero)
{
	static const int places[] = { 52, 55, 136 + 8, 136 + 32, 136 + 79, 258, 294, 295, 375, 568, 607 };
	unsigned char bytes[LBR_SLOT_LEN];
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		encode(bytes);
		ck_assert_int_eq(bytes[places[i]], 0);
		bytes[places[i]] = 'x';
		seal(bytes, sizeof(bytes));
		damaged(bytes, "counters", "bob");
	}
}
END_TEST

START_TEST(sec_1_67_slots_serve_in_their_place_alone)
{
	unsigned char bytes[LBR_SLOT_LEN];

	encode(bytes);
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
	ck_assert_int_eq(lbr_slot_encode(&bad, 1, "counters", "bob", keyring, bytes), LBR_ERR_RANGE); \
	all_zero(bytes, 0, sizeof(bytes)); } while (0)
	REFUSE(bad.last_step = -1);
	REFUSE(bad.last_sign_in_s = -1);
	REFUSE(bad.recovery_used = 1u << 10);
	REFUSE(bad.lanes[2].next_try_s = -1);
	REFUSE(bad.raised[0].at_s = -1);
	REFUSE(bad.raised[0].service[0] = 'x'); /* of no notice */
	REFUSE(bad.raised[0].address[0] = '1');
	REFUSE(bad.raised[1].service[5] = 'x'); /* behind the end */
	REFUSE(bad.raised[1].service[1] = ' ');
	REFUSE(bad.raised[1].address[1] = '\n');
	REFUSE(bad.raised[1].address[1] = '\x7f');
	REFUSE(bad.raised[3].service[23] = 'x'); /* without an end */
	REFUSE(bad.raised[3].address[45] = 'x');
#undef REFUSE
	ck_assert_int_eq(lbr_slot_encode(&sample, 0, "counters", "bob", keyring, bytes), LBR_ERR_RANGE);
	ck_assert_int_eq(lbr_slot_encode(&sample, UINT64_MAX, "counters", "bob", keyring, bytes), LBR_ERR_RANGE);
}
END_TEST

/* Told from damage by its MAC: a bit that flips in the version makes no later release of it. */
START_TEST(a_slot_of_a_later_version_says_so)
{
	unsigned char bytes[LBR_SLOT_LEN];
	char version;

	for (version = '4'; version <= '9'; version++) {
		encode(bytes);
		bytes[7] = (unsigned char)version;
		bytes[600] = 1; /* a field that this release does not know */
		damaged(bytes, "counters", "bob");
		seal(bytes, sizeof(bytes));
		refused(bytes, "counters", "bob", LBR_ERR_NEWER);
	}
	bytes[7] = '0';
	seal(bytes, sizeof(bytes));
	damaged(bytes, "counters", "bob");
}
END_TEST

/* A slot as the release before wrote it, under the same key: 256 bytes, whatever follows. The MACs are that release's own. */
#define V1_LEN 256
static const unsigned char v1_head[104] =
	"LBRSLOT1" "0123abcd" "\0\0\0\0\0\0\0\x4d" "\0\0\0\2" "\0\0\3\xa5" "\0\0\0\0\3\x61\x2c\xdb"
	"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8" "\0\0\0\0\x65\x53\xf1\1"
	"\0\0\0\7" "\0\0\0\2" "\0\0\0\3" "\0\0\0\0" "\0\0\0\0\x65\x53\xf4\x84"
	"\0\0\0\4" "\0\0\0\5" "\1\2\3\4" "\0\0\0\0" "\0\0\0\0\x65\x53\xf2\x2c";
static const unsigned char v1_macs[2][32] = {
	"\x43\xf7\xd1\xe9\xb2\xd6\xda\xbe\x43\x10\x47\xfd\xbb\x19\xdd\x45"
	"\x3d\xa5\x39\xca\x80\x37\xe6\xab\xa8\x19\x60\x11\x57\x84\x5b\x6a",
	"\x3f\x11\xe7\xbb\xb1\x86\x15\x28\xba\xee\x59\xd3\x7e\x28\x23\x96"
	"\xcc\x77\xdb\xce\x47\x87\x16\x1f\x14\x00\x4b\x3a\x4d\x91\x81\x0b",
};

static void make_v1(unsigned char bytes[LBR_SLOT_LEN], int state)
{
	memset(bytes, 0, V1_LEN);
	memset(bytes + V1_LEN, 0x5a, LBR_SLOT_LEN - V1_LEN);
	memcpy(bytes, v1_head, sizeof(v1_head));
	bytes[27] = (unsigned char)state;
	memcpy(bytes + V1_LEN - 32, v1_macs[state - 1], 32);
}

/* The version before had zeros where the answers are. */
START_TEST(a_slot_of_version_2_is_read)
{
	struct lbr_counters old = sample, back;
	unsigned char bytes[LBR_SLOT_LEN];
	uint64_t sequence;
	bool charged = true;

	memset(old.answers, 0, sizeof(old.answers));
	ck_assert_int_eq(lbr_slot_encode(&old, 77, "counters", "bob", keyring, bytes), LBR_OK);
	bytes[7] = '2';
	damaged(bytes, "counters", "bob");
	seal(bytes, sizeof(bytes));
	ck_assert_int_eq(lbr_slot_decode(bytes, "counters", "bob", keyring, &back, &sequence, &charged), LBR_OK);
	ck_assert_mem_eq(back.origins, old.origins, sizeof(old.origins));
	ck_assert_mem_eq(back.answers, old.answers, sizeof(old.answers));
	ck_assert(sequence == 77 && !charged && back.last_step == old.last_step);
	bytes[536] = 1;
	seal(bytes, sizeof(bytes));
	damaged(bytes, "counters", "bob");
}
END_TEST

START_TEST(a_slot_of_version_1_is_read)
{
	unsigned char bytes[LBR_SLOT_LEN];
	struct lbr_counters back, expected = {
		.last_step = 56700123, .recovery_set = 0xfffefdfcfbfaf9f8, .recovery_used = 0x3a5, .last_sign_in_s = 1700000001,
		.lanes = { { .password_failures = 7, .code_failures = 2, .next_try_s = 1700000900 },
		           { .password_failures = 0 },
		           { .password_failures = 4, .code_failures = 5, .next_try_s = 1700000300 } },
	};
	uint64_t sequence;
	bool charged;

	make_v1(bytes, 1 + _i);
	ck_assert_int_eq(lbr_slot_decode(bytes, "counters", "bob", keyring, &back, &sequence, &charged), LBR_OK);
	ck_assert_uint_eq(sequence, 77);
	ck_assert(charged == (_i == 0));
	ck_assert_int_eq(lbr_slot_encode(&expected, 77, "counters", "bob", keyring, bytes), LBR_OK);
	ck_assert_int_eq(lbr_slot_decode(bytes, "counters", "bob", keyring, &expected, &sequence, &charged), LBR_OK);
	ck_assert_mem_eq(&back, &expected, sizeof(back));
}
END_TEST

START_TEST(a_slot_of_version_1_is_judged_as_strictly)
{
	static const int places[] = { 24, 68, 71, 92, 95, 104, 223 };
	unsigned char bytes[LBR_SLOT_LEN];
	size_t i;

	make_v1(bytes, 2);
	damaged(bytes, "counters", "bobby");
	damaged(bytes, "decoy", "bob");
	for (i = 0; i < 8 * V1_LEN; i++) {
		bytes[i / 8] ^= (unsigned char)(1u << i % 8);
		damaged(bytes, "counters", "bob");
		bytes[i / 8] ^= (unsigned char)(1u << i % 8);
	}
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		make_v1(bytes, 2);
		ck_assert_int_eq(bytes[places[i]], 0);
		bytes[places[i]] = 1;
		seal(bytes, V1_LEN);
		damaged(bytes, "counters", "bob");
	}
	make_v1(bytes, 2);
	bytes[27] = 3; /* a state that there is not */
	seal(bytes, V1_LEN);
	damaged(bytes, "counters", "bob");
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
	tcase_add_test(tcase, a_slot_of_a_later_version_says_so);
	tcase_add_test(tcase, a_slot_of_version_2_is_read);
	tcase_add_loop_test(tcase, a_slot_of_version_1_is_read, 0, 2);
	tcase_add_test(tcase, a_slot_of_version_1_is_judged_as_strictly);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
