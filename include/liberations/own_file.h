/* Files and directories of the state: opened without following a link, judged by their descriptors. */
#ifndef LIBERATIONS_OWN_FILE_H
#define LIBERATIONS_OWN_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include <liberations/error.h>

/* Checks that `fd` is of the kind S_IFREG or S_IFDIR, belongs to the effective user and is closed to others, and that a file
 * has one link. `path` is for the reason. LBR_ERR_UNSAFE, _SYSTEM. */
enum lbr_error lbr_own_file_check(int fd, mode_t kind, const char *path, struct lbr_reason *reason);

/* Opens `path` with openat2(2), follows no symbolic or magic link anywhere on the path and, if `beneath`, never leaves `dirfd`.
 * Adds O_CLOEXEC, O_NONBLOCK (a FIFO never blocks) and O_NOCTTY; with O_CREAT the mode is 0600. `*ret_fd` is -1 on
 * failure. LBR_ERR_ABSENT: ENOENT. LBR_ERR_EXISTS: EEXIST. LBR_ERR_UNSAFE: the path contains a link, is of the wrong type, or
 * may not be opened. LBR_ERR_SYSTEM: any other errno, including ENOSYS. */
enum lbr_error lbr_file_openat(int dirfd, const char *path, int flags, bool beneath, int *ret_fd,
                               struct lbr_reason *reason);

/* Opens a file of the store and checks the descriptor: a regular file with one link, owned by the effective user, closed to
 * others. */
enum lbr_error lbr_file_open_own(int dirfd, const char *path, int flags, int *ret_fd, struct lbr_reason *reason);

/* Does the same for a directory: owned by the effective user, closed to others. `beneath` as in lbr_file_openat. */
enum lbr_error lbr_file_open_dir(int dirfd, const char *path, bool beneath, int *ret_fd, struct lbr_reason *reason);

/* Asks for `fd`, an empty file or a directory and what is made in it later, to be written in place: btrfs does so only where this
 * is asked for, and only such writes work on a full disk. Other file systems do not know it and need none, so no failure is
 * told. */
void lbr_file_ask_in_place(int fd);

#endif
