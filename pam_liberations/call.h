/* One call of an entry point, and the link that outlives it.
 *
 * Everything that holds a secret during a call lives in struct lbr_call, which is wiped whole when the call ends; but for what is
 * on its way to the agent or from it: that is in the link's client, which wipes each piece as soon as it has served (client.h).
 */
#ifndef PAM_LIBERATIONS_CALL_H
#define PAM_LIBERATIONS_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <security/pam_modules.h>

#include <liberations/client.h>
#include <liberations/settings.h>
#include <liberations/wire.h>

#define LBR_TRIES_MAX 3 /* every third failed authenticate on one handle returns PAM_MAXTRIES */

/* The module exports nothing but its entry points. */
#define LBR_ENTRY_POINT __attribute__((visibility("default")))

enum lbr_link_state {
	LBR_LINK_NONE = 0,
	LBR_LINK_OPEN,
	LBR_LINK_LOST /* broken after authenticate had used it: only a new authenticate replaces it */
};

/* What a handle keeps between its calls (pam_set_data). */
struct lbr_link {
	enum lbr_link_state state;
	struct lbr_client   client;   /* connected only while open */
	bool                tied;     /* authenticate was called on this handle */
	bool                bound;    /* `user` is the user of this handle */
	unsigned            failures; /* failed authenticates of this handle since the last good one */
	char                user[LBR_WIRE_USER_MAX];
	char                looked_up[LBR_WIRE_USER_MAX]; /* whose entry of passwd(5) the last greeting read, as root; "": none */
	bool                shadowed; /* and whether that entry says that the rest is in shadow(5) */
};

struct lbr_call {
	pam_handle_t           *pamh;
	bool                    silent;
	bool                    changing; /* chauthtok: use_authtok refers to the new password */
	bool                    authtok_taken; /* use_authtok: PAM's new password was already used as an answer */
	struct lbr_module_options        options;    /* with the language resolved */
	struct lbr_settings     settings;   /* for the language and the prompts */
	struct lbr_link        *link;
	char                    user[LBR_WIRE_USER_MAX]; /* "" if PAM's is longer: such an account cannot exist */
	struct lbr_request      request;
	struct lbr_reply reply;
	struct lbr_secret       old_password, new_password; /* the last answers to the agent's questions for them */
};

/* Reads arguments and configuration and finds the handle's link. NULL: refuse the call; every fault was logged, and the person
 * was told that it is not their answers. `changing`: chauthtok. */
struct lbr_call *lbr_call_begin(pam_handle_t *pamh, int flags, bool changing, int argc, const char **argv);

/* Tells the person that the fault is here and not in what they typed. Only for what happens before an agent has the name, so that
 * everybody is told alike. */
void lbr_call_tell_outage(struct lbr_call *call);

/* Wipes and frees. NULL is allowed. */
void lbr_call_end(struct lbr_call *call);

/* Reads PAM_USER again, asking for it if it is not set. False: no user name. */
bool lbr_call_read_user(struct lbr_call *call);

/* Returns true if PAM_USER is no longer the user of this handle. */
bool lbr_call_user_changed(const struct lbr_call *call);

/* Makes this the user of the handle. */
void lbr_call_bind_user(struct lbr_call *call);

#endif
