/* `list` for programs: tabs, or CSV with headings. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#include <liberations/texts.h>

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

/* JSON escapes control signs; here they would end a line or reach a terminal. */
static const char *clean(const char *value, char ret[LIST_TEXT_MAX])
{
	snprintf(ret, LIST_TEXT_MAX, "%s", value);
	lbr_text_sanitise(ret, false);
	return ret;
}

/* Without --columns, what earlier releases printed: the state of the account is a word of its own. */
static void print_tabs(const struct cli *cli, const struct list_choice *choice, const struct account_row *row)
{
	char text[LIST_TEXT_MAX], plain[LIST_TEXT_MAX];
	const char *value;
	size_t at;

	(void)cli;
	for (at = 0; at < choice->count; at++) {
		value = cli_list_value(row, choice->columns[at], text);
		if (choice->columns[at] == LIST_DISABLED && !choice->chosen)
			value = row->disabled ? "disabled" : "";
		printf("%s%s", at > 0 ? "\t" : "", value[0] != '\0' ? clean(value, plain) : "-");
	}
	putchar('\n');
}

static void print_csv_head(const struct cli *cli, const struct list_choice *choice)
{
	const char *word;
	size_t at;

	(void)cli;
	for (at = 0; at < choice->count; at++) {
		if (at > 0)
			putchar(',');
		for (word = cli_list_column_word(choice->columns[at]); *word != '\0'; word++)
			putchar(*word == '-' ? '_' : *word);
	}
	putchar('\n');
}

static void print_csv(const struct cli *cli, const struct list_choice *choice, const struct account_row *row)
{
	char text[LIST_TEXT_MAX], plain[LIST_TEXT_MAX];
	size_t at;

	(void)cli;
	for (at = 0; at < choice->count; at++) {
		if (at > 0)
			putchar(',');
		print_quoted(clean(cli_list_value(row, choice->columns[at], text), plain));
	}
	putchar('\n');
}

const struct list_printer cli_list_tabs = {
	{ { LIST_USER, LIST_PASSWORD, LIST_TOKEN, LIST_DISABLED, LIST_LAST, LIST_EXPIRES, LIST_STATE }, 7, false, 0 },
	NULL, print_tabs
};

const struct list_printer cli_list_csv = {
	{ { LIST_USER, LIST_PASSWORD, LIST_TOKEN, LIST_DISABLED, LIST_LAST, LIST_EXPIRES, LIST_UID, LIST_CONTACT, LIST_LANGUAGE,
	    LIST_STATE }, 10, false, 0 }, print_csv_head, print_csv
};
