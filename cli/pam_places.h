/* Where libpam looks for a service's file. */
#ifndef CLI_PAM_PLACES_H
#define CLI_PAM_PLACES_H

#include <stddef.h>

#define PAM_PLACES_MAX 4
#define PAM_PLACE_LEN 64

struct pam_places {
	char        text[PAM_PLACES_MAX][PAM_PLACE_LEN];
	const char *list[PAM_PLACES_MAX + 1]; /* in libpam's order; NULL after the last one */
};

/* /etc/pam.d, then the distribution's own: /usr/lib/pam.d, and the one that libpam was built with, such as /usr/etc/pam.d. Lives as
 * long as the process. */
const char *const *cli_pam_places(void);

/* The same, of a libpam with these bytes. */
void cli_pam_places_read(const char *library, size_t len, struct pam_places *ret);

#endif
