/* Drops root for good and becomes the owner of the state directory, before any secret is read and the store is opened. */
#ifndef LIBERATIONS_BECOME_H
#define LIBERATIONS_BECOME_H

#include <stdbool.h>
#include <sys/types.h>

#include <liberations/error.h>

struct lbr_owner {
	uid_t uid;
	gid_t gid; /* only if has_gid */
	bool  has_gid;
};

/* Finds the user of the configuration (`user =`) in /etc/passwd; digits are a uid, whether or not it has a name, and any group goes
 * with it. LBR_ERR_UNSAFE: no such user. LBR_ERR_SYSTEM. */
enum lbr_error lbr_owner_find(const char *user, struct lbr_owner *ret, struct lbr_reason *reason);

/* Judges the owner of `directory`. LBR_ERR_UNSAFE: not that user's; the reason names the repair. Errors as lbr_owner_find. */
enum lbr_error lbr_owner_judge(const char *user, uid_t uid, gid_t gid, const char *directory, struct lbr_reason *reason);

/* Sets all three user and group ids of this process to those of the owner of `state_dir` (absolute), with that group as the only
 * one, and verifies that root cannot be regained. `user` is the one who should be the owner (lbr_owner_find): a restored directory
 * belongs to whatever user has that number now. If the caller is not root, it changes nothing and requires that the caller
 * already is that owner. It asks no name service.
 * LBR_ERR_ABSENT: no such directory. LBR_ERR_UNSAFE: not a directory, reached through a symbolic link, owned by root or
 * root's group, not that user's, or the caller is neither root nor its owner. LBR_ERR_SYSTEM: the kernel refused.
 * After any error the ids are undefined and the process must exit at once. */
enum lbr_error lbr_become_owner_of(const char *state_dir, const char *user, struct lbr_reason *reason);

/* Does the same with a user who owns no store: as `user` (lbr_owner_find), with the user's first group and, if /etc/group has it,
 * `group`. A caller who is not root must be that user already, and keeps its groups. LBR_ERR_UNSAFE: no such user, root, or another
 * caller. LBR_ERR_SYSTEM. */
enum lbr_error lbr_become_user(const char *user, const char *group, struct lbr_reason *reason);

#endif
