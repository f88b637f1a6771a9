/* The conversation with the person, one message per call of the application's conversation function. */
#ifndef PAM_LIBERATIONS_CONVERSATION_H
#define PAM_LIBERATIONS_CONVERSATION_H

#include <stdbool.h>

#include "call.h"

enum lbr_asked {
	LBR_ASKED_NOTHING = 0, /* no answer: NULL, a conversation error, or no conversation function */
	LBR_ASKED_TOO_LONG,    /* more than LBR_SECRET_MAX bytes */
	LBR_ASKED_GIVEN        /* an answer, possibly empty */
};

/* Shows a prompt and reads the answer; wipes and frees the application's copy. `ret` is empty unless GIVEN. */
enum lbr_asked lbr_conversation_ask(struct lbr_call *call, bool echo, const char *prompt, struct lbr_secret *ret);

/* Shows a text, unless PAM_SILENT. Ignores failures: a text that an application cannot show is no reason to refuse. */
void lbr_conversation_say(struct lbr_call *call, bool error, const char *text);

#endif
