/* What is wrong with a service's stack, and the command that sets it right. */
#include "pam_stack.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liberations/settings.h>

#ifndef LBR_MODULE_DIR
#define LBR_MODULE_DIR "/lib/security"
#endif

struct judging {
	const struct pam_stack *stack;
	const struct pam_line  *line; /* whose options are read */
	struct findings        *to;
	struct pam_walked       walked[PAM_TYPES];
};

static const char *const type_names[PAM_TYPES] = { "auth", "account", "password", "session" };

/* `script`: what sed(1) does with the line. */
static void say_line(const struct judging *on, enum finding_level level, int at, const char *script, enum cli_text text,
                     const char *word)
{
	const struct pam_line *line = &on->stack->lines[at];
	char fix[FINDING_PATH + 96] = "";

	if (script[0] != '\0')
		snprintf(fix, sizeof(fix), "sudo sed -i '%u%s' %s", line->number, script, line->path);
	cli_finding_add(on->to, level, "pam", line->path, line->number, fix, text, word, on->stack->service, NULL);
}

static void say_option(void *context, const struct lbr_reason *reason)
{
	const struct judging *on = context;
	char fix[FINDING_PATH + 32];

	snprintf(fix, sizeof(fix), "sudoedit +%u %s", on->line->number, on->line->path);
	cli_finding_add_reason(on->to, FINDING_CRITICAL, "pam-options", on->line->path, fix, reason);
}

static void judge_module(struct judging *on, int at)
{
	const struct pam_line *line = &on->stack->lines[at];
	bool ours = cli_pam_is_ours(line);
	char path[FINDING_PATH];
	struct lbr_module_options options = { .agent = "" };

	if (line->module == NULL)
		return;
	on->line = line;
	if (ours)
		(void)lbr_module_options_read(on->stack->service, line->count, line->words, &options, say_option, on);
	snprintf(path, sizeof(path), "%s%s", line->module[0] == '/' ? "" : LBR_MODULE_DIR "/", line->module);
	if (ours) {
		cli_release_judge(path, on->to);
		cli_release_judge(options.agent[0] != '\0' ? options.agent : LBR_DEFAULT_AGENT, on->to);
	}
	if (access(path, F_OK) == 0 || line->may_miss)
		return;
	if (ours)
		cli_finding_add(on->to, FINDING_CRITICAL, "module", path, 0, "", TEXT_DOCTOR_NO_OWN_MODULE, path, NULL);
	else
		say_line(on, FINDING_WARNING, at, "s/^/-/", TEXT_DOCTOR_NO_MODULE, path);
}

/* What each fault is called and what sed(1) does about it. */
static const struct {
	enum pam_fault fault;
	enum cli_text  text;
	const char    *script;
} faults[] = {
	{ PAM_FAULT_OUTSIDE, TEXT_DOCTOR_OUTSIDE, "s/^/#/" },
	{ PAM_FAULT_BEFORE, TEXT_DOCTOR_BEFORE, "s/^/#/" },
	{ PAM_FAULT_OVER, TEXT_DOCTOR_OVER, "s/^/#/" },
	{ PAM_FAULT_OVERRULED, TEXT_DOCTOR_OVERRULED, "s/^\\(-\\?[a-z]*\\s*\\)\\(\\[[^]]*\\]\\|[a-z]*\\)/\\1required/" },
	{ PAM_FAULT_GATE, TEXT_DOCTOR_GATE, "" },
	{ PAM_FAULT_AGES, TEXT_DOCTOR_AGES, "s/pam_unix\\.so/& no_pass_expiry/" },
};

static enum finding_level level_of(enum pam_fault fault, enum pam_type type)
{
	if (fault == PAM_FAULT_GATE)
		return FINDING_NOTE;
	return fault == PAM_FAULT_OUTSIDE || (type == PAM_TYPE_AUTH && fault != PAM_FAULT_AGES) ? FINDING_CRITICAL :
	                                                                                          FINDING_WARNING;
}

static void judge_line(const struct judging *on, enum pam_type type, int line)
{
	const struct pam_walked *walked = &on->walked[type];
	size_t at;

	for (at = 0; at < sizeof(faults) / sizeof(faults[0]); at++)
		if ((walked->faults[line] & faults[at].fault) != 0 &&
		    (faults[at].fault != PAM_FAULT_AGES || type == PAM_TYPE_ACCOUNT))
			say_line(on, level_of(faults[at].fault, type), line, faults[at].script, faults[at].text, type_names[type]);
}

static void judge_type(const struct judging *on, enum pam_type type)
{
	const struct pam_walked *walked = &on->walked[type];
	unsigned at;

	for (at = 0; at < on->stack->count; at++)
		judge_line(on, type, (int)at);
	if (walked->lost)
		on->to->lost = true;
	else if (walked->ours >= 0 && !walked->succeeds && type != PAM_TYPE_PASSWORD)
		say_line(on, type == PAM_TYPE_AUTH ? FINDING_CRITICAL : FINDING_WARNING, walked->ours, "", TEXT_DOCTOR_NEVER,
		         type_names[type]);
}

static bool has_own(const struct judging *on, enum pam_type type)
{
	unsigned at;

	for (at = 0; at < on->stack->own; at++)
		if (on->stack->lines[at].type == type)
			return true;
	return false;
}

/* Lines that belong together: a person who signs in with a pam_liberations password must be able to renew it there. */
static void judge_absent(const struct judging *on)
{
	int at = on->walked[PAM_TYPE_AUTH].ours;
	const struct pam_line *line;

	if (at < 0)
		return;
	line = &on->stack->lines[at];
	if (on->walked[PAM_TYPE_ACCOUNT].ours < 0 && has_own(on, PAM_TYPE_ACCOUNT))
		say_line(on, FINDING_WARNING, at,
		         "i account [success=ok new_authtok_reqd=ok user_unknown=ignore default=bad] "
		         "pam_liberations.so unknown=ignore",
		         TEXT_DOCTOR_NO_ACCOUNT, "");
	if (on->walked[PAM_TYPE_PASSWORD].ours < 0 && !cli_pam_has_word(line, "enroll=no"))
		say_line(on, FINDING_WARNING, at, "i password required pam_liberations.so", TEXT_DOCTOR_NO_PASSWORD, "");
}

/* After this line nobody whom it knows comes to another: right or wrong, its word is the last one about them. */
static bool is_last_word(const struct pam_line *line)
{
	return (line->actions[CODE_SUCCESS] > 0 || line->actions[CODE_SUCCESS] == PAM_ACT_DONE) &&
	       line->actions[CODE_AUTH_ERR] == PAM_ACT_DIE && line->actions[CODE_AUTHTOK_ERR] == PAM_ACT_DIE;
}

/* A second pam_unix asks again, or judges what the first one has judged. */
static void judge_twice(const struct judging *on, enum pam_type type)
{
	unsigned at, count = 0;
	bool gated = false;

	for (at = 0; at < on->stack->count; at++) {
		gated |= (on->walked[type].faults[at] & PAM_FAULT_GATE) != 0;
		if (on->stack->lines[at].type != type || !cli_pam_is(&on->stack->lines[at], "pam_unix.so") ||
		    is_last_word(&on->stack->lines[at]))
			continue;
		if (++count == 2 && !gated)
			say_line(on, FINDING_WARNING, (int)at, "s/^/#/", TEXT_DOCTOR_TWICE, type_names[type]);
	}
}

static void judge_all(struct judging *on, bool ours)
{
	int type;

	for (type = 0; type < PAM_TYPE_SESSION; type++) {
		judge_type(on, (enum pam_type)type);
		judge_twice(on, (enum pam_type)type);
	}
	judge_absent(on);
	if (!ours && on->walked[PAM_TYPE_AUTH].succeeds)
		cli_finding_add(on->to, FINDING_WARNING, "pam", on->stack->service, 0, "man liberations-services",
		                TEXT_DOCTOR_WITHOUT, on->stack->service, NULL);
}

const char *cli_pam_own_module(void)
{
	return LBR_MODULE_DIR "/pam_liberations.so";
}

void cli_pam_judge(const struct pam_stack *stack, bool named, struct findings *to)
{
	struct judging on = { .stack = stack, .to = to };
	bool ours = false;
	unsigned at;
	int type;

	for (type = 0; type < PAM_TYPES; type++) {
		cli_pam_walk(stack, (enum pam_type)type, &on.walked[type]);
		ours |= on.walked[type].ours >= 0;
	}
	if (!ours && !named)
		return;
	for (at = 0; at < stack->count; at++)
		judge_module(&on, (int)at);
	judge_all(&on, ours);
}
