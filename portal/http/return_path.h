/* Where a person goes after the sign-in: a path of the same site, and nothing that could be read as another one. */
#ifndef PORTAL_RETURN_PATH_H
#define PORTAL_RETURN_PATH_H

#include <stdbool.h>

#define LBR_RETURN_MAX 1024 /* bytes */

/* Returns true for a path of 1 to LBR_RETURN_MAX bytes that begins with one slash and holds only bytes of the allow-list: no
 * second slash or backslash behind the first, no backslash, blank, control, quotation mark, '<', '>' or '#', and no byte above
 * 0x7e. What is percent-encoded stays as it is and is never decoded. */
bool lbr_return_path_is_sound(const char *path);

/* Returns `path`, or "/" if it is NULL or not sound. */
const char *lbr_return_path(const char *path);

#endif
