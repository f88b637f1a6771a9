/* Texts and questions to the person, through the module. */
#ifndef AGENT_ASK_PERSON_H
#define AGENT_ASK_PERSON_H

#include <stdbool.h>

#include <liberations/texts.h>

#include "session.h"

/* Shows a text that is told by itself (texts.def); any other loses its accents. A peer that has disconnected is only noticed at
 * the next question. */
void lbr_person_tell(struct lbr_session *session, bool error, enum lbr_text text, unsigned number);

/* Asks without echo, in the session's language. `tries_left`, this one included, is for a page; 0: not counted. LBR_ERR_ABSENT: no
 * answer (broken off, NULL, too long); `answer` is then empty. */
enum lbr_error lbr_person_ask(struct lbr_session *session, enum lbr_ask_purpose purpose, enum lbr_text text, unsigned tries_left,
                            struct lbr_secret *answer);

/* Does the same with a ready-made question, which it wipes. Its facts are left out unless the peer is structured. */
enum lbr_error lbr_person_ask_whole(struct lbr_session *session, struct lbr_ask *ask, struct lbr_secret *answer);

#endif
