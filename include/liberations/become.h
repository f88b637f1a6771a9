/* Drops root for good and becomes the owner of the state directory, before any secret is read and the store is opened. */
#ifndef LIBERATIONS_BECOME_H
#define LIBERATIONS_BECOME_H

#include <liberations/error.h>

/* Sets all three user and group ids of this process to those of the owner of `state_dir` (absolute), with that group as the only
 * one, and verifies that root cannot be regained. If the caller is not root, it changes nothing and requires that the caller
 * already is that owner. It resolves no names: query NSS before.
 * LBR_ERR_ABSENT: no such directory. LBR_ERR_UNSAFE: not a directory, reached through a symbolic link, owned by root or
 * root's group, or the caller is neither root nor its owner. LBR_ERR_SYSTEM: the kernel refused.
 * After any error the ids are undefined and the process must exit at once. */
enum lbr_error lbr_become_owner_of(const char *state_dir, struct lbr_reason *reason);

#endif
