/* The states of an account in the words of programs. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#include "states.h"

/* "locked:stranger", "waiting:known:2026-11-28T14:05:00Z". */
static size_t put_lane(const struct account_row *row, enum standing_fact fact, int lane, const char *between, char *at,
                       size_t room)
{
	const struct lane_facts *facts = &row->standing.lanes[lane];
	char until[CLI_TIME_MAX] = "";
	int len;

	if (fact == STANDING_LOCKED ? !facts->locked : facts->wait_s == 0)
		return 0;
	if (fact == STANDING_WAITS)
		cli_time_utc(row->standing.now_s + facts->wait_s, until);
	len = snprintf(at, room, "%s%s:%s%s%s", between, cli_state_word((size_t)fact), cli_lane_name((enum lbr_lane)lane),
	               until[0] != '\0' ? ":" : "", until);
	return len > 0 && (size_t)len < room ? (size_t)len : 0;
}

const char *cli_list_fact(const struct account_row *row, enum standing_fact fact, const char *between, char ret[LIST_TEXT_MAX])
{
	size_t len = 0;
	int lane;

	ret[0] = '\0';
	if (!row->standing.facts[fact])
		return ret;
	if (fact != STANDING_LOCKED && fact != STANDING_WAITS) {
		snprintf(ret, LIST_TEXT_MAX, "%s", cli_state_word((size_t)fact));
		return ret;
	}
	for (lane = 0; lane < LBR_LANES; lane++)
		len += put_lane(row, fact, lane, len > 0 ? between : "", ret + len, LIST_TEXT_MAX - len);
	return ret;
}

const char *cli_list_state(const struct account_row *row, char ret[LIST_TEXT_MAX])
{
	char text[LIST_TEXT_MAX];
	size_t len = 0;
	int fact;

	for (fact = 0; fact < STANDING_FACTS; fact++) {
		if (!row->standing.facts[fact])
			continue;
		cli_list_fact(row, (enum standing_fact)fact, " ", text);
		if (len + 1 + strlen(text) < LIST_TEXT_MAX)
			len += (size_t)snprintf(ret + len, LIST_TEXT_MAX - len, "%s%s", len > 0 ? " " : "", text);
	}
	if (len == 0)
		snprintf(ret, LIST_TEXT_MAX, "%s", cli_state_word(STANDING_FACTS));
	return ret;
}
