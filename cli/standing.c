#include "standing.h"

#include <stddef.h>

static bool is_over(const struct lbr_account *account, const struct standing *standing)
{
	bool temporary = account->password_kind == LBR_PASSWORD_TEMPORARY;

	if (!temporary && account->must_change)
		return false;
	return temporary ? standing->now_s > standing->end_s : standing->now_s >= standing->end_s;
}

struct standing cli_standing(const struct lbr_account *account, const struct lbr_counters *counters,
                             const struct lbr_settings *settings, int64_t now_s)
{
	struct standing standing = { .now_s = now_s, .end_s = cli_facts_end(account, settings) };
	bool temporary = account->password_kind == LBR_PASSWORD_TEMPORARY;
	int lane;

	for (lane = 0; lane < LBR_LANES; lane++) {
		standing.lanes[lane] = cli_facts_lane(counters, (enum lbr_lane)lane, settings, now_s);
		standing.facts[STANDING_LOCKED] |= standing.lanes[lane].locked;
		standing.facts[STANDING_WAITS] |= standing.lanes[lane].wait_s > 0;
	}
	standing.facts[STANDING_DISABLED] = account->disabled;
	standing.facts[STANDING_EXPIRED] = is_over(account, &standing);
	standing.facts[STANDING_MUST_CHANGE] = !temporary && account->must_change;
	standing.facts[STANDING_INVITED] = temporary && counters->last_sign_in_s == 0;
	standing.facts[STANDING_TEMPORARY] = temporary && counters->last_sign_in_s != 0;
	return standing;
}

const char *cli_lane_name(enum lbr_lane lane)
{
	static const char *const names[LBR_LANES] = {
		[LBR_LANE_CONSOLE] = "console", [LBR_LANE_KNOWN] = "known", [LBR_LANE_STRANGER] = "stranger",
	};

	return names[lane];
}
