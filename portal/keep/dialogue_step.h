/* One dialogue over many requests, as a pure function: what the agent or the person did -> what the keeper does.
 *
 * The agent alone judges; this knows only whose turn it is. A session begins in one line, after an answer ALLOW to
 * `authenticate` and one to `account` on the same connection, with nothing refused between. Whatever does not fit ends the
 * dialogue, and never with a session.
 */
#ifndef PORTAL_DIALOGUE_STEP_H
#define PORTAL_DIALOGUE_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/wire.h>

#include "places.h"

#define LBR_DIALOGUE_PERSON_MS 600000 /* for a question */
#define LBR_DIALOGUE_LATER_MAX 6      /* how often a person may ask for as much time again */
#define LBR_DIALOGUE_AGENT_MS 15000   /* for the agent: its wait for a turn, its hashes, its 250 ms grid */

enum lbr_dialogue_flow { LBR_DIALOGUE_SIGN_IN = 1, LBR_DIALOGUE_CHANGE, LBR_DIALOGUE_PHONE };

enum lbr_dialogue_state {
	LBR_DIALOGUE_OVER = 0,
	LBR_DIALOGUE_JUDGED,   /* the agent has the word */
	LBR_DIALOGUE_SET_UP,   /* the person has it: QR code and token */
	LBR_DIALOGUE_TOKEN,    /* a token */
	LBR_DIALOGUE_PASSWORD, /* a new password, twice */
	LBR_DIALOGUE_CODES,    /* "I have written them down" */
};

struct lbr_dialogue {
	enum lbr_dialogue_flow  flow;
	enum lbr_dialogue_state state;
	enum lbr_dialogue_state judges; /* the page whose form went to the agent last; OVER: none */
	enum lbr_request_kind   request; /* the one that is open */
	bool                    allowed; /* `authenticate` was */
	bool                    changed; /* an expired password was replaced */
	bool                    typed;   /* the new password came with the first form, and the agent has not asked for it yet */
	bool                    again;   /* the second box of the new password waits for the agent's second question */
	bool                    shown;   /* a page was: the person has proven something */
	bool                    stored;  /* the agent has stored what the person chose */
	unsigned                later;
	int64_t                 until_ms; /* monotonic */
};

enum lbr_dialogue_event {
	LBR_EVENT_ASKED = 1,  /* by the agent */
	LBR_EVENT_REPLIED,    /* by the agent, to the open request */
	LBR_EVENT_GONE,       /* the agent closed, or broke the protocol */
	LBR_EVENT_UNHEARD,    /* the agent was gone before it could have what the last action sends */
	LBR_EVENT_SENT,       /* the person sent the form of a page */
	LBR_EVENT_MORE_TIME,  /* the person asked for it */
	LBR_EVENT_TIME,       /* time passed */
};

struct lbr_dialogue_input {
	enum lbr_dialogue_event event;
	enum lbr_ask_purpose    purpose;  /* ASKED */
	bool                    has_uri;  /* ASKED: a code, with a key to set up */
	enum lbr_status         status;   /* REPLIED */
	enum lbr_portal_place   place;    /* SENT */
	int64_t                 now_ms;
};

enum lbr_dialogue_action {
	LBR_DO_NOTHING = 0,
	LBR_DO_SHOW,           /* the page of the state is open: go there */
	LBR_DO_ANSWER,         /* send what the person typed: token, or the first box of the new password */
	LBR_DO_ANSWER_AGAIN,   /* send the second box */
	LBR_DO_ACKNOWLEDGE,
	LBR_DO_ASK_ACCOUNT,    /* send REQUEST account */
	LBR_DO_CHANGE_EXPIRED, /* send REQUEST change, only_expired */
	LBR_DO_MORE_TIME,      /* tell the agent, then show the page again */
	/* The dialogue is over: close the connection, wipe, and tell the person. */
	LBR_DO_BEGIN_SESSION,
	LBR_DO_TELL_CHANGED,
	LBR_DO_TELL_REPLACED,
	LBR_DO_SAY_NO,
	LBR_DO_SAY_OVER,       /* after a page was shown: all tries of a question are used up */
	LBR_DO_SAY_LATE,
	LBR_DO_SAY_PERHAPS,    /* the new password may be the current one by now */
	LBR_DO_SAY_DISABLED,
	LBR_DO_SAY_BUSY,
	LBR_DO_SAY_STORED,     /* what the person chose is stored, and no session begins: lbr_dialogue_stored */
};

enum lbr_dialogue_stored { LBR_STORED_NOTHING = 0, LBR_STORED_ACCOUNT, LBR_STORED_PASSWORD, LBR_STORED_TOKEN };

/* Begins: the request that the flow begins with is sent by the caller, who sets `typed` if the new password came with it. */
void lbr_dialogue_begin(struct lbr_dialogue *dialogue, enum lbr_dialogue_flow flow, int64_t now_ms);

/* Takes one step. After BEGIN_SESSION and the actions behind it the state is OVER, and every further step does nothing. */
enum lbr_dialogue_action lbr_dialogue_step(struct lbr_dialogue *dialogue, const struct lbr_dialogue_input *input);

/* Returns what the agent has stored for certain: it stands whatever becomes of the dialogue and of a session. */
enum lbr_dialogue_stored lbr_dialogue_stored(const struct lbr_dialogue *dialogue);

/* Returns the page of the state, or NONE: the agent has the word, or it is over. */
enum lbr_portal_place lbr_dialogue_place(const struct lbr_dialogue *dialogue);

#endif
