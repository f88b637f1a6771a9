/* What a login program would do at this terminal. */
#include "try.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <liberations/texts.h>

#include "prompt.h"

/* PAM frees the answer with free(3). NULL: none came. */
static char *answer(FILE *to, const char *prompt, bool echo)
{
	struct lbr_secret line;
	char *copy = NULL;

	if (cli_prompt_ask(to, prompt, echo, &line))
		copy = strdup(line.bytes);
	lbr_secret_wipe(&line);
	return copy;
}

static bool converse_one(const struct pam_message *message, struct pam_response *response, FILE *to)
{
	switch (message->msg_style) {
	case PAM_PROMPT_ECHO_OFF:
	case PAM_PROMPT_ECHO_ON:
		response->resp = answer(to, message->msg, message->msg_style == PAM_PROMPT_ECHO_ON);
		return response->resp != NULL;
	case PAM_TEXT_INFO:
	case PAM_ERROR_MSG:
		return cli_prompt_show(to, message->msg, "\n");
	default:
		return false;
	}
}

static void forget(struct pam_response *responses, int count)
{
	int at;

	for (at = 0; at < count; at++) {
		if (responses[at].resp != NULL)
			lbr_wipe(responses[at].resp, strlen(responses[at].resp));
		free(responses[at].resp);
	}
	free(responses);
}

int cli_try_converse(int count, const struct pam_message **messages, struct pam_response **ret, void *to)
{
	struct pam_response *responses;
	int at;

	*ret = NULL;
	if (count < 1 || count > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	responses = calloc((size_t)count, sizeof(*responses));
	if (responses == NULL)
		return PAM_BUF_ERR;
	for (at = 0; at < count; at++) {
		if (!converse_one(messages[at], &responses[at], to)) {
			forget(responses, count);
			return PAM_CONV_ERR;
		}
	}
	*ret = responses; /* transferred */
	return PAM_SUCCESS;
}
