/* One call of one entry point, and the link that outlives it.
 *
 * Everything that holds a secret during a call lives in struct lbr_call, which is wiped whole when the call ends.
 */
#ifndef PAM_LIBERATIONS_CALL_H
#define PAM_LIBERATIONS_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <security/pam_modules.h>

#include <liberations/client.h>
#include <liberations/settings.h>
#include <liberations/wire.h>

#define LBR_TRIES_MAX 3 /* failed authenticates of one handle; each such last one answers PAM_MAXTRIES */

/* The entry points are all that the module exports. */
#define LBR_ENTRY_POINT __attribute__((visibility("default")))

enum lbr_link_state {
	LBR_LINK_NONE = 0,
	LBR_LINK_OPEN,
	LBR_LINK_LOST /* it broke after authenticate had used it: nothing but a new authenticate replaces it */
};

/* What a handle keeps between its calls (pam_set_data). */
struct lbr_link {
	enum lbr_link_state state;
	struct lbr_client   client;   /* connected only while open */
	bool                tied;     /* authenticate was called on this handle */
	bool                bound;    /* `user` is the one this handle speaks of */
	unsigned            failures; /* failed authenticates of this handle since the last good one */
	char                user[LBR_WIRE_USER_MAX];
};

struct lbr_call {
	pam_handle_t           *pamh;
	bool                    silent;
	bool                    changing; /* chauthtok: use_authtok speaks of the new password */
	bool                    authtok_taken; /* use_authtok: PAM's new password was the answer once */
	struct lbr_module_options        options;    /* with the language settled */
	struct lbr_link        *link;
	char                    user[LBR_WIRE_USER_MAX]; /* "" if PAM's is longer: such an account cannot exist */
	struct lbr_request      request;
	struct lbr_reply reply;
	struct lbr_secret       old_password, new_password; /* the last ones that the agent asked for */
};

/* Reads arguments and configuration and finds the handle's link. NULL: refuse; every fault is logged. */
struct lbr_call *lbr_call_begin(pam_handle_t *pamh, int flags, int argc, const char **argv);

/* Wipes and frees. NULL is allowed. */
void lbr_call_end(struct lbr_call *call);

/* Reads PAM_USER anew, asking for it if it is not known. False: nobody was named. */
bool lbr_call_read_user(struct lbr_call *call);

/* True if this handle speaks of somebody else than PAM_USER says now. */
bool lbr_call_user_changed(const struct lbr_call *call);

/* From now on the handle speaks of this user. */
void lbr_call_bind_user(struct lbr_call *call);

#endif
