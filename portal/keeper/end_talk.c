/* A talk is over. */
#include "end_talk.h"

#include <stdio.h>
#include <string.h>

#include "application.h"
#include "begin_session.h"
#include "talk_told.h"

/* Where it began. */
static enum lbr_portal_place place_of(const struct lbr_talk *talk)
{
	return talk->dialogue.flow == LBR_DIALOGUE_CHANGE ? LBR_PLACE_CHANGE :
	       talk->dialogue.flow == LBR_DIALOGUE_PHONE ? LBR_PLACE_PHONE : LBR_PLACE_SIGN_IN;
}

/* On a page of the site, what became of the last request. */
static void tell_said_at(struct lbr_keeper *keeper, const struct lbr_talk *talk, enum lbr_portal_place place, enum lbr_said said,
                         const char *text, struct lbr_page_tell *tell)
{
	struct lbr_last_try one = { .place = place, .said = said, .language = talk->language };
	char query[64];

	memcpy(one.browser, talk->browser, sizeof(one.browser));
	memcpy(one.user, talk->user, sizeof(one.user));
	(void)snprintf(one.text, sizeof(one.text), "%s", text);
	lbr_last_tries_note(&keeper->last_tries, &one, keeper->now_ms);
	(void)snprintf(query, sizeof(query), "%ssaid=%s", said == LBR_SAID_USED_RECOVERY ? "with=recovery&" : "",
	               lbr_said_word(said));
	lbr_tell_go_with(talk->site, lbr_place_leaf(place), query, talk->destination, talk->back, tell);
}

/* A refusal: the same way and the same bytes for every cause that the agent keeps to itself. */
static void tell_said(struct lbr_keeper *keeper, const struct lbr_talk *talk, enum lbr_said said, const char *text,
                      struct lbr_page_tell *tell)
{
	tell_said_at(keeper, talk, place_of(talk), said, text, tell);
}

/* What the agent has stored holds, and opened none of the old sessions any more. */
static void tell_stored(struct lbr_keeper *keeper, const struct lbr_talk *talk, struct lbr_page_tell *tell)
{
	static const enum lbr_said saids[] = {
		[LBR_STORED_ACCOUNT] = LBR_SAID_SET_UP, [LBR_STORED_PASSWORD] = LBR_SAID_CHANGED,
		[LBR_STORED_TOKEN] = LBR_SAID_REPLACED,
	};

	lbr_keeper_end_sessions(keeper, talk);
	tell->set_session = LBR_TELL_COOKIE_FORGET;
	tell_said_at(keeper, talk, LBR_PLACE_SIGN_IN, saids[lbr_dialogue_stored(&talk->dialogue)], "", tell);
}

/* Without a session: what was stored is told; else there is no room, and the form may be sent again. */
static void tell_session(struct lbr_keeper *keeper, const struct lbr_talk *talk, const struct lbr_account_facts *facts,
                         struct lbr_page_tell *tell)
{
	if (facts != NULL && lbr_keeper_begin_session(keeper, talk, facts, tell))
		return;
	if (lbr_dialogue_stored(&talk->dialogue) != LBR_STORED_NOTHING)
		tell_stored(keeper, talk, tell);
	else if (facts == NULL)
		tell_said(keeper, talk, LBR_SAID_BUSY, "", tell);
}

/* What the agent told a person who proved something says more than a plain no. */
static void tell_refusal(struct lbr_keeper *keeper, const struct lbr_talk *talk, enum lbr_said said, struct lbr_page_tell *tell)
{
	const char *text;
	enum lbr_said told = lbr_talk_said(talk, &text);

	if (told == LBR_SAID_NOTHING && talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN && talk->told_count > 0)
		text = talk->told[talk->told_count - 1].text;
	tell_said(keeper, talk, told != LBR_SAID_NOTHING ? told : said, text, tell);
}

void lbr_tell_end(struct lbr_keeper *keeper, const struct lbr_talk *talk, enum lbr_dialogue_action action,
                  const struct lbr_account_facts *facts, struct lbr_page_tell *tell)
{
	switch (action) {
	case LBR_DO_BEGIN_SESSION:
	case LBR_DO_TELL_CHANGED:
	case LBR_DO_TELL_REPLACED: tell_session(keeper, talk, facts, tell); break;
	case LBR_DO_SAY_STORED: tell_stored(keeper, talk, tell); break;
	case LBR_DO_SAY_NO: tell_refusal(keeper, talk, LBR_SAID_NO, tell); break;
	case LBR_DO_SAY_OVER: tell_refusal(keeper, talk, LBR_SAID_OVER, tell); break;
	case LBR_DO_SAY_LATE: tell_said(keeper, talk, LBR_SAID_LATE, "", tell); break;
	case LBR_DO_SAY_PERHAPS: tell_said(keeper, talk, LBR_SAID_PERHAPS, "", tell); break;
	case LBR_DO_SAY_DISABLED: tell_said(keeper, talk, LBR_SAID_DISABLED, "", tell); break;
	default: /* busy: before any page was shown the form may be sent again */
		if (talk->opened)
			tell_refusal(keeper, talk, LBR_SAID_BUSY, tell);
		break;
	}
}
