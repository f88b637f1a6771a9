/* Reading and writing files that may have been tampered with. Private to lib/. */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <liberations/error.h>
#include <liberations/own_file.h>

#define LBR_TEMP_END ".tmp" /* how the name of a temporary file ends; it begins with a dot */

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

/* Does the same, durably, to a file that exists. LBR_ERR_ABSENT: another process removed it, at whatever moment before the rename;
 * none is left. Where the file system cannot exchange two files (NFS, for one), the removal may come between a last look and the
 * rename, which then puts the file back. */
enum lbr_error lbr_file_rewrite(int dirfd, const char *name, const void *bytes, size_t len, struct lbr_reason *reason);

/* Removes `name` if it exists. */
enum lbr_error lbr_file_remove(int dirfd, const char *name, struct lbr_reason *reason);

/* Takes an exclusive lock on `len` bytes from `start`; it belongs to the open file and ends with it. Waits for at
 * most LBR_LOCK_WAIT_MS. LBR_ERR_BUSY: not free in time. LBR_ERR_SYSTEM. */
enum lbr_error lbr_file_lock(int fd, off_t start, off_t len, const char *path, struct lbr_reason *reason);

/* Does the same without waiting. LBR_ERR_BUSY: another process holds it. */
enum lbr_error lbr_file_try_lock(int fd, off_t start, off_t len);

void lbr_file_unlock(int fd, off_t start, off_t len);

#endif
