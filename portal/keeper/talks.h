/* The keeper's talks with agents: a sign-in while it is judged, and what a person has been asked since. A talk is a connection to
 * an agent with all that is kept for it; its dialogue (dialogue_step.h) says what comes next, and holds nothing.
 *
 * A stranger's never lasts longer than the agent's verdict. Once a page was shown, its person has proven something; then the talk
 * belongs to the browser that has its form cookie, which was renewed for it.
 */
#ifndef PORTAL_TALKS_H
#define PORTAL_TALKS_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/client_steps.h>
#include <liberations/secret.h>

#include "dialogue_step.h"
#include "page_frames.h"
#include "portal_key.h"
#include "portal_settings.h"

#define LBR_TALKS_MAX 640 /* the most attempts and dialogues that can be set */
#define LBR_TALKS_PER_PERSON 2

struct lbr_keeper;

/* A text of the agent's that the next page shows. */
struct lbr_told {
	bool error;
	char word[LBR_WIRE_WORD_MAX], text[LBR_TELL_TEXT_MAX];
};

/* The question that is open. Key, address and codes are secret. */
struct lbr_open_question {
	uint32_t tag; /* drawn anew for each: it stands in the numbers of the page's forms. Never 0 */
	unsigned tries_left, code_count;
	char     uri[LBR_WIRE_URI_MAX], key[LBR_WIRE_KEY_MAX], codes[LBR_WIRE_CODES][LBR_WIRE_CODE_MAX];
};

struct lbr_talk {
	bool                     used;
	bool                     opened; /* a page of it was shown: `cookie` opens it */
	uint64_t                 serial; /* the higher, the younger */
	struct lbr_steps         steps;
	struct lbr_dialogue      dialogue;
	struct lbr_open_question question;
	struct lbr_told          told[LBR_PAGE_SAYS_MAX];
	unsigned                 told_count;
	const struct lbr_site   *site;
	enum lbr_language        language;
	unsigned char            browser[LBR_PORTAL_MAC_LEN]; /* what the cookies of the browser have in common */
	unsigned char            cookie[LBR_PORTAL_MAC_LEN];  /* of the one cookie that opens its pages; once it was shown */
	char                     form_cookie[LBR_COOKIE_FORM_LEN + 1]; /* of the form that is judged */
	char                     session[LBR_COOKIE_SESSION_LEN + 1];  /* which the browser sent with it */
	char                     destination[LBR_DESTINATION_LEN + 1];
	char                     user[LBR_FORM_USER_MAX + 1], back[LBR_RETURN_MAX + 1], address[LBR_CLAIMED_ADDRESS_MAX];
	unsigned                 form; /* the form that waits for the next answer; LBR_FORM_NONE */
	struct lbr_secret        new, again; /* boxes that the agent has not asked for yet */
};

/* Returns a fresh one, or NULL: as many attempts are under way as may be. */
struct lbr_talk *lbr_talk_take(struct lbr_keeper *keeper);

/* Wipes it. */
void lbr_talk_free(struct lbr_talk *talk);

/* Returns the talk that this form cookie opens, or NULL. */
struct lbr_talk *lbr_talk_of_cookie(struct lbr_keeper *keeper, const char *form_cookie);

/* Returns true if its browser has begun a younger one: this one is not shown any more. */
bool lbr_talk_is_superseded(const struct lbr_keeper *keeper, const struct lbr_talk *talk);

/* The first page of `talk` is to be shown. Whose person has too many others loses the oldest of them. False: as many people are
 * being asked as may be. */
bool lbr_talk_may_open(struct lbr_keeper *keeper, const struct lbr_talk *talk);

/* Ends what this browser was asked before: one talk for each. */
void lbr_talks_end_browser(struct lbr_keeper *keeper, const unsigned char browser[LBR_PORTAL_MAC_LEN]);

#endif
