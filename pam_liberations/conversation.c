#include "conversation.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The module owns the application's answer, even when the application reports an error: it was asked to fill a NULL pointer. */
static void drop_response(struct pam_response *response)
{
	if (response == NULL)
		return;
	if (response->resp != NULL)
		lbr_wipe(response->resp, strlen(response->resp) + 1);
	free(response->resp);
	free(response);
}

static struct pam_response *converse(struct lbr_call *call, int style, const char *text)
{
	const struct pam_message message = {.msg_style = style, .msg = text};
	const struct pam_message *messages = &message;
	struct pam_response *response = NULL;
	const struct pam_conv *conv;
	const void *item = NULL;

	if (pam_get_item(call->pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
		return NULL;
	conv = item;
	if (conv->conv == NULL)
		return NULL;
	if (conv->conv(1, &messages, &response, conv->appdata_ptr) != PAM_SUCCESS) {
		drop_response(response);
		return NULL;
	}
	return response;
}

enum lbr_asked lbr_conversation_ask(struct lbr_call *call, bool echo, const char *prompt, struct lbr_secret *ret)
{
	struct pam_response *response = converse(call, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF, prompt);
	enum lbr_asked asked = LBR_ASKED_NOTHING;

	lbr_secret_wipe(ret);
	if (response != NULL && response->resp != NULL) {
		asked = LBR_ASKED_TOO_LONG;
		if (lbr_secret_set(ret, response->resp, strlen(response->resp)) == LBR_OK)
			asked = LBR_ASKED_GIVEN;
	}
	drop_response(response);
	return asked;
}

void lbr_conversation_say(struct lbr_call *call, bool error, const char *text)
{
	if (!call->silent)
		drop_response(converse(call, error ? PAM_ERROR_MSG : PAM_TEXT_INFO, text));
}
