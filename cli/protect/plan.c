/* The new text of a service's file: a block for each type of lines, where that type asks Unix. */
#include "plan_block.h"

#include <stdlib.h>
#include <string.h>

static void refuse(struct plan *ret, enum plan_why why, unsigned line)
{
	ret->result = PLAN_REFUSED;
	ret->why = why;
	ret->line = line;
}

static bool has_type(const struct plan_lines *lines, enum pam_type type)
{
	unsigned at;

	for (at = 0; at < lines->count; at++)
		if (lines->list[at].kind > 0 && lines->list[at].type == type)
			return true;
	return false;
}

static void put_line(const struct planning *on, unsigned at)
{
	const struct plan_line *line = &on->lines->list[at];
	bool replaced = false;
	int type;

	for (type = 0; type < PAM_TYPE_SESSION; type++) {
		if (on->places[type] != (int)at || cli_form_way(on->form, (enum pam_type)type) == FORM_LEAVE)
			continue;
		cli_plan_put_block(on, (enum pam_type)type, line);
		replaced |= type == PAM_TYPE_AUTH || cli_form_way(on->form, (enum pam_type)type) == FORM_ALL;
	}
	if (!replaced)
		fprintf(on->to, "%.*s%s", (int)line->len, on->lines->text + line->from,
		        on->lines->text[line->from + line->len - 1] == '\n' ? "" : "\n");
}

static bool write_all(struct planning *on, struct plan *ret)
{
	const struct plan_lines *lines = on->lines;
	unsigned at;
	int type;

	on->to = open_memstream(&ret->text, &ret->len);
	if (on->to == NULL)
		return false;
	for (at = 0; at < lines->count; at++)
		put_line(on, at);
	for (type = 0; type < PAM_TYPE_SESSION; type++)
		if (on->places[type] < 0 && cli_form_way(on->form, (enum pam_type)type) != FORM_LEAVE &&
		    !has_type(lines, (enum pam_type)type))
			cli_plan_put_absent(on, (enum pam_type)type);
	return fclose(on->to) == 0;
}

/* Would a line above the place jump into the block, or over it? Of what an include holds nothing is known here. */
static bool is_jumped(const struct plan_lines *lines, enum pam_type type, int place, struct plan *ret)
{
	int between = 0, at;

	for (at = place - 1; at >= 0; at--) {
		const struct plan_line *line = &lines->list[at];

		if (line->kind <= 0 || (line->type != type && line->type != PAM_TYPES))
			continue;
		if (line->kind == 1 && line->jump > between) {
			refuse(ret, PLAN_WHY_JUMP, line->number);
			return true;
		}
		between += line->kind == 1;
	}
	return false;
}

/* Of what an @include holds nothing is known here, but Debian's name says it. */
static bool may_be_account(const struct plan_line *line)
{
	if (line->kind > 0 && line->type == PAM_TYPES)
		return strncmp(line->name, "common-session", strlen("common-session")) != 0;
	return line->kind > 0 && line->type == PAM_TYPE_ACCOUNT;
}

/* People with an account stop at the block, so a line for everybody must come before it. */
static bool is_followed(const struct plan_lines *lines, int place, struct plan *ret)
{
	unsigned at;

	for (at = (unsigned)place + 1; at < lines->count; at++)
		if (may_be_account(&lines->list[at])) {
			refuse(ret, PLAN_WHY_AFTER, lines->list[at].number);
			return true;
		}
	return false;
}

/* A screen locker has no lines but login's, which ask twice: where it has one field. */
static int find_login(const struct planning *on)
{
	unsigned at;

	if (!cli_form_is_locker(on->form))
		return -1;
	for (at = 0; at < on->lines->count; at++)
		if (on->lines->list[at].kind == 2 && on->lines->list[at].type == PAM_TYPE_AUTH &&
		    strcmp(on->lines->list[at].name, "login") == 0)
			return (int)at;
	return -1;
}

static bool find_places(struct planning *on, struct plan *ret)
{
	int type, place;

	for (type = 0; type < PAM_TYPE_SESSION; type++) {
		place = cli_plan_unix(on->lines, (enum pam_type)type, ret);
		if (place == -1 && type == PAM_TYPE_AUTH)
			place = find_login(on);
		on->places[type] = place;
		if (cli_form_way(on->form, (enum pam_type)type) == FORM_LEAVE)
			continue;
		if (place == -2 || (place >= 0 && is_jumped(on->lines, (enum pam_type)type, place, ret)))
			return false;
		if (type == PAM_TYPE_ACCOUNT && place >= 0 && on->form->account != FORM_ALL && is_followed(on->lines, place, ret))
			return false;
		if (place < 0 && has_type(on->lines, (enum pam_type)type)) {
			refuse(ret, PLAN_WHY_NO_AUTH, 0);
			return false;
		}
	}
	if (on->places[PAM_TYPE_AUTH] < 0 && on->form->auth != FORM_LEAVE)
		refuse(ret, PLAN_WHY_NO_AUTH, 0);
	return ret->result != PLAN_REFUSED;
}

/* A file that has nothing but another service's lines is protected by protecting that one. */
static bool is_elsewhere(const struct plan_lines *lines, const struct planning *on, struct plan *ret)
{
	unsigned at;

	for (at = 0; at < lines->count; at++) {
		const struct plan_line *line = &lines->list[at];

		if (line->kind == 2 && (line->type == PAM_TYPE_AUTH || line->type == PAM_TYPES) &&
		    on->places[PAM_TYPE_AUTH] == -1 && on->form->auth != FORM_LEAVE && strcmp(line->name, "postlogin") != 0 &&
		    strncmp(line->name, "common-", 7) != 0) {
			refuse(ret, PLAN_WHY_ELSEWHERE, line->number);
			snprintf(ret->name, sizeof(ret->name), "%s", line->name);
			return true;
		}
	}
	return false;
}

/* In lines of another type alone it asks nobody, and a block would come to stand beside them. */
static bool is_ours_already(const struct plan_lines *lines, const struct form *form, struct plan *ret)
{
	unsigned at, other = 0;
	bool ours = false;

	for (at = 0; at < lines->count; at++) {
		if (lines->list[at].ours && lines->list[at].type == cli_form_asks(form))
			ours = true;
		else if (lines->list[at].ours && other == 0)
			other = lines->list[at].number;
		if (strncmp(lines->text + lines->list[at].from, PLAN_BEGIN, strlen(PLAN_BEGIN)) == 0) {
			ret->result = PLAN_SAME;
			return true;
		}
	}
	if (ours)
		ret->result = PLAN_BY_HAND;
	else if (other > 0)
		refuse(ret, PLAN_WHY_HALF, other);
	return ours || other > 0;
}

void cli_plan_protect(const struct form *form, const char *service, const char *text, size_t len, struct plan *ret)
{
	struct plan_lines lines;
	struct planning on = { .form = form, .service = service, .lines = &lines };

	*ret = (struct plan){ .result = PLAN_CHANGES };
	if (cli_plan_read(text, len, &lines, ret) && !is_ours_already(&lines, form, ret) && find_places(&on, ret) &&
	    !write_all(&on, ret))
		refuse(ret, PLAN_WHY_MEMORY, 0);
	if (ret->result == PLAN_REFUSED && ret->why == PLAN_WHY_NO_AUTH)
		(void)is_elsewhere(&lines, &on, ret);
	free(lines.list);
}
