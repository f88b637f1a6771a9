/* One e-mail address, strictly: what may stand in a header line and in an argument vector without being anything else.
 *
 * Less than RFC 5321 allows: a dot-string of ASCII letters, digits and ". _ + - ' & = ~", one '@', a domain of letters,
 * digits, '-' and '.'. No quoting, no comment, no route, no literal, no other script. Links libc alone.
 */
#ifndef LIBERATIONS_ADDRESS_H
#define LIBERATIONS_ADDRESS_H

#include <stdbool.h>

#define LBR_ADDRESS_MAX 128 /* bytes with the NUL */

/* True for a whole address, at most LBR_ADDRESS_MAX - 1 bytes; with `may_be_local` also for a mailbox of this host alone,
 * "root", which its mail system completes. */
bool lbr_address_is_sound(const char *text, bool may_be_local);

#endif
