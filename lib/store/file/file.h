/* Opening and reading files that may have been tampered with. Private to lib/. */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <liberations/error.h>

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

/* Reads the whole file, at most `max` bytes; does not add a NUL. LBR_ERR_DAMAGED: empty, or longer than `max`.
 * LBR_ERR_SYSTEM. The caller wipes `bytes`. */
enum lbr_error lbr_file_read(int fd, char *bytes, size_t max, size_t *ret_len, const char *path,
                             struct lbr_reason *reason);

/* Writes all `len` bytes at `offset`, retrying after EINTR; a short write is LBR_ERR_SYSTEM. */
enum lbr_error lbr_file_write(int fd, const void *bytes, size_t len, off_t offset, const char *path,
                              struct lbr_reason *reason);

/* Writes a whole file as `name` in directory `dirfd`, replacing any older one: temporary file beside it, fsync, rename,
 * fsync of the directory; without `sync` the caller syncs later. The caller holds the lock that makes it the only
 * writer of `name`. If it fails before the rename, the old file is in force and no temporary file is left. LBR_ERR_UNKNOWN: it was
 * renamed, and perhaps not durably. */
enum lbr_error lbr_file_replace(int dirfd, const char *name, const void *bytes, size_t len, bool sync,
                                struct lbr_reason *reason);

/* Removes `name` if it exists. */
enum lbr_error lbr_file_remove(int dirfd, const char *name, struct lbr_reason *reason);

/* Takes an exclusive lock on `len` bytes from `start`; it belongs to the open file and ends with it. Waits for at
 * most LBR_LOCK_WAIT_MS. LBR_ERR_BUSY: not free in time. LBR_ERR_SYSTEM. */
enum lbr_error lbr_file_lock(int fd, off_t start, off_t len, const char *path, struct lbr_reason *reason);

/* Does the same without waiting. LBR_ERR_BUSY: another process holds it. */
enum lbr_error lbr_file_try_lock(int fd, off_t start, off_t len);

void lbr_file_unlock(int fd, off_t start, off_t len);

#endif
