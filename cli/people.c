/* The people to invite. */
#include "people.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "on_behalf.h"
#include "reason.h"

#define LINE_ROOM (CSV_LINE_MAX + 16) /* with the marks of spreadsheets; what fills it is too long */
#define PASSED_OVER_MAX (1 << 20)

static enum cli_status add(const struct cli *cli, struct people *people, const struct person *person)
{
	size_t room = people->room > 0 ? people->room * 2 : 16;
	struct person *list;

	if (people->count == people->room) {
		list = reallocarray(people->list, room, sizeof(*list));
		if (list == NULL)
			return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
		people->list = list;
		people->room = room;
	}
	people->list[people->count++] = *person;
	return CLI_DONE;
}

void cli_people_free(struct people *people)
{
	free(people->list);
	*people = (struct people){ .list = NULL };
}

void cli_people_locate(struct cli *cli, const struct person *person, struct csv_where *where)
{
	cli->where = NULL;
	if (person == NULL || person->line == 0)
		return;
	snprintf(where->text, sizeof(where->text), "%.120s: %s %u, %s %u", cli_safe(cli->csv),
	         cli_text(TEXT_LINE, cli->language), person->line, cli_text(TEXT_COLUMN, cli->language), person->column);
	cli->where = where->text;
}

/* A person with a valid name is kept despite other faults, and compared with the rest, so that all faults are told at once. */
static enum cli_status keep_named(const struct cli *cli, struct people *people, const struct person *person, enum cli_status worst)
{
	enum cli_status status = person->name[0] != '\0' ? add(cli, people, person) : CLI_DONE;

	return status > worst ? status : worst;
}

static enum cli_status read_words(struct cli *cli, struct people *people)
{
	enum cli_status worst = CLI_DONE, status;
	int at;

	for (at = 0; at < cli->count; at++) {
		struct person person = { .language = LBR_LANGUAGE_NONE };

		status = cli_person_take(cli, cli->words[at], &person);
		if (status == CLI_DONE && cli_has(cli, CLI_CONTACT))
			status = cli_person_set_contact(cli, cli->contact, &person);
		worst = keep_named(cli, people, &person, status > worst ? status : worst);
	}
	return worst;
}

/* Removes what spreadsheets write before the first line and at the end of each. */
static char *cut_marks(char *line, size_t *len, unsigned number)
{
	if (*len > 0 && line[*len - 1] == '\n')
		line[--*len] = '\0';
	if (*len > 0 && line[*len - 1] == '\r')
		line[--*len] = '\0';
	if (number > 1 || strncmp(line, "\xef\xbb\xbf", 3) != 0)
		return line;
	*len -= 3;
	return line + 3;
}

static enum cli_status read_line(struct cli *cli, char *line, size_t len, unsigned number, struct people *people)
{
	struct person person = { .line = number };
	struct csv_where where;
	enum cli_status status;

	line = cut_marks(line, &len, number);
	if (len <= CSV_LINE_MAX && strlen(line) == len)
		return keep_named(cli, people, &person, cli_people_parse(cli, line, &person));
	person.column = (unsigned)(strlen(line) < len ? strlen(line) : CSV_LINE_MAX) + 1;
	cli_people_locate(cli, &person, &where);
	status = cli_fail(cli, CLI_USAGE, TEXT_CSV_LINE, NULL);
	cli->where = NULL;
	return status;
}

/* Reads one line with its newline, and passes over what is longer than any may be, up to a bound. `*ret_len` is then more than what
 * a line may have. False: the file has ended, or never will. */
static bool next_line(FILE *file, char ret[LINE_ROOM], size_t *ret_len)
{
	size_t read = 0;
	int byte = '\0';

	while (byte != '\n' && read < PASSED_OVER_MAX && (byte = getc(file)) != EOF)
		if (read++ < LINE_ROOM - 1)
			ret[read - 1] = (char)byte;
	*ret_len = read < LINE_ROOM ? read : LINE_ROOM - 1;
	ret[*ret_len] = '\0';
	return byte == '\n';
}

static enum cli_status read_lines(struct cli *cli, FILE *file, struct people *people)
{
	enum cli_status worst = CLI_DONE, status;
	char line[LINE_ROOM];
	unsigned number = 0;
	bool goes_on = true;
	size_t len;

	while (goes_on) {
		errno = 0;
		goes_on = next_line(file, line, &len);
		if (len == 0)
			break;
		status = read_line(cli, line, len, ++number, people);
		worst = status > worst ? status : worst;
	}
	if (ferror(file))
		worst = cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->csv), cli_errno(cli->language, errno), NULL);
	else if (number == 0)
		worst = cli_fail(cli, CLI_USAGE, TEXT_CSV_EMPTY, cli_safe(cli->csv), NULL);
	return worst;
}

/* Root's own shell may hand over a pipe; a caller of sudo who names one would keep root waiting. */
static bool is_list(int fd)
{
	struct stat st;
	uid_t caller;

	if (fstat(fd, &st) != 0)
		return false;
	return S_ISREG(st.st_mode) || (S_ISFIFO(st.st_mode) && !cli_on_behalf(&caller));
}

/* Messages quote the line, so the file is read with the rights of the caller who sees them. NULL: the message said why. */
static FILE *open_csv(const struct cli *cli)
{
	uid_t caller;
	int fd = cli_on_behalf_open(cli->csv, cli_on_behalf(&caller) ? O_NONBLOCK : 0);
	FILE *file = NULL;

	if (fd >= 0 && !is_list(fd)) {
		(void)cli_fail(cli, CLI_FAULT, TEXT_CSV_KIND, cli_safe(cli->csv), NULL);
		close(fd);
		return NULL;
	}
	if (fd >= 0)
		file = fdopen(fd, "r");
	if (file == NULL)
		(void)cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->csv), cli_errno(cli->language, errno), NULL);
	if (fd >= 0 && file == NULL)
		close(fd);
	return file;
}

static enum cli_status read_file(struct cli *cli, struct people *people)
{
	bool is_stdin = strcmp(cli->csv, "-") == 0;
	FILE *file = is_stdin ? stdin : open_csv(cli);
	enum cli_status status;

	if (file == NULL)
		return CLI_FAULT;
	status = read_lines(cli, file, people);
	if (!is_stdin)
		fclose(file);
	return status;
}

/* Two names that count as the same person are neighbours once sorted. */
struct folded {
	char                 name[LBR_NAME_FOLDED_MAX + 1];
	const struct person *person;
};

static int compare(const void *one, const void *other)
{
	const struct folded *left = one, *right = other;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : (left->person > right->person) - (left->person < right->person);
}

static enum cli_status find_doubles(struct cli *cli, const struct people *people)
{
	struct folded *folded = calloc(people->count + 1, sizeof(*folded));
	enum cli_status worst = CLI_DONE;
	struct csv_where where;
	size_t at;

	if (folded == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, ENOMEM), NULL);
	for (at = 0; at < people->count; at++) {
		folded[at].person = &people->list[at];
		if (lbr_name_fold(people->list[at].name, folded[at].name) != LBR_OK)
			worst = cli_fail(cli, CLI_FAULT, TEXT_BAD_NAME, people->list[at].name, NULL);
	}
	qsort(folded, people->count, sizeof(*folded), compare);
	for (at = 1; at < people->count; at++) {
		if (strcmp(folded[at - 1].name, folded[at].name) != 0)
			continue;
		cli_people_locate(cli, folded[at].person, &where);
		worst = cli_fail(cli, worst > CLI_USAGE ? worst : CLI_USAGE, TEXT_DOUBLE, folded[at].person->name,
		                     NULL);
		cli->where = NULL;
	}
	free(folded);
	return worst;
}

enum cli_status cli_people_read(struct cli *cli, struct people *people)
{
	enum cli_status worst = cli_has(cli, CLI_CSV) ? read_file(cli, people) : read_words(cli, people);
	enum cli_status status = find_doubles(cli, people);

	return status > worst ? status : worst;
}
