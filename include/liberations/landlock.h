/* Giving up files: Landlock. What is not granted between begin and end is forbidden from then on, to this thread and to those that
 * it starts. */
#ifndef LIBERATIONS_LANDLOCK_H
#define LIBERATIONS_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>

#define LBR_FILES_READ (1ULL << 2)       /* a file */
#define LBR_FILES_READ_DIR (1ULL << 3)
#define LBR_FILES_KEEP (LBR_FILES_READ | LBR_FILES_READ_DIR | 1ULL << 1 | 1ULL << 5 | 1ULL << 8 | 1ULL << 14) /* write, remove,
                                                                                        * make and cut regular files too */

struct lbr_landlock {
	int      fd;
	uint64_t governed; /* the rights that this kernel knows */
};

/* Begins; always end with lbr_landlock_end, also after an error. `connects`: TCP connections stay possible; else they go too,
 * where the kernel knows how, and in either case so do listening on TCP and abstract sockets. LBR_ERR_ABSENT: this kernel has no
 * Landlock. LBR_ERR_SYSTEM. */
enum lbr_error lbr_landlock_begin(struct lbr_landlock *landlock, bool connects, struct lbr_reason *reason);

/* Grants these rights to what `fd` names and, for a directory, to all beneath it. `path` is for the reason. LBR_ERR_SYSTEM. */
enum lbr_error lbr_landlock_grant(const struct lbr_landlock *landlock, uint64_t rights, int fd, const char *path,
                                  struct lbr_reason *reason);

/* Puts it in force, if `error` is LBR_OK; then needs no_new_privs. Closes the descriptor. Returns `error`, or LBR_ERR_SYSTEM. */
enum lbr_error lbr_landlock_end(struct lbr_landlock *landlock, enum lbr_error error, struct lbr_reason *reason);

#endif
