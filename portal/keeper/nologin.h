/* Is the machine closed to sign-ins? */
#ifndef PORTAL_NOLOGIN_H
#define PORTAL_NOLOGIN_H

#include <stdbool.h>

/* True while one of the files exists that pam_nologin(8) looks for: an administrator, or a machine that goes down, lets nobody
 * in. */
bool lbr_nologin(void);

#endif
