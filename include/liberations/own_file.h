/* What a file or directory of the state must be, judged by its descriptor. */
#ifndef LIBERATIONS_OWN_FILE_H
#define LIBERATIONS_OWN_FILE_H

#include <sys/types.h>

#include <liberations/error.h>

/* Checks that `fd` is of the kind S_IFREG or S_IFDIR, belongs to the effective user and is closed to others, and that a file
 * has one link. `path` is for the reason. LBR_ERR_UNSAFE, _SYSTEM. */
enum lbr_error lbr_own_file_check(int fd, mode_t kind, const char *path, struct lbr_reason *reason);

#endif
