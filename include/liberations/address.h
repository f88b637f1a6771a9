/* One strictly checked e-mail address: safe in a header line and as a command argument.
 *
 * It allows less than RFC 5321: a dot-string of ASCII letters, digits and ". _ + - ' & = ~", one '@', a domain of letters,
 * digits, '-' and '.'; no quoting, comments, routes, literals or other scripts. Links libc alone.
 */
#ifndef LIBERATIONS_ADDRESS_H
#define LIBERATIONS_ADDRESS_H

#include <stdbool.h>

#define LBR_ADDRESS_MAX 128 /* bytes with the NUL */

/* Returns true for a complete address of at most LBR_ADDRESS_MAX - 1 bytes; with `may_be_local` also for a mailbox of this host
 * without a domain ("root"), which its mail system completes. */
bool lbr_address_is_sound(const char *text, bool may_be_local);

#endif
