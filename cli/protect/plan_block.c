/* The blocks that `protect` writes, one for each type of lines. */
#include "plan_block.h"

#include <string.h>

#define NOT_ROOT "[success=ignore default=1] pam_succeed_if.so quiet uid = 0"
#define ROOT_SKIPS "[success=1 default=ignore] pam_succeed_if.so quiet uid = 0"
#define MODULE "pam_liberations.so"
#define UNKNOWN "unknown=ignore"
#define ENDS_HERE "[success=done new_authtok_reqd=done user_unknown=ignore default=bad]"

static const char *const type_names[PAM_TYPES] = { "auth", "account", "password", "session" };

enum form_way cli_form_way(const struct form *form, enum pam_type type)
{
	return type == PAM_TYPE_AUTH ? form->auth : type == PAM_TYPE_ACCOUNT ? form->account :
	       type == PAM_TYPE_PASSWORD ? form->password : FORM_LEAVE;
}

/* The physical lines of a logical one, as comments: some releases of libpam join a comment that ends with a backslash. */
static void put_kept(const struct planning *on, const struct plan_line *line)
{
	const char *at = on->lines->text + line->from, *end = at + line->len;

	while (at < end) {
		size_t len = strcspn(at, "\n");
		bool joined = len > 0 && at[len - 1] == '\\';

		fprintf(on->to, "%s%.*s\n", joined ? PLAN_JOINED : PLAN_KEPT, (int)(len - (joined ? 1 : 0)), at);
		at += len + (at[len] == '\n');
	}
}

/* The Unix line as one that a jump counts as one: an include becomes a substack, and a module's line stays as it is, between two
 * blocks. */
static void put_unix(const struct planning *on, const struct plan_line *line)
{
	const char *text = on->lines->text + line->from;

	if (line->kind == 2) {
		put_kept(on, line);
		fprintf(on->to, "auth substack %s\n", line->name);
		return;
	}
	fprintf(on->to, PLAN_END "\n%.*s%s", (int)line->len, text, text[line->len - 1] == '\n' ? "" : "\n");
	fprintf(on->to, PLAN_BEGIN " %s\n", on->service);
}

static void put_auth(const struct planning *on, const struct plan_line *line)
{
	const char *options = on->form->options;

	switch (on->form->auth) {
	case FORM_ALL:
		fprintf(on->to, "auth required " MODULE "%s%s\n", options[0] != '\0' ? " " : "", options);
		put_kept(on, line);
		break;
	case FORM_TRY:
		fprintf(on->to, "auth [success=1 user_unknown=ignore default=die] " MODULE " %s" UNKNOWN "\n", options);
		put_unix(on, line);
		fputs("auth required pam_permit.so\n", on->to);
		break;
	case FORM_ROOT:
		fputs("auth " NOT_ROOT "\n", on->to);
		put_unix(on, line);
		fputs("auth " ROOT_SKIPS "\nauth required " MODULE "\n", on->to);
		break;
	case FORM_LEAVE:
		break;
	}
}

/* Before the Unix line, which stays for people without an account; in place of it where everybody needs one. */
static void put_account(const struct planning *on, const struct plan_line *line)
{
	const char *options = on->form->account_options;

	if (on->form->account == FORM_ALL) {
		fprintf(on->to, "account required " MODULE "%s%s\n", options[0] != '\0' ? " " : "", options);
		if (line != NULL)
			put_kept(on, line);
		return;
	}
	if (on->form->account == FORM_ROOT)
		fputs("account " ROOT_SKIPS "\n", on->to);
	fprintf(on->to, "account " ENDS_HERE " " MODULE " %s" UNKNOWN "\n", options);
}

static void put_lines(const struct planning *on, enum pam_type type, const struct plan_line *line)
{
	fprintf(on->to, PLAN_BEGIN " %s\n", on->service);
	if (type == PAM_TYPE_AUTH)
		put_auth(on, line);
	else if (type == PAM_TYPE_ACCOUNT)
		put_account(on, line);
	else
		fprintf(on->to, "password [success=done user_unknown=ignore default=die] " MODULE " %s" UNKNOWN "\n",
		        on->form->password_options);
}

void cli_plan_put_block(const struct planning *on, enum pam_type type, const struct plan_line *line)
{
	put_lines(on, type, line);
	fputs(PLAN_END "\n", on->to);
}

void cli_plan_put_absent(const struct planning *on, enum pam_type type)
{
	int auth = on->places[PAM_TYPE_AUTH] >= 0 ? on->places[PAM_TYPE_AUTH] : on->places[PAM_TYPE_ACCOUNT];
	const char *name = auth >= 0 ? on->lines->list[auth].name : "";

	put_lines(on, type, NULL);
	if (cli_form_way(on->form, type) == FORM_ALL)
		;
	else if (strncmp(name, "common-", 7) == 0)
		fprintf(on->to, "%s include common-%s\n", type_names[type], type_names[type]);
	else if (strncmp(name, "base-", 5) == 0)
		fprintf(on->to, "%s include base-%s\n", type_names[type], type_names[type]);
	else if (name[0] != '\0')
		fprintf(on->to, "%s include %s\n", type_names[type], name);
	else
		fprintf(on->to, "%s required pam_unix.so\n", type_names[type]);
	fputs(PLAN_END "\n", on->to);
}
