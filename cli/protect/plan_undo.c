/* Takes the blocks of `protect` out of a file that somebody edited since. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* What a block may hold: anything else was put in by somebody, and is not thrown away. */
static bool may_go(const char *line, size_t len)
{
	static const char *const ours[] = { "pam_liberations.so", "pam_succeed_if.so quiet uid = 0", " substack ", " include ",
	                                    "pam_permit.so", "pam_unix.so" };
	size_t at;

	for (at = 0; at < sizeof(ours) / sizeof(ours[0]); at++)
		if (memmem(line, len, ours[at], strlen(ours[at])) != NULL)
			return line[0] != '#';
	return false;
}

struct undoing {
	FILE    *to;
	bool     inside, any;
	unsigned number;
};

/* False: an unknown line inside a block. */
static bool take(struct undoing *on, const char *line, size_t len)
{
	bool joined = begins(line, PLAN_JOINED);

	if (begins(line, PLAN_BEGIN)) {
		on->any = true;
		return !on->inside && (on->inside = true);
	}
	if (!on->inside)
		return fwrite(line, 1, len, on->to) == len;
	if (begins(line, PLAN_END)) {
		on->inside = false;
		return true;
	}
	if (!joined && !begins(line, PLAN_KEPT))
		return may_go(line, len);
	line += strlen(PLAN_KEPT);
	len -= strlen(PLAN_KEPT);
	len -= len > 0 && line[len - 1] == '\n';
	return fprintf(on->to, "%.*s%s\n", (int)len, line, joined ? "\\" : "") >= 0;
}

void cli_plan_undo(const char *text, size_t len, struct plan *ret)
{
	struct undoing on = { .number = 0 };
	size_t at, part;
	bool good = true;

	*ret = (struct plan){ .result = PLAN_REFUSED, .why = PLAN_WHY_LINE };
	if (memchr(text, '\0', len) != NULL)
		return;
	*ret = (struct plan){ .result = PLAN_CHANGES };
	on.to = open_memstream(&ret->text, &ret->len);
	for (at = 0; on.to != NULL && good && at < len; at += part) {
		part = strcspn(text + at, "\n");
		part += text[at + part] == '\n';
		on.number++;
		good = take(&on, text + at, part);
	}
	if (on.to == NULL || fclose(on.to) != 0)
		*ret = (struct plan){ .result = PLAN_REFUSED, .why = PLAN_WHY_MEMORY, .text = ret->text };
	else if (!good || on.inside)
		*ret = (struct plan){ .result = PLAN_REFUSED, .why = PLAN_WHY_BLOCK, .line = on.number, .text = ret->text };
	else if (!on.any)
		ret->result = PLAN_SAME;
}
