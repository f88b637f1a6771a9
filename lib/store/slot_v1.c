/* A slot of version 1, which is read and never written; all integers big-endian. It is 256 bytes long.
 *
 *     at  len
 *      0    8  "LBRSLOT1"
 *      8    8  id of the key that the MAC was made with
 *     16    8  sequence
 *     24    4  state: 1 charged, 2 committed
 *     28    4  recovery codes used, bit i for code i
 *     32    8  last accepted step
 *     40    8  recovery set
 *     48    8  last sign-in, seconds since 1970
 *     56   24  lane local:  password failures 4, code failures 4, clears 4, zero 4, next try 8
 *     80   24  lane remote: the same
 *    104  120  zero
 *    224   32  MAC over bytes 0 to 223, with kind and name
 *
 * The local lane was root's and the person's own at any terminal: its failures count at the console. Everything else came from
 * somebody who is known nowhere yet.
 */
#include "slot_parts.h"

#include <string.h>

#include <liberations/big_endian.h>

#define V1_LEN 256
#define V1_AT_STATE 24
#define V1_AT_RECOVERY_USED 28
#define V1_AT_LAST_STEP 32
#define V1_AT_RECOVERY_SET 40
#define V1_AT_LAST_SIGN_IN 48
#define V1_AT_LOCAL 56
#define V1_AT_REMOTE 80
#define V1_AT_ZERO 104
#define V1_AT_MAC (V1_LEN - LBR_MAC_LEN)
#define V1_AT_LANE_ZERO 12
#define V1_AT_LANE_NEXT_TRY 16

enum state { STATE_CHARGED = 1, STATE_COMMITTED = 2 };

static struct lbr_lane_counters get_lane(const unsigned char *lane)
{
	return (struct lbr_lane_counters){
		.password_failures = (uint32_t)lbr_big_endian_get(lane, 4),
		.code_failures = (uint32_t)lbr_big_endian_get(lane + 4, 4),
		.next_try_s = (int64_t)lbr_big_endian_get(lane + V1_AT_LANE_NEXT_TRY, 8),
	};
}

static void get_content(const unsigned char *bytes, struct lbr_counters *counters)
{
	counters->recovery_used = (uint32_t)lbr_big_endian_get(bytes + V1_AT_RECOVERY_USED, 4);
	counters->last_step = (int64_t)lbr_big_endian_get(bytes + V1_AT_LAST_STEP, 8);
	counters->recovery_set = lbr_big_endian_get(bytes + V1_AT_RECOVERY_SET, 8);
	counters->last_sign_in_s = (int64_t)lbr_big_endian_get(bytes + V1_AT_LAST_SIGN_IN, 8);
	counters->lanes[LBR_LANE_CONSOLE] = get_lane(bytes + V1_AT_LOCAL);
	counters->lanes[LBR_LANE_STRANGER] = get_lane(bytes + V1_AT_REMOTE);
}

/* One form only, as for the version in force. */
static bool is_canonical(const unsigned char *bytes)
{
	size_t at;

	for (at = V1_AT_ZERO; at < V1_AT_MAC; at++)
		if (bytes[at] != 0)
			return false;
	return lbr_big_endian_get(bytes + V1_AT_LOCAL + V1_AT_LANE_ZERO, 4) == 0 &&
	       lbr_big_endian_get(bytes + V1_AT_REMOTE + V1_AT_LANE_ZERO, 4) == 0;
}

enum lbr_error lbr_slot_v1_decode(const unsigned char *bytes, const char *kind, const char *name,
                                  const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence,
                                  bool *ret_charged)
{
	uint64_t sequence = lbr_big_endian_get(bytes + LBR_SLOT_AT_SEQUENCE, 8);
	uint64_t state = lbr_big_endian_get(bytes + V1_AT_STATE, 4);

	if (!lbr_slot_verifies(bytes, V1_LEN, kind, name, keyring) || !is_canonical(bytes) ||
	    (state != STATE_CHARGED && state != STATE_COMMITTED))
		return LBR_ERR_DAMAGED;
	get_content(bytes, counters);
	if (!lbr_slot_is_sound(counters, sequence))
		return LBR_ERR_DAMAGED;
	*ret_sequence = sequence;
	*ret_charged = state == STATE_CHARGED;
	return LBR_OK;
}
