/* Who gets a place. A class of callers has its own; in it, the person who holds most gives way to one who holds less, as long as
 * nothing was proven. So neither many connections of one person nor one of each of their subordinate uids keep others out. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "listen.h"

#define BLOCK 65536U
#define BREATH_MS 1000
/* An agent ends before it is so old unless something was proven (wire.h); it may be in the middle of a last wait. */
#define UNPROVEN_MS (LBR_UNPROVEN_MS + LBR_MACHINE_WAIT_MS)

struct bounds {
	const char *name;
	unsigned    first, count;
	unsigned    per_uid;
	unsigned    crowded;         /* from so many held places on ... */
	unsigned    crowded_per_uid; /* ... each uid may hold no more than these */
};

static const struct bounds pools[LBR_POOLS] = {
	[LBR_POOL_ROOT] = {"root", 0, 96, 96, 96, 96},
	[LBR_POOL_VERIFIERS] = {"verifiers", 96, 736, 672, 736, 672},
	[LBR_POOL_OWNERS] = {"owners", 832, 80, 32, 60, 4},
};

static bool is_held(const struct lbr_seat *place, int64_t now_ms)
{
	return place->pid != 0 || now_ms < place->until_ms;
}

uid_t lbr_place_group(uid_t uid)
{
	return uid < BLOCK ? uid : uid - uid % BLOCK;
}

static unsigned count_group(const struct lbr_seat *first, const struct lbr_seat *end, uid_t group, int64_t now_ms)
{
	unsigned count = 0;

	for (; first < end; first++)
		count += is_held(first, now_ms) && lbr_place_group(first->uid) == group;
	return count;
}

/* The oldest place in which nothing was proven, among those of the person who holds most. */
static struct lbr_seat *find_cheapest(struct lbr_seat *first, const struct lbr_seat *end, int64_t now_ms, unsigned *ret_most)
{
	struct lbr_seat *place, *found = NULL;
	unsigned count;

	*ret_most = 0;
	for (place = first; place < end; place++) {
		if (now_ms - place->since_ms >= UNPROVEN_MS)
			continue;
		count = count_group(first, end, lbr_place_group(place->uid), now_ms);
		if (count > *ret_most || (count == *ret_most && place->since_ms < found->since_ms)) {
			found = place;
			*ret_most = count;
		}
	}
	return found;
}

/* All places are held. A person who holds less than another takes one of theirs at once. Among equals, a uid that holds none
 * takes one that had its second: that bounds how many agents a flood of uids starts. */
static struct lbr_seat *displace(struct lbr_seat *first, const struct lbr_seat *end, uid_t uid, bool holds_none, int64_t now_ms)
{
	unsigned most, own = count_group(first, end, lbr_place_group(uid), now_ms);
	struct lbr_seat *place = find_cheapest(first, end, now_ms, &most);

	if (place == NULL || most < 2)
		return NULL;
	if (own + 2 <= most || (holds_none && now_ms - place->since_ms >= BREATH_MS))
		return place;
	return NULL;
}

struct lbr_seat *lbr_place_find(struct lbr_seats *places, const struct lbr_caller *caller, int64_t now_ms)
{
	const struct bounds *pool = &pools[caller->pool];
	struct lbr_seat *first = places->at + pool->first, *place, *found = NULL;
	unsigned held = 0, same = 0;

	for (place = first; place < first + pool->count; place++) {
		if (!is_held(place, now_ms)) {
			found = place;
			continue;
		}
		held++;
		same += place->uid == caller->uid;
	}
	if (same >= (held >= pool->crowded ? pool->crowded_per_uid : pool->per_uid))
		return NULL;
	return found != NULL ? found : displace(first, first + pool->count, caller->uid, same == 0, now_ms);
}

void lbr_place_take(struct lbr_seat *place, const struct lbr_caller *caller, pid_t pid, int64_t now_ms)
{
	place->pid = pid;
	place->uid = caller->uid;
	place->since_ms = now_ms;
	place->until_ms = caller->pool == LBR_POOL_OWNERS ? now_ms + BREATH_MS : 0;
}

void lbr_place_holders(const struct lbr_seats *places, enum lbr_pool pool, int64_t now_ms, struct lbr_holders *ret)
{
	const struct lbr_seat *first = places->at + pools[pool].first, *end = first + pools[pool].count, *place;
	unsigned count;

	*ret = (struct lbr_holders){.pool = pools[pool].name, .places = pools[pool].count};
	for (place = first; place < end; place++) {
		if (!is_held(place, now_ms))
			continue;
		ret->held++;
		count = count_group(first, end, lbr_place_group(place->uid), now_ms);
		if (count > ret->most) {
			ret->most = count;
			ret->most_first = lbr_place_group(place->uid);
			ret->most_last = ret->most_first < BLOCK ? ret->most_first : ret->most_first + BLOCK - 1;
		}
	}
}
