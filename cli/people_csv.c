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

/* Splits in place. Returns the number of fields, or 0: a misplaced quote, or too many fields. */
static unsigned split(char *line, char *fields[FIELDS_MAX])
{
	unsigned count = 0;
	char *end, after;

	for (;; line = end + 1) {
		if (count == FIELDS_MAX)
			return 0;
		fields[count] = line + (*line == '"');
		end = *line == '"' ? unquote(line + 1) : line + strcspn(line, ",;\"");
		if (end == NULL || (*end != '\0' && *end != ',' && *end != ';'))
			return 0;
		after = *end;
		*end = '\0';
		count++;
		if (after == '\0')
			return count;
	}
}

static bool has_control(const char *text)
{
	char clean[1025]; /* the longest line */

	snprintf(clean, sizeof(clean), "%s", text);
	lbr_text_sanitise(clean, false);
	return strcmp(clean, text) != 0;
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

enum cli_status cli_people_parse(const struct cli *cli, char *line, struct person *person)
{
	char *fields[FIELDS_MAX];
	enum cli_status statuses[FIELDS_MAX] = { CLI_DONE }, worst = CLI_DONE;
	unsigned count, at;

	if (has_control(line))
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_LINE, NULL);
	count = split(line, fields);
	if (count == 0)
		return cli_fail(cli, CLI_USAGE, TEXT_CSV_FIELDS, NULL);
	statuses[0] = cli_person_take(cli, fields[0], person);
	if (count > 1)
		statuses[1] = take_contact(cli, fields[1], person);
	if (count > 2)
		statuses[2] = take_language(cli, fields[2], person);
	if (count > 3)
		statuses[3] = take_full_name(cli, fields[3], person);
	for (at = 0; at < count; at++)
		worst = statuses[at] > worst ? statuses[at] : worst;
	return worst;
}
