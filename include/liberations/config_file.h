/* Reads the file of a configuration, whichever grammar table it belongs to. */
#ifndef LIBERATIONS_CONFIG_FILE_H
#define LIBERATIONS_CONFIG_FILE_H

#include <stddef.h>

#include <liberations/error.h>
#include <liberations/grammar.h>

/* Reads the whole file into memory that the caller frees; `*ret` is NULL on failure. The file must be a regular one with one
 * link, not reached through a symbolic link, owned by root or the effective user, not writable by group or others, and at most
 * LBR_CONFIG_MAX bytes long. Reports every fault to `fault`; if there is no such file, `missing`, which names what makes it.
 * LBR_ERR_ABSENT, _UNSAFE, _SYNTAX, _SYSTEM, _MEMORY. */
enum lbr_error lbr_config_file_read(const char *path, const struct lbr_reason *missing, char **ret, size_t *ret_len,
                                    lbr_fault *fault, void *context);

/* Does the same with a file that the caller opened, from its begin; the descriptor stays the caller's. */
enum lbr_error lbr_config_file_read_open(int fd, const char *path, char **ret, size_t *ret_len, lbr_fault *fault, void *context);

#endif
