/* `list` at a terminal: columns that fit it. What does not fit beside the name goes below it; the state, the last column, breaks
 * at a blank. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#include <liberations/texts.h>

#include "fold.h"

#define USER_MIN 4
#define USER_MAX 20
#define TOKEN_COLUMN 10
#define DATE_COLUMN 10 /* a day: `show` knows the minute */

struct columns {
	enum lbr_language language;
	unsigned          state; /* where the state begins */
	unsigned          at;
	bool              last;  /* the state is the last column, and breaks; else it stays on its line */
};

/* The word may hold a blank that is no place to break: a French colon's. */
static void put_word(struct columns *columns, const char *word, size_t len)
{
	char text[LIST_TEXT_MAX];
	unsigned width;

	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	width = cli_text_width(text);
	if (columns->last && columns->at > columns->state && columns->at + 1 + width > FOLD_WIDTH) {
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
	char text[LIST_TEXT_MAX] = "";
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

static void put_state(struct columns *columns, const struct account_row *row)
{
	static const enum cli_text texts[STANDING_FACTS] = {
		[STANDING_DISABLED] = TEXT_STATE_DISABLED, [STANDING_MUST_CHANGE] = TEXT_STATE_MUST_CHANGE,
		[STANDING_EXPIRED] = TEXT_STATE_EXPIRED, [STANDING_INVITED] = TEXT_STATE_INVITED,
		[STANDING_TEMPORARY] = TEXT_STATE_TEMPORARY, [STANDING_OTHER_UID] = TEXT_STATE_OTHER_UID,
		[STANDING_NO_USER] = TEXT_STATE_NO_USER,
	};
	unsigned left = count_of(&row->standing);
	int fact;

	if (left == 0)
		put_fact(columns, TEXT_STATE_ACTIVE, "", "", false);
	for (fact = 0; fact < STANDING_FACTS; fact++) {
		if (fact == STANDING_LOCKED || fact == STANDING_WAITS)
			put_lanes(columns, &row->standing, fact == STANDING_LOCKED, &left);
		else if (row->standing.facts[fact])
			put_fact(columns, texts[fact], "", "", --left > 0);
	}
}

static const char *day(int64_t time_s, char ret[CLI_TIME_MAX])
{
	cli_time_local(time_s, ret);
	ret[DATE_COLUMN] = '\0';
	return ret;
}

/* The width of a column at the terminal. A name that is wider has a line of its own, another value moves what follows. */
static unsigned width_of(const struct list_choice *choice, enum list_column column)
{
	static const unsigned widths[LIST_COLUMNS] = {
		[LIST_STATE] = 24, [LIST_PASSWORD] = 10, [LIST_PASSWORD_SET] = DATE_COLUMN, [LIST_TOKEN] = TOKEN_COLUMN,
		[LIST_RECOVERY_CODES] = 6, [LIST_LAST] = DATE_COLUMN, [LIST_EXPIRES] = DATE_COLUMN, [LIST_WAITING_UNTIL] = 16,
		[LIST_DISABLED] = 9, [LIST_UID] = 10, [LIST_SYSTEM_UID] = 10, [LIST_CONTACT] = 32, [LIST_EMAIL] = 32,
		[LIST_PHONE] = 16, [LIST_LANGUAGE] = 7,
	};

	if (column != LIST_USER)
		return widths[column];
	if (choice->user_width == 0 || choice->user_width > USER_MAX)
		return USER_MAX;
	return choice->user_width > USER_MIN ? choice->user_width : USER_MIN;
}

static const char *end_of(const struct columns *columns, int64_t end_s, char ret[LIST_TEXT_MAX])
{
	return end_s == INT64_MAX ? "-" : end_s == 0 ? cli_text(TEXT_NOW, columns->language) : day(end_s, ret);
}

/* In the words of people; what has none is as programs read it. */
static const char *value_of(const struct columns *columns, const struct account_row *row, enum list_column column,
                            char ret[LIST_TEXT_MAX])
{
	enum lbr_language language = columns->language;
	const char *value;

	switch (column) {
	case LIST_PASSWORD: return cli_text(row->own ? TEXT_LIST_OWN : TEXT_LIST_TEMPORARY, language);
	case LIST_PASSWORD_SET: return day(row->password_set_s, ret);
	case LIST_TOKEN: return cli_text(row->confirmed ? TEXT_TOKEN_CONFIRMED : TEXT_TOKEN_PENDING, language);
	case LIST_LAST: return row->last_s == 0 ? cli_text(TEXT_NEVER, language) : day(row->last_s, ret);
	case LIST_EXPIRES: return end_of(columns, row->standing.end_s, ret);
	case LIST_WAITING_UNTIL: return cli_list_waiting_until(row) == 0 ? "-" : cli_time_local(cli_list_waiting_until(row), ret);
	case LIST_DISABLED: return cli_text(row->disabled ? TEXT_LIST_YES : TEXT_LIST_NO, language);
	default: break;
	}
	value = cli_list_value(row, column, ret);
	if (value != ret)
		snprintf(ret, LIST_TEXT_MAX, "%s", value);
	lbr_text_sanitise(ret, false);
	return ret[0] != '\0' ? ret : "-";
}

static void put_value(struct columns *columns, const struct list_choice *choice, size_t at, const struct account_row *row)
{
	enum list_column column = choice->columns[at];
	unsigned width = width_of(choice, column), is;
	char text[LIST_TEXT_MAX];
	const char *value;

	columns->last = at + 1 == choice->count;
	if (column == LIST_STATE) {
		columns->state = columns->at;
		put_state(columns, row);
		is = columns->at - columns->state;
	} else {
		value = value_of(columns, row, column, text);
		is = cli_text_width(value);
		fputs(value, stdout);
		if (column == LIST_USER && at == 0 && is > width && !columns->last) {
			putchar('\n');
			is = 0;
		}
		columns->at += is;
	}
	if (columns->last)
		return;
	printf("%*s", (int)(is < width ? width - is : 0) + 1, "");
	columns->at += (is < width ? width - is : 0) + 1;
}

static void print_row(const struct cli *cli, const struct list_choice *choice, const struct account_row *row)
{
	struct columns columns = { .language = cli->language };
	size_t at;

	for (at = 0; at < choice->count; at++)
		put_value(&columns, choice, at, row);
	putchar('\n');
}

static void print_head(const struct cli *cli, const struct list_choice *choice)
{
	static const enum cli_text heads[LIST_COLUMNS] = {
		[LIST_USER] = TEXT_COLUMN_USER, [LIST_STATE] = TEXT_COLUMN_STATE, [LIST_PASSWORD] = TEXT_HEAD_PASSWORD,
		[LIST_PASSWORD_SET] = TEXT_HEAD_PASSWORD_SET, [LIST_TOKEN] = TEXT_COLUMN_TOKEN,
		[LIST_RECOVERY_CODES] = TEXT_HEAD_RECOVERY_CODES, [LIST_LAST] = TEXT_COLUMN_LAST,
		[LIST_EXPIRES] = TEXT_COLUMN_EXPIRES,
		[LIST_WAITING_UNTIL] = TEXT_HEAD_WAITING_UNTIL, [LIST_DISABLED] = TEXT_HEAD_DISABLED, [LIST_UID] = TEXT_HEAD_UID,
		[LIST_SYSTEM_UID] = TEXT_HEAD_SYSTEM_UID, [LIST_CONTACT] = TEXT_HEAD_CONTACT, [LIST_EMAIL] = TEXT_HEAD_EMAIL,
		[LIST_PHONE] = TEXT_HEAD_PHONE, [LIST_LANGUAGE] = TEXT_HEAD_LANGUAGE,
	};
	size_t at;

	for (at = 0; at < choice->count; at++) {
		const char *head = cli_text(heads[choice->columns[at]], cli->language);

		if (at + 1 < choice->count)
			cli_write_padded(stdout, head, width_of(choice, choice->columns[at]));
		else
			puts(head);
	}
}

const struct list_printer cli_list_screen = {
	{ { LIST_USER, LIST_TOKEN, LIST_LAST, LIST_EXPIRES, LIST_STATE }, 5, false, 0 }, print_head, print_row
};
