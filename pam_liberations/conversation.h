/* Speaking with the person, one message per call of the application's conversation function. */
#ifndef PAM_LIBERATIONS_CONVERSATION_H
#define PAM_LIBERATIONS_CONVERSATION_H

#include <stdbool.h>

#include "call.h"

enum lbr_asked {
	LBR_ASKED_NOTHING = 0, /* no answer: NULL, a conversation error, or no conversation function */
	LBR_ASKED_TOO_LONG,    /* more than LBR_SECRET_MAX bytes */
	LBR_ASKED_GIVEN        /* an answer, perhaps the empty one */
};

/* Shows a prompt and takes the answer. What the application handed over is wiped and freed. `ret` is empty unless GIVEN. */
enum lbr_asked lbr_conversation_ask(struct lbr_call *call, bool echo, const char *prompt, struct lbr_secret *ret);

/* Shows a text, unless PAM_SILENT. Applications that cannot show it are no reason to refuse anybody. */
void lbr_conversation_say(struct lbr_call *call, bool error, const char *text);

#endif
