/* The child that makes files and removes them again. */
#ifndef CLI_KEPT_GUARD_H
#define CLI_KEPT_GUARD_H

#include <stddef.h>

#include "kept_file.h"

/* Its whole life, with every signal blocked. To its socket it sends packets of one errno number: for each file the directory
 * with 0, then the file with 0, or the number alone of what failed, and then no more. One packet back says that the files stay. */
void cli_kept_guard(int socket, const char *const paths[], size_t count) __attribute__((noreturn));

#endif
