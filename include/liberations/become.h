/* From root to the owner of the state directory, for good. Secrets are read and the store is opened only afterwards. */
#ifndef LIBERATIONS_BECOME_H
#define LIBERATIONS_BECOME_H

#include <liberations/error.h>

/* Makes this process the owner of `state_dir` (absolute), in all three user and group ids, its group the only one, and
 * proves that there is no way back. Called by somebody else than root it changes nothing and demands that the caller is
 * that owner already. Resolves no name: ask NSS before.
 * LBR_ERR_ABSENT: no such directory. LBR_ERR_UNSAFE: no directory, reached through a symbolic link, owned by root or by
 * root's group, or the caller is neither root nor its owner. LBR_ERR_SYSTEM: the kernel refused.
 * After any error the ids are undefined and the process must end without touching anything. */
enum lbr_error lbr_become_owner_of(const char *state_dir, struct lbr_reason *reason);

#endif
