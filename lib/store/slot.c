/* One slot of a counters file, byte by byte; all integers big-endian.
 *
 *     at  len
 *      0    8  "LBRSLOT3": what it is, and its version
 *      8    8  id of the key that the MAC was made with
 *     16    8  sequence: the higher one is in force; 1 or more
 *     24    8  last accepted step
 *     32    8  recovery set
 *     40    8  last sign-in, seconds since 1970
 *     48    4  recovery codes used, bit i for code i
 *     52    4  zero
 *     56   48  lanes console, known, stranger: password failures 4, code failures 4, next try 8 each
 *    104   32  places where the person is known: 4 keyed hashes of 8 bytes, newest first, zero for none
 *    136  400  notices that wait, one of each kind: when 8, service 24, address 46, zero 2 each
 *    536   32  the last wrong answers: 4 keyed hashes of 8 bytes, newest first, zero for none; in version 2 zero
 *    568   40  zero
 *    608   32  MAC over bytes 0 to 607, with kind and name
 *
 * Later versions keep the length and the places of version, key and MAC, so that one of them is told from damage.
 */
#include <liberations/counters.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include <liberations/account.h>
#include <liberations/big_endian.h>
#include <liberations/codec.h>
#include <liberations/formats.h>

#include "keyring_parts.h"
#include "slot_parts.h"

#define MAGIC "LBRSLOT"
#define MAGIC_LEN (sizeof(MAGIC) - 1)
_Static_assert(LBR_COUNTERS_VERSION < 10, "the version is one digit");
#define AT_LAST_STEP 24
#define AT_RECOVERY_SET 32
#define AT_LAST_SIGN_IN 40
#define AT_RECOVERY_USED 48
#define AT_LANES 56
#define LANE_LEN 16
#define AT_ORIGINS (AT_LANES + LBR_LANES * LANE_LEN)
#define ORIGIN_LEN 8
#define AT_RAISED (AT_ORIGINS + LBR_ORIGINS * ORIGIN_LEN)
#define RAISED_LEN 80
#define AT_SERVICE 8
#define AT_ADDRESS (AT_SERVICE + LBR_RAISED_SERVICE_MAX)
#define AT_ANSWERS (AT_RAISED + LBR_RAISED_KINDS * RAISED_LEN)
#define ANSWER_LEN 8
#define AT_MAC (LBR_SLOT_LEN - LBR_MAC_LEN)

_Static_assert(AT_ANSWERS + LBR_ANSWERS * ANSWER_LEN <= AT_MAC, "a slot holds all of it");
_Static_assert(AT_ADDRESS + LBR_RAISED_ADDRESS_MAX <= RAISED_LEN, "a notice's place holds all of it");
_Static_assert((int)LBR_RAISED_KINDS == (int)LBR_NOTICE_PASSWORD_EXPIRES, "each kind that is raised has its place");

/* A text with its NUL and nothing behind it. */
static bool is_clean(const char *text, size_t max)
{
	size_t len = strnlen(text, max), i;

	for (i = 0; i < max; i++)
		if (i < len ? text[i] < '!' || text[i] > '~' : text[i] != '\0')
			return false;
	return len < max;
}

static bool is_raised_soundly(const struct lbr_raised *raised)
{
	if (raised->at_s == 0 && (raised->service[0] != '\0' || raised->address[0] != '\0'))
		return false;
	return raised->at_s >= 0 && is_clean(raised->service, sizeof(raised->service)) &&
	       is_clean(raised->address, sizeof(raised->address));
}

bool lbr_slot_is_sound(const struct lbr_counters *counters, uint64_t sequence)
{
	int i;

	for (i = 0; i < LBR_LANES; i++)
		if (counters->lanes[i].next_try_s < 0)
			return false;
	for (i = 0; i < LBR_RAISED_KINDS; i++)
		if (!is_raised_soundly(&counters->raised[i]))
			return false;
	return sequence >= 1 && sequence < UINT64_MAX && counters->last_step >= 0 && counters->last_sign_in_s >= 0 &&
	       counters->recovery_used < 1u << LBR_RECOVERY_CODES;
}

static void put_lane(unsigned char *bytes, const struct lbr_lane_counters *lane)
{
	lbr_big_endian_put(bytes, 4, lane->password_failures);
	lbr_big_endian_put(bytes + 4, 4, lane->code_failures);
	lbr_big_endian_put(bytes + 8, 8, (uint64_t)lane->next_try_s);
}

static void put_raised(unsigned char *bytes, const struct lbr_raised *raised)
{
	lbr_big_endian_put(bytes, 8, (uint64_t)raised->at_s);
	memcpy(bytes + AT_SERVICE, raised->service, sizeof(raised->service));
	memcpy(bytes + AT_ADDRESS, raised->address, sizeof(raised->address));
}

static void put_content(unsigned char *bytes, const struct lbr_counters *counters, uint64_t sequence)
{
	int i;

	lbr_big_endian_put(bytes + LBR_SLOT_AT_SEQUENCE, 8, sequence);
	lbr_big_endian_put(bytes + AT_LAST_STEP, 8, (uint64_t)counters->last_step);
	lbr_big_endian_put(bytes + AT_RECOVERY_SET, 8, counters->recovery_set);
	lbr_big_endian_put(bytes + AT_LAST_SIGN_IN, 8, (uint64_t)counters->last_sign_in_s);
	lbr_big_endian_put(bytes + AT_RECOVERY_USED, 4, counters->recovery_used);
	for (i = 0; i < LBR_LANES; i++)
		put_lane(bytes + AT_LANES + i * LANE_LEN, &counters->lanes[i]);
	for (i = 0; i < LBR_ORIGINS; i++)
		lbr_big_endian_put(bytes + AT_ORIGINS + i * ORIGIN_LEN, ORIGIN_LEN, counters->origins[i]);
	for (i = 0; i < LBR_RAISED_KINDS; i++)
		put_raised(bytes + AT_RAISED + i * RAISED_LEN, &counters->raised[i]);
	for (i = 0; i < LBR_ANSWERS; i++)
		lbr_big_endian_put(bytes + AT_ANSWERS + i * ANSWER_LEN, ANSWER_LEN, counters->answers[i]);
}

static void get_lane(const unsigned char *bytes, struct lbr_lane_counters *lane)
{
	lane->password_failures = (uint32_t)lbr_big_endian_get(bytes, 4);
	lane->code_failures = (uint32_t)lbr_big_endian_get(bytes + 4, 4);
	lane->next_try_s = (int64_t)lbr_big_endian_get(bytes + 8, 8);
}

static void get_raised(const unsigned char *bytes, struct lbr_raised *raised)
{
	raised->at_s = (int64_t)lbr_big_endian_get(bytes, 8);
	memcpy(raised->service, bytes + AT_SERVICE, sizeof(raised->service));
	memcpy(raised->address, bytes + AT_ADDRESS, sizeof(raised->address));
}

static void get_content(const unsigned char *bytes, struct lbr_counters *counters)
{
	int i;

	counters->last_step = (int64_t)lbr_big_endian_get(bytes + AT_LAST_STEP, 8);
	counters->recovery_set = lbr_big_endian_get(bytes + AT_RECOVERY_SET, 8);
	counters->last_sign_in_s = (int64_t)lbr_big_endian_get(bytes + AT_LAST_SIGN_IN, 8);
	counters->recovery_used = (uint32_t)lbr_big_endian_get(bytes + AT_RECOVERY_USED, 4);
	for (i = 0; i < LBR_LANES; i++)
		get_lane(bytes + AT_LANES + i * LANE_LEN, &counters->lanes[i]);
	for (i = 0; i < LBR_ORIGINS; i++)
		counters->origins[i] = lbr_big_endian_get(bytes + AT_ORIGINS + i * ORIGIN_LEN, ORIGIN_LEN);
	for (i = 0; i < LBR_RAISED_KINDS; i++)
		get_raised(bytes + AT_RAISED + i * RAISED_LEN, &counters->raised[i]);
	/* Version 2 has none: whatever is there is then no zero, and not canonical. */
	for (i = 0; bytes[MAGIC_LEN] != '2' && i < LBR_ANSWERS; i++)
		counters->answers[i] = lbr_big_endian_get(bytes + AT_ANSWERS + i * ANSWER_LEN, ANSWER_LEN);
}

enum lbr_error lbr_slot_encode(const struct lbr_counters *counters, uint64_t sequence, const char *kind, const char *name,
                               const struct lbr_keyring *keyring, unsigned char ret[LBR_SLOT_LEN])
{
	enum lbr_error error;

	memset(ret, 0, LBR_SLOT_LEN);
	if (!lbr_slot_is_sound(counters, sequence))
		return LBR_ERR_RANGE;
	memcpy(ret, MAGIC, MAGIC_LEN);
	ret[MAGIC_LEN] = '0' + LBR_COUNTERS_VERSION;
	memcpy(ret + LBR_SLOT_AT_KEY, lbr_keyring_id(keyring), LBR_KEY_ID_LEN);
	put_content(ret, counters, sequence);
	error = lbr_keyring_mac(keyring, NULL, kind, name, ret, AT_MAC, ret + AT_MAC);
	if (error != LBR_OK)
		memset(ret, 0, LBR_SLOT_LEN);
	return error;
}

unsigned lbr_slot_version(const unsigned char *bytes)
{
	const unsigned char digit = bytes[MAGIC_LEN];

	return memcmp(bytes, MAGIC, MAGIC_LEN) == 0 && digit >= '1' && digit <= '9' ? digit - '0' : 0;
}

bool lbr_slot_verifies(const unsigned char *bytes, size_t len, const char *kind, const char *name,
                       const struct lbr_keyring *keyring)
{
	char key_id[LBR_KEY_ID_LEN + 1] = "";
	const size_t body = len - LBR_MAC_LEN;
	unsigned char mac[LBR_MAC_LEN];

	memcpy(key_id, bytes + LBR_SLOT_AT_KEY, LBR_KEY_ID_LEN);
	return lbr_keyring_is_id(key_id) && lbr_keyring_mac(keyring, key_id, kind, name, bytes, body, mac) == LBR_OK &&
	       sodium_memcmp(mac, bytes + body, LBR_MAC_LEN) == 0;
}

/* One form only: bytes that the layout sets to zero must be zero, so this release never skips a field of a later one. */
static bool is_canonical(const unsigned char bytes[LBR_SLOT_LEN], const struct lbr_counters *counters, uint64_t sequence)
{
	unsigned char again[LBR_SLOT_LEN] = {0};

	memcpy(again, bytes, LBR_SLOT_AT_SEQUENCE);
	put_content(again, counters, sequence);
	return memcmp(again, bytes, AT_MAC) == 0;
}

static enum lbr_error decode(const unsigned char bytes[LBR_SLOT_LEN], const char *kind, const char *name,
                             const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence)
{
	uint64_t sequence = lbr_big_endian_get(bytes + LBR_SLOT_AT_SEQUENCE, 8);

	if (!lbr_slot_verifies(bytes, LBR_SLOT_LEN, kind, name, keyring))
		return LBR_ERR_DAMAGED;
	if (lbr_slot_version(bytes) > LBR_COUNTERS_VERSION)
		return LBR_ERR_NEWER;
	get_content(bytes, counters);
	if (!lbr_slot_is_sound(counters, sequence) || !is_canonical(bytes, counters, sequence))
		return LBR_ERR_DAMAGED;
	*ret_sequence = sequence;
	return LBR_OK;
}

enum lbr_error lbr_slot_decode(const unsigned char bytes[LBR_SLOT_LEN], const char *kind, const char *name,
                               const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence,
                               bool *ret_charged)
{
	const unsigned version = lbr_slot_version(bytes);
	enum lbr_error error = LBR_ERR_DAMAGED;

	memset(counters, 0, sizeof(*counters));
	*ret_sequence = 0;
	*ret_charged = false;
	if (version == 1)
		error = lbr_slot_v1_decode(bytes, kind, name, keyring, counters, ret_sequence, ret_charged);
	else if (version > 1)
		error = decode(bytes, kind, name, keyring, counters, ret_sequence);
	if (error != LBR_OK)
		memset(counters, 0, sizeof(*counters));
	return error;
}
