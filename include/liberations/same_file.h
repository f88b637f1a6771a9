/* Whether a path still leads to what it led to. */
#ifndef LIBERATIONS_SAME_FILE_H
#define LIBERATIONS_SAME_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/* True: both are the same file, and nobody has written or replaced it in between. */
bool lbr_same_file(const struct stat *one, const struct stat *other);

#endif
