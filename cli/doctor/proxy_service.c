/* The PAM service that another program asks: a web server, or sshd. doctor_pam.c judges its lines. */
#include "proxy.h"

#include <stdlib.h>
#include <string.h>

#include "pam_places.h"
#include "pam_stack.h"

static bool asks_ours(const struct pam_stack *stack)
{
	unsigned at;

	for (at = 0; at < stack->count; at++)
		if (stack->lines[at].type == PAM_TYPE_AUTH && cli_pam_is_ours(&stack->lines[at]))
			return true;
	return false;
}

enum proxy_service cli_proxy_service(const struct doctor *on, const char *name)
{
	bool elsewhere = cli_has(on->cli, CLI_CONFDIR);
	const char *const named[] = { on->cli->confdir, NULL };
	const char *const *directories = elsewhere ? named : cli_pam_places();
	struct findings passed_over = { .language = on->found.language };
	struct pam_stack stack = { .lines = calloc(PAM_STACK_MAX, sizeof(struct pam_line)) };
	enum proxy_service answer = SERVICE_ABSENT;

	if (stack.lines != NULL && name[0] != '\0' && strchr(name, '/') == NULL &&
	    cli_pam_stack_read(directories, name, &stack, &passed_over))
		answer = asks_ours(&stack) ? SERVICE_OURS : SERVICE_OTHER;
	cli_findings_free(&passed_over);
	free(stack.lines);
	return answer;
}
