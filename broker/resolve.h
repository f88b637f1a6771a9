/* The addresses of a server's name, within a deadline: the C library's own, where no name server answers, is far too long. */
#ifndef BROKER_RESOLVE_H
#define BROKER_RESOLVE_H

#include <stdint.h>

#include <liberations/error.h>

#include "servers.h"

#define LBR_ADDRESSES_MAX 8

/* As libpq wants them: a list of addresses, and the name as often. */
struct lbr_addresses {
	char addresses[LBR_ADDRESSES_MAX * 64], names[LBR_ADDRESSES_MAX * sizeof(((struct lbr_server *)0)->host)];
};

/* Finds them in /etc/hosts or DNS, until `until_ms` (lbr_monotonic_ms). The question goes on in a thread of its own, one for each
 * name, so a late answer serves the next caller. LBR_ERR_ABSENT: the name is not known. LBR_ERR_BUSY: nobody answers.
 * LBR_ERR_SYSTEM: no thread. */
enum lbr_error lbr_resolve(const char *host, int64_t until_ms, struct lbr_addresses *ret);

#endif
