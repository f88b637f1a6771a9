/* The Unix account beside the one that is kept here: its password is out of use, but its end still counts. */
#ifndef PAM_LIBERATIONS_UNIX_ACCOUNT_H
#define PAM_LIBERATIONS_UNIX_ACCOUNT_H

#include <pwd.h>
#include <stdbool.h>
#include <time.h>

#include <liberations/wire.h>

#include "call.h"

/* Returns true if an entry of passwd(5) says that the rest is in shadow(5). NULL: no entry. */
bool lbr_unix_account_is_shadowed(const struct passwd *user);

/* Whether the Unix account of call->user lets this person in at `now_s`. ALLOW: also if there is none of that name, and in a
 * process that is not root, which cannot know. DISABLED: it has ended. UNAVAILABLE: it has no readable entry in shadow(5). What is
 * not ALLOW was logged. The age and the lock of the Unix password are nothing to us. */
enum lbr_status lbr_unix_account_judge(const struct lbr_call *call, time_t now_s);

#endif
