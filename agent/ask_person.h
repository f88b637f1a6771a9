/* Texts and questions to the person, through the module. */
#ifndef AGENT_ASK_PERSON_H
#define AGENT_ASK_PERSON_H

#include <stdbool.h>

#include <liberations/texts.h>

#include "session.h"

/* Shows a text that is told by itself (texts.def); any other loses its accents. A peer that has disconnected is only noticed at
 * the next question. */
void lbr_person_tell(struct lbr_session *session, bool error, enum lbr_text text, unsigned number);

/* Asks without echo, in the session's language. LBR_ERR_ABSENT: no answer (broken off, NULL, too long); `answer` is then
 * empty. */
enum lbr_error lbr_person_ask(struct lbr_session *session, enum lbr_ask_purpose purpose, enum lbr_text text,
                            struct lbr_secret *answer);

/* Does the same with a ready-made prompt (the QR code). */
enum lbr_error lbr_person_ask_prompt(struct lbr_session *session, enum lbr_ask_purpose purpose, const char *prompt,
                              struct lbr_secret *answer);

#endif
