/* The users and groups of this machine's own files, for a process that must load no module of the name service. */
#ifndef LIBERATIONS_LOCAL_USERS_H
#define LIBERATIONS_LOCAL_USERS_H

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#define LBR_LOCAL_USERS_FILE "/etc/passwd"
#define LBR_LOCAL_USER_MAX 4096 /* bytes of a line */

/* Reads the next user of a file in the form of passwd(5); `text` holds what `ret` points to. Passes over lines of another form, and
 * over those that do not fit `text`. False: there is none left, or the file cannot be read on. */
bool lbr_local_user_next(FILE *file, char text[LBR_LOCAL_USER_MAX], struct passwd *ret);

/* Finds a group's number in /etc/group. False: there is no group of that name, and `*ret` is unchanged. */
bool lbr_local_group_find(const char *name, gid_t *ret);

#endif
