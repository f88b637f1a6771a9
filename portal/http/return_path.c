/* Where a person goes after the sign-in. */
#include "return_path.h"

#include <stddef.h>
#include <string.h>

static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?%[]{}|^";

bool lbr_return_path_is_sound(const char *path)
{
	size_t len = strnlen(path, LBR_RETURN_MAX + 1);

	return len <= LBR_RETURN_MAX && path[0] == '/' && path[1] != '/' && path[strspn(path, allowed)] == '\0';
}

const char *lbr_return_path(const char *path)
{
	return path != NULL && lbr_return_path_is_sound(path) ? path : "/";
}
