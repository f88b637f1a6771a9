/* One slot of a counters file, byte by byte; all integers big-endian.
 *
 *     at  len
 *      0    8  "LBRSLOT1": what it is, and its version
 *      8    8  id of the key that the MAC was made with
 *     16    8  sequence: the higher one is in force; 1 or more
 *     24    4  state: 1 charged, 2 committed
 *     28    4  recovery codes used, bit i for code i
 *     32    8  last accepted step
 *     40    8  recovery set
 *     48    8  last sign-in, seconds since 1970
 *     56   24  lane local:  password failures 4, code failures 4, clears 4, zero 4, next try 8
 *     80   24  lane remote: the same
 *    104  120  zero
 *    224   32  MAC over bytes 0 to 223, with kind and name
 */
#include <liberations/counters.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include <liberations/big_endian.h>

#include <liberations/account.h>
#include <liberations/codec.h>

#include "keyring_parts.h"

#define AT_KEY 8
#define AT_SEQUENCE 16
#define AT_STATE 24
#define AT_RECOVERY_USED 28
#define AT_LAST_STEP 32
#define AT_RECOVERY_SET 40
#define AT_LAST_SIGN_IN 48
#define AT_LANES 56
#define LANE_LEN 24
#define AT_MAC (LBR_SLOT_LEN - LBR_MAC_LEN)

static const char magic[] = "LBRSLOT1";

static bool is_sound(const struct lbr_counters *counters, uint64_t sequence, enum lbr_slot_state state)
{
	int i;

	for (i = 0; i < LBR_LANES; i++)
		if (counters->lanes[i].next_try_s < 0)
			return false;
	return sequence >= 1 && sequence < UINT64_MAX && (state == LBR_SLOT_CHARGED || state == LBR_SLOT_COMMITTED) &&
	       counters->last_step >= 0 && counters->last_sign_in_s >= 0 &&
	       counters->recovery_used < 1u << LBR_RECOVERY_CODES;
}

static void put_content(unsigned char *bytes, const struct lbr_counters *counters, uint64_t sequence,
                        enum lbr_slot_state state)
{
	int i;

	lbr_big_endian_put(bytes + AT_SEQUENCE, 8, sequence);
	lbr_big_endian_put(bytes + AT_STATE, 4, state);
	lbr_big_endian_put(bytes + AT_RECOVERY_USED, 4, counters->recovery_used);
	lbr_big_endian_put(bytes + AT_LAST_STEP, 8, (uint64_t)counters->last_step);
	lbr_big_endian_put(bytes + AT_RECOVERY_SET, 8, counters->recovery_set);
	lbr_big_endian_put(bytes + AT_LAST_SIGN_IN, 8, (uint64_t)counters->last_sign_in_s);
	for (i = 0; i < LBR_LANES; i++) {
		unsigned char *lane = bytes + AT_LANES + i * LANE_LEN;

		lbr_big_endian_put(lane, 4, counters->lanes[i].password_failures);
		lbr_big_endian_put(lane + 4, 4, counters->lanes[i].code_failures);
		lbr_big_endian_put(lane + 8, 4, counters->lanes[i].clears);
		lbr_big_endian_put(lane + 16, 8, (uint64_t)counters->lanes[i].next_try_s);
	}
}

static void get_content(const unsigned char *bytes, struct lbr_counters *counters)
{
	int i;

	counters->recovery_used = (uint32_t)lbr_big_endian_get(bytes + AT_RECOVERY_USED, 4);
	counters->last_step = (int64_t)lbr_big_endian_get(bytes + AT_LAST_STEP, 8);
	counters->recovery_set = lbr_big_endian_get(bytes + AT_RECOVERY_SET, 8);
	counters->last_sign_in_s = (int64_t)lbr_big_endian_get(bytes + AT_LAST_SIGN_IN, 8);
	for (i = 0; i < LBR_LANES; i++) {
		const unsigned char *lane = bytes + AT_LANES + i * LANE_LEN;

		counters->lanes[i].password_failures = (uint32_t)lbr_big_endian_get(lane, 4);
		counters->lanes[i].code_failures = (uint32_t)lbr_big_endian_get(lane + 4, 4);
		counters->lanes[i].clears = (uint32_t)lbr_big_endian_get(lane + 8, 4);
		counters->lanes[i].next_try_s = (int64_t)lbr_big_endian_get(lane + 16, 8);
	}
}

enum lbr_error lbr_slot_encode(const struct lbr_counters *counters, uint64_t sequence, enum lbr_slot_state state,
                               const char *kind, const char *name, const struct lbr_keyring *keyring,
                               unsigned char ret[LBR_SLOT_LEN])
{
	enum lbr_error error;

	memset(ret, 0, LBR_SLOT_LEN);
	if (!is_sound(counters, sequence, state))
		return LBR_ERR_RANGE;
	memcpy(ret, magic, AT_KEY);
	memcpy(ret + AT_KEY, lbr_keyring_id(keyring), LBR_KEY_ID_LEN);
	put_content(ret, counters, sequence, state);
	error = lbr_keyring_mac(keyring, NULL, kind, name, ret, AT_MAC, ret + AT_MAC);
	if (error != LBR_OK)
		memset(ret, 0, LBR_SLOT_LEN);
	return error;
}

static bool verifies(const unsigned char bytes[LBR_SLOT_LEN], const char *kind, const char *name,
                     const struct lbr_keyring *keyring)
{
	char key_id[LBR_KEY_ID_LEN + 1] = "";
	unsigned char mac[LBR_MAC_LEN];

	memcpy(key_id, bytes + AT_KEY, LBR_KEY_ID_LEN);
	return memcmp(bytes, magic, AT_KEY) == 0 && lbr_keyring_is_id(key_id) &&
	       lbr_keyring_mac(keyring, key_id, kind, name, bytes, AT_MAC, mac) == LBR_OK &&
	       sodium_memcmp(mac, bytes + AT_MAC, LBR_MAC_LEN) == 0;
}

/* One form only: bytes that the layout sets to zero must be zero, so this release never skips a field of a later one. */
static bool is_canonical(const unsigned char bytes[LBR_SLOT_LEN], const struct lbr_counters *counters, uint64_t sequence,
                         enum lbr_slot_state state)
{
	unsigned char again[LBR_SLOT_LEN] = {0};

	memcpy(again, bytes, AT_SEQUENCE);
	put_content(again, counters, sequence, state);
	return memcmp(again, bytes, AT_MAC) == 0;
}

enum lbr_error lbr_slot_decode(const unsigned char bytes[LBR_SLOT_LEN], const char *kind, const char *name,
                               const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence,
                               enum lbr_slot_state *ret_state)
{
	memset(counters, 0, sizeof(*counters));
	*ret_sequence = 0;
	*ret_state = 0;
	if (verifies(bytes, kind, name, keyring)) {
		uint64_t sequence = lbr_big_endian_get(bytes + AT_SEQUENCE, 8);
		uint64_t state = lbr_big_endian_get(bytes + AT_STATE, 4);

		get_content(bytes, counters);
		if (state <= LBR_SLOT_COMMITTED && is_sound(counters, sequence, (enum lbr_slot_state)state) &&
		    is_canonical(bytes, counters, sequence, (enum lbr_slot_state)state)) {
			*ret_sequence = sequence;
			*ret_state = (enum lbr_slot_state)state;
			return LBR_OK;
		}
	}
	memset(counters, 0, sizeof(*counters));
	return LBR_ERR_DAMAGED;
}
