/* Which copy of the counters is in force, and which one the next write replaces. */
#include "copies.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/formats.h>

#include "slot_parts.h"

static const char *kind_of(const struct lbr_place *place)
{
	return place->decoy ? "decoy" : "counters";
}

void lbr_place_prefix(struct lbr_reason *reason, const char *tree, const char *name)
{
	char where[LBR_NAME_MAX + 16];

	(void)snprintf(where, sizeof(where), "%s/%s", tree, name);
	lbr_reason_prefix(reason, where);
}

/* How to repair them, in two words for a sentence: a verb, and the name of the account. `newer`: the version of a copy that a later
 * release wrote, or 0. */
static enum lbr_error unreadable(const struct lbr_place *place, unsigned newer, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_ERR_NEWER;

	if (newer > 0)
		lbr_fail(reason, error, LBR_WHY(NEWER_RELEASE), "counters", newer, LBR_COUNTERS_VERSION);
	else
		error = lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(COUNTERS_FORGED), place->decoy ? "init" : "unlock --rebuild ",
		                 place->decoy ? "" : place->name);
	lbr_place_prefix(reason, "counters", place->name);
	return error;
}

/* The last commit must survive a torn write, so it is not overwritten while another copy can take the write. Only if the copy in
 * force was never synced and another one is valid too, it is the one to replace. */
static unsigned next_turn(unsigned newest, bool settled, bool other_is_valid, unsigned count)
{
	return !settled && other_is_valid ? newest : (newest + 1) % count;
}

enum lbr_error lbr_copies_read(const struct lbr_row *row, const struct lbr_place *place, const struct lbr_keyring *keyring,
                               struct lbr_counters *counters, struct lbr_copies *ret, struct lbr_reason *reason)
{
	bool other_is_valid = false, settled = true, charged;
	struct lbr_counters found;
	uint64_t sequence;
	enum lbr_error error;
	unsigned at, newest = 0, newer = 0, version;

	memset(ret, 0, sizeof(*ret));
	memset(counters, 0, sizeof(*counters));
	for (at = 0; at < row->copy_count; at++) {
		error = lbr_slot_decode(row->copies[at], kind_of(place), place->name, keyring, &found, &sequence, &charged);
		version = lbr_slot_version(row->copies[at]);
		newer = error == LBR_ERR_NEWER && version > newer ? version : newer;
		ret->upgrades = ret->upgrades || (version > 0 && version < LBR_COUNTERS_VERSION);
		if (error != LBR_OK)
			continue;
		other_is_valid = other_is_valid || ret->sequence != 0;
		if (sequence <= ret->sequence)
			continue;
		newest = at;
		settled = !charged;
		ret->sequence = sequence;
		*counters = found;
	}
	/* A later release wrote one of the two: the other one is older than what that release knows. */
	if (newer > 0 || ret->sequence == 0)
		return unreadable(place, newer, reason);
	ret->turn = next_turn(newest, settled, other_is_valid, row->copy_count);
	return LBR_OK;
}

enum lbr_error lbr_copies_next(const struct lbr_copies *copies, const struct lbr_place *place, const struct lbr_keyring *keyring,
                               const struct lbr_counters *counters, struct lbr_swap *swap, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_slot_encode(counters, copies->sequence + 1, kind_of(place), place->name, keyring,
	                                       swap->counters);

	swap->step = counters->last_step;
	swap->turn = copies->turn;
	swap->every_copy = copies->upgrades;
	return error == LBR_OK ? LBR_OK : lbr_fail_at(reason, error, place->name, LBR_WHY(COUNTER_OUT_OF_RANGE));
}

enum lbr_error lbr_copies_renew(const struct lbr_keyring *keyring, const char *name, const struct lbr_counters *counters,
                                unsigned char ret[LBR_SLOT_LEN])
{
	return lbr_slot_encode(counters, 1, "counters", name, keyring, ret);
}

enum lbr_error lbr_decoy_encode(const struct lbr_keyring *keyring, uint8_t number, unsigned char ret[LBR_SLOT_LEN])
{
	static const struct lbr_counters none;
	struct lbr_place place;

	lbr_place_of_decoy(number, &place);
	return lbr_slot_encode(&none, 1, "decoy", place.name, keyring, ret);
}

enum lbr_error lbr_decoy_judge(const struct lbr_keyring *keyring, uint8_t number, const struct lbr_row *row,
                               struct lbr_reason *reason)
{
	struct lbr_counters counters;
	struct lbr_copies copies;
	struct lbr_place place;

	lbr_place_of_decoy(number, &place);
	return lbr_copies_read(row, &place, keyring, &counters, &copies, reason);
}

void lbr_place_of_decoy(uint8_t number, struct lbr_place *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->decoy = true;
	ret->number = number;
	(void)snprintf(ret->name, sizeof(ret->name), "%02x", number);
}
