/* What happens to a decoy while nobody looks. */
#include <liberations/decoy.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/big_endian.h>

#include "throttle.h"

#define DAY_S 86400
#define DAYS_BACK 8 /* of 256 decoys, one has not signed in for so long */
#define LOCKED_DAYS_LEAST 1
#define LOCKED_DAYS_MORE 2 /* at most */

/* 8 random bytes that stay the same for this name, purpose and number. */
static uint64_t draw(const struct lbr_keyring *keyring, const char *purpose, const char *name, int64_t number)
{
	unsigned char bytes[8], mac[LBR_MAC_LEN];

	lbr_big_endian_put(bytes, sizeof(bytes), (uint64_t)number);
	(void)lbr_keyring_mac(keyring, NULL, purpose, name, bytes, sizeof(bytes), mac); /* the key in force is always there */
	return lbr_big_endian_get(mac, sizeof(bytes));
}

/* When it signed in on that day; 0: not at all. */
static int64_t sign_in_on(const struct lbr_keyring *keyring, const char *name, int64_t day)
{
	uint64_t drawn = draw(keyring, "decoy-day", name, day);
	bool stays_away = drawn & 1;

	return stays_away ? 0 : day * DAY_S + (int64_t)((drawn >> 1) % DAY_S);
}

static int64_t last_sign_in(const struct lbr_keyring *keyring, const char *name, int64_t now_s)
{
	int64_t last_s = 0, at_s;
	int days;

	for (days = 0; days < DAYS_BACK; days++) {
		at_s = sign_in_on(keyring, name, now_s / DAY_S - days);
		if (at_s <= now_s && at_s > last_s)
			last_s = at_s;
	}
	return last_s;
}

/* A throttled attempt prolongs no wait, so the end of the wait says when the lane was locked. */
static bool is_unlocked(const struct lbr_lane_counters *lane, const struct lbr_keyring *keyring, const char *name, int64_t now_s)
{
	uint64_t more_s = draw(keyring, "decoy-lock", name, lane->next_try_s) % (LOCKED_DAYS_MORE * DAY_S);

	return now_s - lane->next_try_s >= LOCKED_DAYS_LEAST * DAY_S + (int64_t)more_s;
}

void lbr_decoy_live(struct lbr_counters *counters, const struct lbr_keyring *keyring, const char *name,
                    const struct lbr_settings *settings, int64_t now_s)
{
	int64_t last_s = last_sign_in(keyring, name, now_s);
	bool signed_in = last_s > counters->last_sign_in_s || counters->last_sign_in_s > now_s; /* the clock was set back */
	int i;

	for (i = 0; i < LBR_LANES; i++) {
		struct lbr_lane_counters *lane = &counters->lanes[i];
		bool unlocked = is_unlocked(lane, keyring, name, now_s);

		if (lbr_lane_worst(lane) >= settings->lock_after ? unlocked : signed_in)
			memset(lane, 0, sizeof(*lane));
	}
	if (signed_in)
		counters->last_sign_in_s = last_s;
}
