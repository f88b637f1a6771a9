/* What the agent said and asked, kept until its page has been answered. */
#ifndef PORTAL_TALK_TOLD_H
#define PORTAL_TALK_TOLD_H

#include "talks.h"

/* Keeps a text for the next page; the oldest gives way. One that is too long for a page is left out. */
void lbr_talk_note_say(struct lbr_talk *talk, const struct lbr_say *say);

/* Keeps what a question shows, and gives it a tag. LBR_ERR_SYNTAX: the agent does not say what pages need. LBR_ERR_SYSTEM: no
 * randomness. */
enum lbr_error lbr_talk_note_ask(struct lbr_talk *talk, const struct lbr_ask *ask);

/* The question is answered: its texts and secrets are wiped. */
void lbr_talk_forget_told(struct lbr_talk *talk);

/* Puts the texts into a page. */
void lbr_talk_put_told(const struct lbr_talk *talk, struct lbr_page_tell *tell);

/* Returns what the sign-in page says about a refusal: what the agent told last, or NOTHING. `*ret` is its text if
 * that says more than the page's own, else "". */
enum lbr_said lbr_talk_said(const struct lbr_talk *talk, const char **ret);

#endif
