/* `list --json`. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#include "json.h"

/* NULL, as jansson has it, where memory is short. */
static json_t *append(json_t *words, const char *word)
{
	if (words == NULL || json_array_append_new(words, json_string(word)) == 0)
		return words;
	json_decref(words);
	return NULL;
}

static json_t *state_of(const struct account_row *row)
{
	char text[LIST_TEXT_MAX];
	json_t *state = json_array();
	int fact;

	for (fact = 0; fact < STANDING_FACTS; fact++) {
		if (!row->standing.facts[fact])
			continue;
		cli_list_fact(row, (enum standing_fact)fact, ":", text);
		text[strcspn(text, ":")] = '\0'; /* the lanes have their own members */
		state = append(state, text);
	}
	return state;
}

static json_t *locked_of(const struct account_row *row)
{
	json_t *locked = json_array();
	int lane;

	for (lane = 0; lane < LBR_LANES; lane++)
		if (row->standing.lanes[lane].locked)
			locked = append(locked, cli_lane_name((enum lbr_lane)lane));
	return locked;
}

static json_t *waiting_of(const struct account_row *row)
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

static json_t *text_or_null(const char *text)
{
	return text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *value_of(const struct account_row *row, enum list_column column)
{
	char text[LIST_TEXT_MAX];

	switch (column) {
	case LIST_STATE: return state_of(row);
	case LIST_RECOVERY_CODES: return json_integer(row->recovery_left);
	case LIST_EXPIRES: return cli_json_time(row->standing.end_s);
	case LIST_DISABLED: return json_boolean(row->disabled);
	case LIST_UID: return cli_json_uid(row->recorded.has_uid, row->recorded.uid);
	case LIST_SYSTEM_UID: return cli_json_uid(row->recorded.is_in_system, row->recorded.system_uid);
	default: return text_or_null(cli_list_value(row, column, text));
	}
}

/* What no column has. */
static bool add_details(json_t *object, const struct account_row *row)
{
	return json_object_set_new(object, "must_change", json_boolean(row->must_change)) == 0 &&
	       json_object_set_new(object, "expired", json_boolean(row->standing.facts[STANDING_EXPIRED])) == 0 &&
	       json_object_set_new(object, "locked", locked_of(row)) == 0 &&
	       json_object_set_new(object, "waiting", waiting_of(row)) == 0 &&
	       json_object_set_new(object, "uid_differs", cli_json_differs(&row->recorded)) == 0;
}

static void print(const struct cli *cli, const struct list_choice *choice, const struct account_row *row)
{
	json_t *object = json_object();
	bool whole = object != NULL;
	char key[32], *sign;
	size_t at;

	(void)cli;
	for (at = 0; whole && at < choice->count; at++) {
		snprintf(key, sizeof(key), "%s", cli_list_column_word(choice->columns[at]));
		while ((sign = strchr(key, '-')) != NULL)
			*sign = '_';
		whole = json_object_set_new(object, key, value_of(row, choice->columns[at])) == 0;
	}
	whole = whole && (choice->chosen || add_details(object, row));
	if (!whole) {
		json_decref(object);
		object = NULL;
	}
	cli_json_line(object);
}

const struct list_printer cli_list_json = {
	{ { LIST_USER, LIST_PASSWORD, LIST_PASSWORD_SET, LIST_TOKEN, LIST_RECOVERY_CODES, LIST_DISABLED, LIST_LAST, LIST_EXPIRES,
	    LIST_STATE, LIST_UID, LIST_SYSTEM_UID, LIST_CONTACT, LIST_LANGUAGE }, 13, false, 0 }, NULL, print
};
