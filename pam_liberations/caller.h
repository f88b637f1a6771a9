/* The person on whose behalf a service of root runs. */
#ifndef PAM_CALLER_H
#define PAM_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

/* Returns the real uid of the person who ran this program: 0, unless it is setuid. */
uid_t lbr_caller_uid(void);

/* Returns true in a service of root that a person started: su, sudo, passwd. */
bool lbr_caller_is_person(void);

#endif
