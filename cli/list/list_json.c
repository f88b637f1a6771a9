/* `list --json`. */
#include "list.h"

#include <string.h>

#include "json.h"

static json_t *state_of(const struct list_row *row)
{
	char text[LIST_FACT_MAX];
	json_t *state = json_array();
	int fact;

	for (fact = 0; state != NULL && fact < STANDING_FACTS; fact++) {
		if (!row->standing.facts[fact])
			continue;
		cli_list_fact(row, (enum standing_fact)fact, ":", text);
		text[strcspn(text, ":")] = '\0'; /* the lanes have their own members */
		if (json_array_append_new(state, json_string(text)) != 0) {
			json_decref(state);
			return NULL;
		}
	}
	return state;
}

static json_t *locked_of(const struct list_row *row)
{
	json_t *locked = json_array();
	int lane;

	for (lane = 0; locked != NULL && lane < LBR_LANES; lane++) {
		if (row->standing.lanes[lane].locked &&
		    json_array_append_new(locked, json_string(cli_lane_name((enum lbr_lane)lane))) != 0) {
			json_decref(locked);
			return NULL;
		}
	}
	return locked;
}

static json_t *waiting_of(const struct list_row *row)
{
	json_t *waiting = json_object();
	int lane;

	for (lane = 0; waiting != NULL && lane < LBR_LANES; lane++) {
		unsigned wait_s = row->standing.lanes[lane].wait_s;

		if (wait_s > 0 && json_object_set_new(waiting, cli_lane_name((enum lbr_lane)lane),
		                                      cli_json_time(row->standing.now_s + wait_s)) != 0) {
			json_decref(waiting);
			return NULL;
		}
	}
	return waiting;
}

void cli_list_json(const struct list_rows *rows)
{
	const struct list_row *row;

	for (row = rows->list; row < rows->list + rows->count; row++)
		cli_json_line(json_pack("{s:s, s:s, s:s, s:b, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
		                        "user", row->name,
		                        "password", row->own ? "own" : "temporary",
		                        "token", row->confirmed ? "confirmed" : "pending",
		                        "disabled", row->disabled, "last_sign_in", cli_json_time(row->last_s),
		                        "expires", cli_json_time(row->standing.end_s), "must_change", row->must_change,
		                        "expired", row->standing.facts[STANDING_EXPIRED], "state", state_of(row),
		                        "locked", locked_of(row), "waiting", waiting_of(row),
		                        "uid", cli_json_uid(row->recorded.has_uid, row->recorded.uid),
		                        "system_uid", cli_json_uid(row->recorded.is_in_system, row->recorded.system_uid),
		                        "uid_differs", cli_json_differs(&row->recorded)));
}
