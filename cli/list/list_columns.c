/* `list` at a terminal: columns that fit it. What does not fit beside the name stands below it; the state, the last column, breaks
 * at a blank. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"

#define USER_MIN 4
#define USER_MAX 20
#define TOKEN_COLUMN 10
#define DATE_COLUMN 10 /* a day: `show` knows the minute */

struct columns {
	enum lbr_language language;
	unsigned          user, state; /* where the state begins */
	unsigned          at;
};

static void put_user(const struct columns *columns, const char *name)
{
	if (cli_text_width(name) > columns->user) {
		puts(name);
		name = "";
	}
	cli_write_padded(stdout, name, columns->user);
}

/* The word may hold a blank that is no place to break: a French colon's. */
static void put_word(struct columns *columns, const char *word, size_t len)
{
	char text[LIST_FACT_MAX];
	unsigned width;

	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	width = cli_text_width(text);
	if (columns->at > columns->state && columns->at + 1 + width > FOLD_WIDTH) {
		printf("\n%*s", (int)columns->state, "");
		columns->at = columns->state;
	}
	if (columns->at > columns->state)
		putchar(' ');
	columns->at += (columns->at > columns->state) + width;
	fputs(text, stdout);
}

static void put_words(struct columns *columns, const char *text)
{
	size_t len;

	while (*text != '\0') {
		len = strcspn(text, " ");
		if (strncmp(text + len, " :", 2) == 0)
			len += 2;
		put_word(columns, text, len);
		text += len;
		text += *text == ' ';
	}
}

/* `comma`: another fact follows. */
static void put_fact(struct columns *columns, enum cli_text fact, const char *one, const char *two, bool comma)
{
	char text[LIST_FACT_MAX] = "";
	FILE *file = fmemopen(text, sizeof(text) - 1, "w");

	if (file == NULL)
		return;
	cli_write(file, columns->language, fact, one, two, NULL);
	fputs(comma ? "," : "", file);
	fclose(file);
	put_words(columns, text);
}

static const char *hour(const struct standing *standing, int lane, char ret[CLI_TIME_MAX])
{
	cli_time_local(standing->now_s + standing->lanes[lane].wait_s, ret);
	return strlen(ret) > 11 ? ret + 11 : ret; /* a wait lasts a quarter of an hour at most */
}

static unsigned count_of(const struct standing *standing)
{
	unsigned count = 0;
	int at;

	for (at = 0; at < LBR_LANES; at++)
		count += standing->lanes[at].locked + (standing->lanes[at].wait_s > 0);
	for (at = 0; at < STANDING_FACTS; at++)
		count += standing->facts[at] && at != STANDING_LOCKED && at != STANDING_WAITS;
	return count;
}

static void put_lanes(struct columns *columns, const struct standing *standing, bool locked, unsigned *left)
{
	static const enum cli_text lanes[LBR_LANES] = { TEXT_LANE_OF_CONSOLE, TEXT_LANE_OF_KNOWN, TEXT_LANE_OF_STRANGER };
	char until[CLI_TIME_MAX];
	int at;

	for (at = 0; at < LBR_LANES; at++) {
		const char *lane = cli_text(lanes[at], columns->language);

		if (locked && standing->lanes[at].locked)
			put_fact(columns, TEXT_STATE_LOCKED, lane, "", --*left > 0);
		if (!locked && standing->lanes[at].wait_s > 0)
			put_fact(columns, TEXT_STATE_WAITS, hour(standing, at, until), lane, --*left > 0);
	}
}

static void put_state(struct columns *columns, const struct list_row *row)
{
	static const enum cli_text texts[STANDING_FACTS] = {
		[STANDING_DISABLED] = TEXT_STATE_DISABLED, [STANDING_MUST_CHANGE] = TEXT_STATE_MUST_CHANGE,
		[STANDING_EXPIRED] = TEXT_STATE_EXPIRED, [STANDING_INVITED] = TEXT_STATE_INVITED,
		[STANDING_TEMPORARY] = TEXT_STATE_TEMPORARY, [STANDING_OTHER_UID] = TEXT_STATE_OTHER_UID,
		[STANDING_NO_USER] = TEXT_STATE_NO_USER,
	};
	unsigned left = count_of(&row->standing);
	int fact;

	columns->at = columns->state;
	if (left == 0)
		put_fact(columns, TEXT_STATE_ACTIVE, "", "", false);
	for (fact = 0; fact < STANDING_FACTS; fact++) {
		if (fact == STANDING_LOCKED || fact == STANDING_WAITS)
			put_lanes(columns, &row->standing, fact == STANDING_LOCKED, &left);
		else if (row->standing.facts[fact])
			put_fact(columns, texts[fact], "", "", --left > 0);
	}
	putchar('\n');
}

static const char *day(int64_t time_s, char ret[CLI_TIME_MAX])
{
	cli_time_local(time_s, ret);
	ret[DATE_COLUMN] = '\0';
	return ret;
}

static void print_row(struct columns *columns, const struct list_row *row)
{
	enum lbr_language language = columns->language;
	int64_t end_s = row->standing.end_s;
	char last[CLI_TIME_MAX], until[CLI_TIME_MAX];

	put_user(columns, row->name);
	cli_write_padded(stdout, cli_text(row->confirmed ? TEXT_TOKEN_CONFIRMED : TEXT_TOKEN_PENDING, language), TOKEN_COLUMN);
	cli_write_padded(stdout, row->last_s == 0 ? cli_text(TEXT_NEVER, language) : day(row->last_s, last), DATE_COLUMN);
	cli_write_padded(stdout, end_s == INT64_MAX ? "-" : end_s == 0 ? cli_text(TEXT_NOW, language) : day(end_s, until),
	                 DATE_COLUMN);
	put_state(columns, row);
}

static void print_head(const struct columns *columns)
{
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_USER, columns->language), columns->user);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_TOKEN, columns->language), TOKEN_COLUMN);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_LAST, columns->language), DATE_COLUMN);
	cli_write_padded(stdout, cli_text(TEXT_COLUMN_EXPIRES, columns->language), DATE_COLUMN);
	puts(cli_text(TEXT_COLUMN_STATE, columns->language));
}

void cli_list_columns(const struct cli *cli, const struct list_rows *rows)
{
	struct columns columns = { .language = cli->language, .user = USER_MIN };
	unsigned width;
	size_t at;

	for (at = 0; at < rows->count; at++) {
		width = cli_text_width(rows->list[at].name);
		if (width > columns.user)
			columns.user = width < USER_MAX ? width : USER_MAX;
	}
	columns.state = columns.user + TOKEN_COLUMN + DATE_COLUMN + DATE_COLUMN + 4;
	print_head(&columns);
	for (at = 0; at < rows->count; at++)
		print_row(&columns, &rows->list[at]);
}
