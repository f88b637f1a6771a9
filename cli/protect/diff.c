/* A unified diff of two short texts. */
#include "plan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AROUND 3

struct diff {
	const char **lines[2]; /* each ends where the next one begins */
	unsigned     count[2];
	uint16_t    *common;   /* of the rests behind two lines: how many lines they share */
};

struct diff_step { char sign; unsigned at[2]; };

static bool cut(const char *text, const char ***ret, unsigned *count)
{
	const char *at = text;

	*ret = calloc(2 * PLAN_LINES_MAX + 2, sizeof(**ret));
	if (*ret == NULL)
		return false;
	for (*count = 0; *at != '\0' && *count < 2 * PLAN_LINES_MAX; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n'))
		(*ret)[(*count)++] = at;
	(*ret)[*count] = at;
	return true;
}

static bool is_same(const struct diff *on, unsigned old, unsigned new)
{
	size_t len = (size_t)(on->lines[0][old + 1] - on->lines[0][old]);

	return len == (size_t)(on->lines[1][new + 1] - on->lines[1][new]) &&
	       memcmp(on->lines[0][old], on->lines[1][new], len) == 0;
}

static uint16_t *at(const struct diff *on, unsigned old, unsigned new)
{
	return &on->common[(size_t)old * (on->count[1] + 1) + new];
}

static bool measure(struct diff *on)
{
	unsigned old, new;

	on->common = calloc((size_t)(on->count[0] + 1) * (on->count[1] + 1), sizeof(*on->common));
	if (on->common == NULL)
		return false;
	for (old = on->count[0]; old-- > 0;)
		for (new = on->count[1]; new-- > 0;) {
			uint16_t less = *at(on, old + 1, new), other = *at(on, old, new + 1);

			*at(on, old, new) = less >= other ? less : other;
			if (is_same(on, old, new))
				*at(on, old, new) = (uint16_t)(*at(on, old + 1, new + 1) + 1);
		}
	return true;
}

static unsigned list_steps(const struct diff *on, struct diff_step *steps)
{
	unsigned old = 0, new = 0, count = 0;

	while (old < on->count[0] || new < on->count[1]) {
		struct diff_step *step = &steps[count++];

		*step = (struct diff_step){ .sign = ' ', .at = { old, new } };
		if (old < on->count[0] && new < on->count[1] && is_same(on, old, new)) {
			old++;
			new++;
		} else if (old < on->count[0] && (new == on->count[1] || *at(on, old + 1, new) >= *at(on, old, new + 1))) {
			step->sign = '-';
			old++;
		} else {
			step->sign = '+';
			new++;
		}
	}
	return count;
}

static void put_step(FILE *to, const struct diff *on, const struct diff_step *step)
{
	int side = step->sign == '+' ? 1 : 0;
	const char *line = on->lines[side][step->at[side]], *end = on->lines[side][step->at[side] + 1];
	bool ended = end > line && end[-1] == '\n';

	fprintf(to, "%c%.*s%s", step->sign, (int)(end - line), line, ended ? "" : "\n\\ No newline at end of file\n");
}

/* From `from`: where the hunk ends, with as many unchanged lines as may stand between two changes. */
static unsigned end_of_hunk(const struct diff_step *steps, unsigned from, unsigned count)
{
	unsigned end = from, quiet = 0, next;

	for (next = from; next < count && quiet <= 2 * AROUND; next++) {
		quiet = steps[next].sign == ' ' ? quiet + 1 : 0;
		if (quiet == 0)
			end = next + 1;
	}
	return end + AROUND < count ? end + AROUND : count;
}

static void put_hunk(FILE *to, const struct diff *on, const struct diff_step *steps, unsigned from, unsigned end)
{
	unsigned lines[2] = { 0, 0 }, next;

	for (next = from; next < end; next++) {
		lines[0] += steps[next].sign != '+';
		lines[1] += steps[next].sign != '-';
	}
	fprintf(to, "@@ -%u,%u +%u,%u @@\n", steps[from].at[0] + (lines[0] > 0), lines[0], steps[from].at[1] + (lines[1] > 0),
	        lines[1]);
	for (next = from; next < end; next++)
		put_step(to, on, &steps[next]);
}

static void put_all(FILE *to, const struct diff *on, const struct diff_step *steps, unsigned count)
{
	unsigned from = 0, end = 0, first;

	for (first = 0; first < count; first++) {
		if (steps[first].sign == ' ')
			continue;
		from = first > end + AROUND ? first - AROUND : end;
		end = end_of_hunk(steps, first, count);
		put_hunk(to, on, steps, from, end);
		first = end > 0 ? end - 1 : 0;
	}
}

void cli_diff_write(FILE *to, const char *path, const char *old, const char *new)
{
	struct diff on = { .common = NULL };
	struct diff_step *steps = NULL;
	bool good = cut(old, &on.lines[0], &on.count[0]) && cut(new, &on.lines[1], &on.count[1]) && measure(&on);

	if (good)
		steps = calloc((size_t)on.count[0] + on.count[1] + 1, sizeof(*steps));
	if (steps != NULL) {
		fprintf(to, "--- %s\n+++ %s\n", path, path);
		put_all(to, &on, steps, list_steps(&on, steps));
	}
	free(steps);
	free(on.common);
	free(on.lines[0]);
	free(on.lines[1]);
}
