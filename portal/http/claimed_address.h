/* Where a request says that it comes from: for logs and the list of sessions, and never a reason for anything. */
#ifndef PORTAL_CLAIMED_ADDRESS_H
#define PORTAL_CLAIMED_ADDRESS_H

#define LBR_CLAIMED_ADDRESS_MAX 46 /* bytes with the NUL: INET6_ADDRSTRLEN */

/* Writes the last element of an X-Forwarded-For value, the one that the proxy in front of us added, as an IPv4 or IPv6 address
 * in its shortest form; "-" if it is none. Never fails. */
void lbr_claimed_address(const char *value, char ret[LBR_CLAIMED_ADDRESS_MAX]);

#endif
