/* Reads the files of a service: continued lines, comments, includes, substacks, `other` for a type that it does not have. */
#include "pam_stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INCLUDES_MAX 32 /* as libpam */

struct pam_reading {
	const char *const *directories;
	struct pam_stack  *stack;
	struct findings   *to;
	unsigned           depth;
};

static bool read_file(const struct pam_reading *on, const char *name, int type, unsigned level);

static FILE *open_file(const struct pam_reading *on, const char *name, char ret_path[FINDING_PATH])
{
	FILE *file = NULL;
	size_t at;

	for (at = 0; file == NULL && on->directories[at] != NULL; at++) {
		if (name[0] == '/')
			snprintf(ret_path, FINDING_PATH, "%s", name);
		else
			snprintf(ret_path, FINDING_PATH, "%s/%s", on->directories[at], name);
		file = fopen(ret_path, "re");
	}
	return file;
}

/* One logical line: a backslash at the end joins the next one; a comment begins anywhere. `*ret_join`: how it ends. */
static bool read_logical(FILE *file, char ret[PAM_LINE_TEXT], unsigned *number, enum pam_join *ret_join)
{
	enum pam_join join = PAM_JOIN_NONE;
	char *text = NULL, *comment;
	size_t room = 0, len = 0;
	bool any = false;

	ret[0] = '\0';
	while ((!any || join == PAM_JOIN_NEXT) && getline(&text, &room, file) >= 0) {
		any = true;
		++*number;
		join = cli_pam_join(text, strcspn(text, "\n"), join);
		text[strcspn(text, "\r\n")] = '\0';
		comment = strchr(text, '#');
		if (comment != NULL)
			*comment = '\0';
		if (join == PAM_JOIN_NEXT)
			text[strlen(text) - 1] = ' ';
		len += (size_t)snprintf(ret + len, len < PAM_LINE_TEXT ? PAM_LINE_TEXT - len : 0, "%s", text);
		if (len >= PAM_LINE_TEXT)
			len = PAM_LINE_TEXT - 1;
	}
	free(text);
	*ret_join = join;
	return any;
}

static void say_comment(const struct pam_reading *on, const char *path, unsigned number, enum cli_text text, const char *word)
{
	char fix[FINDING_PATH + 64];

	snprintf(fix, sizeof(fix), "sudo sed -i '%us/^/#/' %s", number, path);
	cli_finding_add(on->to, FINDING_CRITICAL, "pam", path, number, fix, text, word, NULL);
}

/* To comment out its first line would leave the others to whatever follows. */
static void say_join(const struct pam_reading *on, const char *path, unsigned number)
{
	char fix[FINDING_PATH + 32];

	snprintf(fix, sizeof(fix), "sudoedit +%u %s", number, path);
	cli_finding_add(on->to, FINDING_CRITICAL, "pam", path, number, fix, TEXT_DOCTOR_PAM_JOIN, NULL);
}

static struct pam_line *next_line(const struct pam_reading *on)
{
	return on->stack->count < PAM_STACK_MAX ? &on->stack->lines[on->stack->count] : NULL;
}

static void take_include(const struct pam_reading *on, struct pam_line *line, const char *file, int type, unsigned level)
{
	struct pam_reading deeper = *on;
	char name[FINDING_PATH], path[FINDING_PATH];
	unsigned number = line->number;
	int of = line->type == PAM_TYPES ? type : (int)line->type;

	if (line->type != PAM_TYPES && type != PAM_TYPES && of != type)
		return;
	deeper.depth++;
	snprintf(name, sizeof(name), "%s", file);
	snprintf(path, sizeof(path), "%s", line->path);
	if (line->substack) {
		line->module = NULL;
		on->stack->count++;
	}
	if (deeper.depth > INCLUDES_MAX || !read_file(&deeper, name, of, level + (line->substack ? 1 : 0)))
		say_comment(on, path, number, TEXT_DOCTOR_INCLUDE, cli_safe(name));
}

static void take_line(const struct pam_reading *on, const char *text, const char *path, unsigned number, int type, unsigned level)
{
	struct pam_line *line = next_line(on);
	const char *file = NULL;
	int kind;

	if (line == NULL)
		return;
	kind = cli_pam_line_read(text, line, &file);
	snprintf(line->path, sizeof(line->path), "%s", path);
	line->number = number;
	line->level = level;
	if (kind < 0)
		say_comment(on, path, number, TEXT_DOCTOR_BAD_LINE, "");
	else if (kind == 2)
		take_include(on, line, file, type, level);
	else if (kind == 1 && (type == PAM_TYPES || (int)line->type == type))
		on->stack->count++;
}

static bool read_file(const struct pam_reading *on, const char *name, int type, unsigned level)
{
	char path[FINDING_PATH], text[PAM_LINE_TEXT];
	unsigned number = 0, begin;
	enum pam_join join;
	FILE *file = open_file(on, name, path);

	if (file == NULL)
		return false;
	for (begin = 1; read_logical(file, text, &number, &join); begin = number + 1) {
		if (join != PAM_JOIN_NONE)
			say_join(on, path, begin);
		take_line(on, text, path, begin, type, level);
	}
	fclose(file);
	return true;
}

static bool has_type(const struct pam_stack *stack, enum pam_type type)
{
	unsigned at;

	for (at = 0; at < stack->count; at++)
		if (stack->lines[at].type == type)
			return true;
	return false;
}

bool cli_pam_stack_read(const char *const *directories, const char *service, struct pam_stack *ret, struct findings *to)
{
	struct pam_reading on = { .directories = directories, .stack = ret, .to = to };
	bool found;
	int type;

	ret->service = service;
	ret->count = 0;
	found = read_file(&on, service, PAM_TYPES, 0);
	ret->own = ret->count;
	for (type = 0; found && type < PAM_TYPES; type++)
		if (!has_type(ret, (enum pam_type)type))
			(void)read_file(&on, "other", type, 0);
	return found;
}
