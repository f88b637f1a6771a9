/* One line of a file of people: user[,contact[,language[,name]]], with fields quoted as in RFC 4180 or not; a semicolon, which no
 * field can contain, separates as well. */
#include "people.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/texts.h>

#define FIELDS_MAX 4

/* Removes the closing quote and the doubled quotes from a field whose opening quote is just before `at`. Returns what follows
 * the field, or NULL if it never ends. */
static char *unquote(char *at)
{
	char *to = at;

	for (; *at != '\0'; *to++ = *at++) {
		if (*at == '"' && *++at != '"') {
			*to = '\0';
			return at;
		}
	}
	return NULL;
}

/* Splits in place. Returns the number of fields, or 0: a misplaced quote, or too many fields, at `*ret_fault`. `starts` are where
 * the fields begin. */
static unsigned split(char *line, char *fields[FIELDS_MAX], const char *starts[FIELDS_MAX], const char **ret_fault)
{
	unsigned count = 0;
	char *end, after;

	for (;; line = end + 1) {
		*ret_fault = line;
		if (count == FIELDS_MAX)
			return 0;
		starts[count] = line;
		fields[count] = line + (*line == '"');
		end = *line == '"' ? unquote(line + 1) : line + strcspn(line, ",;\"");
		*ret_fault = end != NULL ? end : line;
		if (end == NULL || (*end != '\0' && *end != ',' && *end != ';'))
			return 0;
		after = *end;
		*end = '\0';
		count++;
		if (after == '\0')
			return count;
	}
}

/* The first byte of a control character or of what is not UTF-8, or NULL. */
static const char *find_control(const char *text)
{
	char clean[CSV_LINE_MAX + 1];
	size_t at;

	snprintf(clean, sizeof(clean), "%s", text);
	lbr_text_sanitise(clean, false);
	for (at = 0; clean[at] == text[at]; at++)
		if (text[at] == '\0')
			return NULL;
	return text + at;
}

/* The number of the character that begins at byte `at` of the line as it was. */
static unsigned column_of(const char *line, size_t at)
{
	unsigned column = 1;

	for (; at > 0; at--)
		column += ((unsigned char)line[at - 1] & 0xc0) != 0x80;
	return column;
}

static enum cli_status take_contact(const struct cli *cli, const char *field, struct person *person)
{
	return field[0] == '\0' ? CLI_DONE : cli_person_set_contact(cli, field, person);
}

static enum cli_status take_language(const struct cli *cli, const char *field, struct person *person)
{
	if (strcmp(field, "en") == 0)
		person->language = LBR_LANGUAGE_EN;
	else if (strcmp(field, "fr") == 0)
		person->language = LBR_LANGUAGE_FR;
	else if (field[0] != '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_LANGUAGE, cli_safe(field), NULL);
	return CLI_DONE;
}

/* The name as it stands in a letter; an empty field leaves the Unix user's. */
static enum cli_status take_full_name(const struct cli *cli, const char *field, struct person *person)
{
	if (strlen(field) >= sizeof(person->full_name))
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_FULL_NAME, NULL);
	if (field[0] != '\0')
		memcpy(person->full_name, field, strlen(field) + 1);
	return CLI_DONE;
}

/* The fields in their order; each fault names its own column. */
static enum cli_status take_field(const struct cli *cli, unsigned number, const char *field, struct person *person)
{
	switch (number) {
	case 0:
		return cli_person_take(cli, field, person);
	case 1:
		return take_contact(cli, field, person);
	case 2:
		return take_language(cli, field, person);
	default:
		return take_full_name(cli, field, person);
	}
}

static enum cli_status fail_at(struct cli *cli, struct person *person, unsigned column, enum cli_text text)
{
	struct csv_where where;

	person->column = column;
	cli_people_locate(cli, person, &where);
	return cli_fail(cli, CLI_USAGE, text, NULL);
}

static enum cli_status parse(struct cli *cli, char *line, const char *whole, struct person *person)
{
	const char *starts[FIELDS_MAX], *fault = find_control(line);
	enum cli_status status, worst = CLI_DONE;
	char *fields[FIELDS_MAX];
	struct csv_where where;
	unsigned count, at;

	if (fault != NULL)
		return fail_at(cli, person, column_of(whole, (size_t)(fault - line)), TEXT_CSV_LINE);
	count = split(line, fields, starts, &fault);
	if (count == 0)
		return fail_at(cli, person, column_of(whole, (size_t)(fault - line)), TEXT_CSV_FIELDS);
	for (at = 0; at < count; at++) {
		person->column = column_of(whole, (size_t)(starts[at] - line));
		cli_people_locate(cli, person, &where);
		status = take_field(cli, at, fields[at], person);
		worst = status > worst ? status : worst;
	}
	return worst;
}

enum cli_status cli_people_parse(struct cli *cli, char *line, struct person *person)
{
	char whole[CSV_LINE_MAX + 1]; /* the parts move within `line` */
	enum cli_status status;

	snprintf(whole, sizeof(whole), "%s", line);
	status = parse(cli, line, whole, person);
	person->column = 1; /* of the name, for what concerns the whole person */
	cli->where = NULL;
	return status;
}
