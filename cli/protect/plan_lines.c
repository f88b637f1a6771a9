/* The logical lines of a service's file, and the ones among them that ask Unix. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

/* What distributions include for everybody: Debian's, Fedora's, Arch's, Alpine's. */
static const struct { const char *name; int type; } commons[] = {
	{ "common-auth", PAM_TYPE_AUTH }, { "common-account", PAM_TYPE_ACCOUNT }, { "common-password", PAM_TYPE_PASSWORD },
	{ "system-auth", PAM_TYPES }, { "password-auth", PAM_TYPES }, { "system-login", PAM_TYPES },
	{ "system-local-login", PAM_TYPES }, { "system-remote-login", PAM_TYPES }, { "base-auth", PAM_TYPE_AUTH },
	{ "base-account", PAM_TYPE_ACCOUNT }, { "base-password", PAM_TYPE_PASSWORD },
};

static int common_of(const char *name)
{
	size_t at;

	for (at = 0; at < sizeof(commons) / sizeof(commons[0]); at++)
		if (strcmp(commons[at].name, name) == 0)
			return (int)at;
	return -1;
}

static void take_include(struct plan_line *to, const char *file)
{
	int common;

	snprintf(to->name, sizeof(to->name), "%s", file);
	common = common_of(to->name);
	if (to->type == PAM_TYPES && common >= 0)
		to->type = (enum pam_type)commons[common].type;
}

static void take_module(struct plan_line *to, const struct pam_line *line)
{
	int code;

	to->ours = cli_pam_is(line, "pam_liberations.so");
	to->unix_module = cli_pam_is(line, "pam_unix.so");
	to->simple = line->actions[CODE_SUCCESS] == PAM_ACT_OK &&
	             (line->actions[CODE_AUTH_ERR] == PAM_ACT_BAD || line->actions[CODE_AUTH_ERR] == PAM_ACT_DIE);
	for (code = 0; code < PAM_CODES; code++)
		if (line->actions[code] > to->jump)
			to->jump = line->actions[code];
}

/* Joins continued lines into `logical`; `*at` moves behind them. The reason not to, or PLAN_WHY_NONE. */
static enum plan_why join(const char *text, size_t len, size_t *at, unsigned *number, char logical[PAM_LINE_TEXT])
{
	enum pam_join how = PAM_JOIN_NONE;
	size_t used = 0, part;
	const char *comment;
	bool more = true;

	while (more && *at < len) {
		part = strcspn(text + *at, "\n");
		comment = memchr(text + *at, '#', part);
		how = cli_pam_join(text + *at, part, how);
		more = how == PAM_JOIN_NEXT;
		if (used + part + 1 >= PAM_LINE_TEXT && comment == NULL)
			return PLAN_WHY_LONG;
		if (comment == NULL || used + (size_t)(comment - (text + *at)) + 1 < PAM_LINE_TEXT) {
			size_t keep = comment != NULL ? (size_t)(comment - (text + *at)) : part - (more ? 1 : 0);

			memcpy(logical + used, text + *at, keep);
			used += keep;
			if (more)
				logical[used++] = ' ';
		}
		*at += part + (text[*at + part] == '\n');
		++*number;
	}
	logical[used] = '\0';
	return how == PAM_JOIN_NONE ? PLAN_WHY_NONE : PLAN_WHY_JOIN;
}

static bool refuse(struct plan *ret, enum plan_why why, unsigned line)
{
	ret->result = PLAN_REFUSED;
	ret->why = why;
	ret->line = line;
	return false;
}

static bool take_line(struct plan_line *to, const char *logical)
{
	struct pam_line *line = calloc(1, sizeof(*line));
	const char *file = NULL;

	if (line == NULL)
		return false;
	to->kind = cli_pam_line_read(logical, line, &file);
	to->type = line->type;
	if (to->kind == 2)
		take_include(to, file);
	else if (to->kind == 1)
		take_module(to, line);
	free(line);
	return true;
}

bool cli_plan_read(const char *text, size_t len, struct plan_lines *lines, struct plan *ret)
{
	char logical[PAM_LINE_TEXT];
	unsigned number = 0;
	enum plan_why why;
	size_t at = 0;

	*lines = (struct plan_lines){ .text = text, .list = calloc(PLAN_LINES_MAX, sizeof(*lines->list)) };
	if (lines->list == NULL)
		return refuse(ret, PLAN_WHY_MEMORY, 0);
	if (memchr(text, '\0', len) != NULL)
		return refuse(ret, PLAN_WHY_LINE, 0);
	while (at < len) {
		struct plan_line *line = &lines->list[lines->count];

		if (lines->count == PLAN_LINES_MAX)
			return refuse(ret, PLAN_WHY_LONG, number);
		line->from = at;
		line->number = number + 1;
		why = join(text, len, &at, &number, logical);
		line->len = at - line->from;
		if (why != PLAN_WHY_LONG && memchr(text + line->from, '\r', line->len) != NULL)
			why = PLAN_WHY_CR;
		if (why != PLAN_WHY_NONE)
			return refuse(ret, why, line->number);
		if (!take_line(line, logical))
			return refuse(ret, PLAN_WHY_MEMORY, 0);
		if (line->kind < 0)
			return refuse(ret, PLAN_WHY_LINE, line->number);
		lines->count++;
	}
	return true;
}

/* Does the line decide for that type by what Unix says? */
static bool asks_unix(const struct plan_line *line, enum pam_type type)
{
	if (line->kind == 1)
		return line->type == type && line->unix_module;
	return line->kind == 2 && common_of(line->name) >= 0 && (line->type == type || line->type == PAM_TYPES) &&
	       !(line->type == PAM_TYPES && commons[common_of(line->name)].type != PAM_TYPES);
}

int cli_plan_unix(const struct plan_lines *lines, enum pam_type type, struct plan *ret)
{
	int found = -1;
	unsigned at;

	for (at = 0; at < lines->count; at++) {
		const struct plan_line *line = &lines->list[at];

		if (!asks_unix(line, type))
			continue;
		if (found >= 0 || (line->kind == 1 && !line->simple)) {
			(void)refuse(ret, found >= 0 ? PLAN_WHY_TWO : PLAN_WHY_CONTROL, line->number);
			return -2;
		}
		found = (int)at;
	}
	return found;
}
