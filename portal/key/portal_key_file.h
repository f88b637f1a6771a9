/* The file of the portal's key: one line of 64 hex digits. */
#ifndef PORTAL_KEY_FILE_H
#define PORTAL_KEY_FILE_H

#include <liberations/error.h>

#include "portal_key.h"

/* Reads it. It must be a regular file with one link, not reached through a symbolic link, owned by root or the effective user, not
 * writable by its group, without any access for others. LBR_ERR_ABSENT, _UNSAFE, _SYNTAX, _SYSTEM; `ret` is then wiped. */
enum lbr_error lbr_portal_key_load(const char *path, struct lbr_portal_key *ret, struct lbr_reason *reason);

#endif
