/* Walks a stack over every outcome of every module, as libpam would. */
#include "pam_stack.h"

#include <stdlib.h>
#include <string.h>

enum impression { IMPRESSION_NONE = 0, IMPRESSION_YES, IMPRESSION_NO, IMPRESSIONS };
enum ours_state { OURS_NOT = 0, OURS_ASIDE, OURS_YES, OURS_REFUSED, OURS_STATES };

struct step {
	unsigned        at;
	enum impression impression;
	bool            fine;  /* the status is success, or a password to change */
	enum ours_state ours;
	bool            jumped; /* a jump led around ours, and not the end of the stack */
	bool            gated; /* a line that chooses among people led around ours */
	int             by;    /* the line that led around ours; -1: none */
	int             refused; /* the last line with pam_liberations that refused */
};

struct pam_walk {
	const struct pam_line *lines[PAM_STACK_MAX];
	unsigned               places[PAM_STACK_MAX]; /* in the whole stack */
	unsigned               count;
	bool                  *seen; /* each step, see place_of */
	struct pam_walked     *found;
};

/* Modules that say who or where somebody is, not whether it is really that person. */
static bool is_gate(const struct pam_line *line)
{
	static const char *const gates[] = { "pam_succeed_if.so", "pam_rootok.so", "pam_access.so", "pam_localuser.so",
	                                     "pam_usertype.so",
	                                     "pam_listfile.so", "pam_wheel.so", "pam_time.so", "pam_group.so", "pam_exec.so" };
	size_t at;

	for (at = 0; at < sizeof(gates) / sizeof(gates[0]); at++)
		if (cli_pam_is(line, gates[at]))
			return true;
	return false;
}

/* The place after the line, or after what a substack holds. */
static unsigned over(const struct pam_walk *on, unsigned at)
{
	unsigned level = on->lines[at]->level;

	for (at++; at < on->count && on->lines[at]->level > level; at++)
		;
	return at;
}

static unsigned end_of_stack(const struct pam_walk *on, unsigned at)
{
	unsigned level = on->lines[at]->level;

	for (at++; at < on->count && on->lines[at]->level >= level; at++)
		;
	return at;
}

static void note(const struct pam_walk *on, int line, enum pam_fault fault)
{
	if (line >= 0)
		on->found->faults[on->places[line]] |= (unsigned char)fault;
}

static void judge_end(struct pam_walk *on, const struct step *step)
{
	if (step->impression != IMPRESSION_YES || !step->fine)
		return;
	on->found->succeeds = true;
	if (step->ours == OURS_REFUSED)
		note(on, step->refused, PAM_FAULT_OVERRULED);
	else if (step->ours == OURS_NOT && step->gated)
		note(on, step->by, PAM_FAULT_GATE);
	else if (step->ours == OURS_NOT && step->jumped)
		note(on, step->by, PAM_FAULT_OVER);
	else if (step->ours == OURS_NOT)
		note(on, step->by, PAM_FAULT_BEFORE);
}

/* Whether a line with pam_liberations lies between two places. */
static bool leaves_ours(const struct pam_walk *on, unsigned from, unsigned to)
{
	for (; from < to; from++)
		if (cli_pam_is_ours(on->lines[from]))
			return true;
	return false;
}

static unsigned jump(const struct pam_walk *on, unsigned at, int count)
{
	unsigned end = end_of_stack(on, at), next = over(on, at);

	while (count-- > 0) {
		if (next >= end) {
			note(on, (int)at, PAM_FAULT_OUTSIDE);
			return end;
		}
		next = over(on, next);
	}
	return next < end ? next : end;
}

/* True: the stack ends here. */
static bool apply(struct step *step, int code, int action)
{
	if (action == PAM_ACT_RESET)
		step->impression = IMPRESSION_NONE;
	if ((action == PAM_ACT_OK || action == PAM_ACT_DONE) && code != CODE_PASSED &&
	    (step->impression == IMPRESSION_NONE || (step->impression == IMPRESSION_YES && step->fine))) {
		step->impression = IMPRESSION_YES;
		step->fine = code == CODE_SUCCESS || code == CODE_NEW_AUTHTOK;
	}
	if (action == PAM_ACT_BAD || action == PAM_ACT_DIE)
		step->impression = IMPRESSION_NO;
	return action == PAM_ACT_DIE || (action == PAM_ACT_DONE && step->impression == IMPRESSION_YES);
}

static void mark_ours(const struct pam_walk *on, const struct pam_line *line, struct step *step, int code)
{
	if (step->ours == OURS_YES && step->impression != IMPRESSION_NO && cli_pam_is(line, "pam_unix.so") &&
	    !cli_pam_has_word(line, "no_pass_expiry"))
		note(on, (int)step->at, PAM_FAULT_AGES);
	if (!cli_pam_is_ours(line))
		return;
	step->ours = OURS_REFUSED;
	if (code == CODE_SUCCESS || code == CODE_NEW_AUTHTOK)
		step->ours = OURS_YES;
	else if (code == CODE_USER_UNKNOWN)
		step->ours = OURS_ASIDE;
	if (step->ours == OURS_REFUSED)
		step->refused = (int)step->at;
}

static struct step next_step(const struct pam_walk *on, struct step step, int code)
{
	const struct pam_line *line = on->lines[step.at];
	unsigned at = step.at;
	int action = line->actions[code];
	bool ends;

	mark_ours(on, line, &step, code);
	ends = apply(&step, code, action);
	step.at = ends ? end_of_stack(on, at) : action > 0 ? jump(on, at, action) : over(on, at);
	if (step.ours == OURS_NOT && step.by < 0 && (ends || action > 0) && leaves_ours(on, at, step.at)) {
		step.by = (int)at;
		step.gated = is_gate(line);
		step.jumped = !ends;
	}
	return step;
}

static size_t steps_of(const struct pam_walk *on)
{
	return (size_t)(on->count + 1) * (on->count + 1) * IMPRESSIONS * 2 * OURS_STATES * 2 * 2;
}

/* A line that led around ours, or refused and was overruled, is told whatever other lines did so too. */
static size_t place_of(const struct pam_walk *on, const struct step *step)
{
	size_t by = (size_t)((step->ours == OURS_REFUSED ? step->refused : step->by) + 1);
	size_t place = step->at * (on->count + 1) + by;

	place = place * IMPRESSIONS + step->impression;
	place = place * OURS_STATES + step->ours;
	return ((place * 2 + step->fine) * 2 + step->gated) * 2 + step->jumped;
}

/* What has been seen is not walked again, so a stack of a hundred lines takes no longer than its lines. */
static void walk_from(struct pam_walk *on, struct step step)
{
	int codes[PAM_CODES];
	unsigned count, at;
	bool *seen = &on->seen[place_of(on, &step)];

	if (*seen)
		return;
	*seen = true;
	if (step.at >= on->count) {
		judge_end(on, &step);
		return;
	}
	if (on->lines[step.at]->substack) {
		step.at++;
		walk_from(on, step);
		return;
	}
	count = cli_pam_outcomes(on->lines[step.at], codes);
	for (at = 0; at < count; at++)
		walk_from(on, next_step(on, step, codes[at]));
}

void cli_pam_walk(const struct pam_stack *stack, enum pam_type type, struct pam_walked *ret)
{
	struct pam_walk on = { .found = ret };
	unsigned at;

	*ret = (struct pam_walked){ .ours = -1 };
	for (at = 0; at < stack->count; at++) {
		if (stack->lines[at].type != type)
			continue;
		if (ret->ours < 0 && cli_pam_is_ours(&stack->lines[at]))
			ret->ours = (int)at;
		on.places[on.count] = at;
		on.lines[on.count++] = &stack->lines[at];
	}
	if (on.count == 0)
		return;
	on.seen = calloc(steps_of(&on), sizeof(bool));
	ret->lost = on.seen == NULL;
	if (!ret->lost)
		walk_from(&on, (struct step){ .by = -1, .refused = -1 });
	free(on.seen);
}
