/* Writing to a descriptor until everything is written. */
#ifndef CLI_WRITE_ALL_H
#define CLI_WRITE_ALL_H

#include <stdbool.h>
#include <stddef.h>

/* Returns false, with errno, if not all `len` bytes could be written: write(2). */
bool cli_write_all(int fd, const char *bytes, size_t len);

#endif
