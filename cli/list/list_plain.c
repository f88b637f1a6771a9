/* `list` for programs: tabs, or CSV with headings. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#define BETWEEN " "

static const char *const words[STANDING_FACTS] = {
	[STANDING_DISABLED] = "disabled", [STANDING_LOCKED] = "locked", [STANDING_WAITS] = "waiting",
	[STANDING_EXPIRED] = "expired", [STANDING_MUST_CHANGE] = "must-change", [STANDING_INVITED] = "invited",
	[STANDING_TEMPORARY] = "temporary", [STANDING_OTHER_UID] = "other-uid", [STANDING_NO_USER] = "no-unix-user",
};

/* "locked:stranger", "waiting:known:2026-11-28T14:05:00Z". */
static size_t put_lane(const struct list_row *row, enum standing_fact fact, int lane, const char *between, char *at,
                       size_t room)
{
	const struct lane_facts *facts = &row->standing.lanes[lane];
	char until[CLI_TIME_MAX] = "";
	int len;

	if (fact == STANDING_LOCKED ? !facts->locked : facts->wait_s == 0)
		return 0;
	if (fact == STANDING_WAITS)
		cli_time_utc(row->standing.now_s + facts->wait_s, until);
	len = snprintf(at, room, "%s%s:%s%s%s", between, words[fact], cli_lane_name((enum lbr_lane)lane),
	               until[0] != '\0' ? ":" : "", until);
	return len > 0 && (size_t)len < room ? (size_t)len : 0;
}

const char *cli_list_fact(const struct list_row *row, enum standing_fact fact, const char *between, char ret[LIST_FACT_MAX])
{
	size_t len = 0;
	int lane;

	ret[0] = '\0';
	if (!row->standing.facts[fact])
		return ret;
	if (fact != STANDING_LOCKED && fact != STANDING_WAITS) {
		snprintf(ret, LIST_FACT_MAX, "%s", words[fact]);
		return ret;
	}
	for (lane = 0; lane < LBR_LANES; lane++)
		len += put_lane(row, fact, lane, len > 0 ? between : "", ret + len, LIST_FACT_MAX - len);
	return ret;
}

static void print_state(const struct list_row *row)
{
	char text[LIST_FACT_MAX];
	const char *between = "";
	int fact;

	for (fact = 0; fact < STANDING_FACTS; fact++) {
		if (!row->standing.facts[fact])
			continue;
		printf("%s%s", between, cli_list_fact(row, (enum standing_fact)fact, BETWEEN, text));
		between = BETWEEN;
	}
	puts(between[0] == '\0' ? "active" : "");
}

static const char *end_of(const struct list_row *row, const char *none, char ret[CLI_TIME_MAX])
{
	if (row->standing.end_s == INT64_MAX)
		return none;
	return row->standing.end_s == 0 ? "now" : cli_time_utc(row->standing.end_s, ret);
}

static void print_tabs(const struct list_row *row)
{
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX];

	printf("%s\t%s\t%s\t%s\t%s\t%s\t", row->name, row->own ? "own" : "temporary", row->confirmed ? "confirmed" : "pending",
	       row->disabled ? "disabled" : "-", row->last_s == 0 ? "-" : cli_time_utc(row->last_s, last),
	       end_of(row, "-", until));
	print_state(row);
}

/* A name holds no sign that has a meaning here; what an older release let in as a contact may. */
static void print_quoted(const char *text)
{
	if (strpbrk(text, ",\"\r\n;") == NULL) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text != '\0'; text++)
		printf("%s%c", *text == '"' ? "\"" : "", *text);
	putchar('"');
}

static void print_csv(const struct list_row *row)
{
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX], uid[24] = "";

	if (row->recorded.has_uid)
		snprintf(uid, sizeof(uid), "%u", (unsigned)row->recorded.uid);
	printf("%s,%s,%s,%s,%s,%s,%s,", row->name, row->own ? "own" : "temporary", row->confirmed ? "confirmed" : "pending",
	       row->disabled ? "yes" : "no", row->last_s == 0 ? "" : cli_time_utc(row->last_s, last), end_of(row, "", until), uid);
	print_quoted(row->contact);
	printf(",%s,", row->language != LBR_LANGUAGE_NONE ? lbr_language_name(row->language) : "");
	print_state(row);
}

void cli_list_tabs(const struct list_rows *rows)
{
	size_t at;

	for (at = 0; at < rows->count; at++)
		print_tabs(&rows->list[at]);
}

void cli_list_csv(const struct list_rows *rows)
{
	size_t at;

	puts("user,password,token,disabled,last_sign_in,expires,uid,contact,language,state");
	for (at = 0; at < rows->count; at++)
		print_csv(&rows->list[at]);
}
