#include "finding.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/texts.h>

#include "reason.h"

static const char *const level_names[] = {
	[FINDING_OK] = "ok", [FINDING_WARNING] = "warning", [FINDING_CRITICAL] = "critical", [FINDING_UNKNOWN] = "unknown",
	[FINDING_NOTE] = "note",
};

static int compare(const void *one, const void *other)
{
	const struct doctor_finding *left = one, *right = other;
	int order = strcmp(left->where, right->where);

	if (order == 0 && left->line != right->line)
		order = left->line < right->line ? -1 : 1;
	return order != 0 ? order : strcmp(left->text, right->text);
}

static void free_finding(void *finding)
{
	struct doctor_finding *one = finding;

	free(one->text);
	free(one->fix);
	free(one);
}

static bool has_room(struct findings *to)
{
	unsigned room = to->room > 0 ? 2 * to->room : 32;
	struct doctor_finding **grown;

	if (to->count < to->room)
		return true;
	grown = reallocarray(to->list, room, sizeof(*grown));
	if (grown == NULL)
		return false;
	to->list = grown;
	to->room = room;
	return true;
}

/* Two services may include one file: its fault is told once. */
static void keep(struct findings *to, struct doctor_finding *one)
{
	struct doctor_finding **known = has_room(to) ? tsearch(one, &to->seen, compare) : NULL;

	if (known != NULL && *known == one) {
		to->list[to->count++] = one;
		return;
	}
	to->lost = to->lost || known == NULL;
	free_finding(one);
}

static void add(struct findings *to, enum finding_level level, const char *check, const char *where, unsigned line,
                const char *fix, const char *text)
{
	struct doctor_finding *one = malloc(sizeof(*one));

	if (one == NULL) {
		to->lost = true;
		return;
	}
	*one = (struct doctor_finding){ .level = level, .check = check, .line = line, .text = strdup(text), .fix = strdup(fix) };
	snprintf(one->where, sizeof(one->where), "%s", where);
	lbr_text_sanitise(one->where, false);
	if (one->text == NULL || one->fix == NULL) {
		to->lost = true;
		free_finding(one);
		return;
	}
	lbr_text_sanitise(one->fix, false);
	keep(to, one);
}

void cli_finding_add(struct findings *to, enum finding_level level, const char *check, const char *where, unsigned line,
                     const char *fix, enum cli_text text, ...)
{
	char said[2048] = "";
	FILE *file = fmemopen(said, sizeof(said) - 1, "w");
	va_list list;

	if (file != NULL) {
		va_start(list, text);
		cli_write_list(file, to->language, 0, text, list);
		va_end(list);
		fclose(file);
	}
	lbr_text_sanitise(said, false);
	add(to, level, check, where, line, fix, said);
}

void cli_finding_add_reason(struct findings *to, enum finding_level level, const char *check, const char *where, const char *fix,
                            const struct lbr_reason *reason)
{
	char said[CLI_REASON_MAX];

	add(to, level, check, where, 0, fix, cli_reason(to->language, reason, said));
}

/* UNKNOWN counts for less than CRITICAL, for more than WARNING, as in `status`. */
enum finding_level cli_findings_worst(const struct findings *found)
{
	static const int weights[] = {
		[FINDING_OK] = 0, [FINDING_WARNING] = 1, [FINDING_CRITICAL] = 3, [FINDING_UNKNOWN] = 2, [FINDING_NOTE] = 0,
	};
	enum finding_level worst = found->lost ? FINDING_UNKNOWN : FINDING_OK;
	unsigned at;

	for (at = 0; at < found->count; at++)
		if (weights[found->list[at]->level] > weights[worst])
			worst = found->list[at]->level;
	return worst;
}

bool cli_findings_any_critical(const struct findings *found, unsigned from)
{
	unsigned at;

	for (at = from; at < found->count; at++)
		if (found->list[at]->level == FINDING_CRITICAL)
			return true;
	return false;
}

static unsigned count_of(const struct findings *found, enum finding_level level)
{
	unsigned at, count = 0;

	for (at = 0; at < found->count; at++)
		count += found->list[at]->level == level;
	return count;
}

json_t *cli_finding_json(const struct doctor_finding *one)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:o}", "severity", level_names[one->level], "check", one->check, "where",
	                 one->where, "line", one->line > 0 ? json_integer(one->line) : json_null(), "text", one->text, "fix",
	                 one->fix[0] != '\0' ? json_string(one->fix) : json_null());
}

static void print_one(const struct cli *cli, const struct doctor_finding *one)
{
	char line[16] = "";

	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(cli_finding_json(one));
		return;
	}
	if (one->line > 0)
		snprintf(line, sizeof(line), ":%u", one->line);
	printf("%s: %s%s%s%s\n", level_names[one->level], one->where, line, one->where[0] != '\0' ? ": " : "", one->text);
	if (one->fix[0] != '\0')
		printf("    %s\n", one->fix);
}

static void print_head(const struct cli *cli, const struct findings *found)
{
	static const char *const words[] = {
		[FINDING_OK] = "OK", [FINDING_WARNING] = "WARNING", [FINDING_CRITICAL] = "CRITICAL", [FINDING_UNKNOWN] = "UNKNOWN",
	};
	char critical[16], warnings[16], notes[16];

	if (cli_has(cli, CLI_JSON))
		return;
	snprintf(critical, sizeof(critical), "%u", count_of(found, FINDING_CRITICAL));
	snprintf(warnings, sizeof(warnings), "%u", count_of(found, FINDING_WARNING));
	snprintf(notes, sizeof(notes), "%u", count_of(found, FINDING_NOTE));
	printf("LIBERATIONS %s: ", words[cli_findings_worst(found)]);
	cli_write(stdout, cli->language, TEXT_DOCTOR_HEAD, critical, warnings, notes, NULL);
}

void cli_findings_print(const struct cli *cli, const struct findings *found)
{
	static const enum finding_level order[] = { FINDING_CRITICAL, FINDING_UNKNOWN, FINDING_WARNING, FINDING_NOTE, FINDING_OK };
	unsigned at, rank;

	print_head(cli, found);
	for (rank = 0; rank < sizeof(order) / sizeof(order[0]); rank++)
		for (at = 0; at < found->count; at++)
			if (found->list[at]->level == order[rank])
				print_one(cli, found->list[at]);
}

void cli_findings_free(struct findings *found)
{
	tdestroy(found->seen, free_finding);
	free(found->list);
	*found = (struct findings){ .list = NULL };
}
