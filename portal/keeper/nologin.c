/* The files of pam_nologin(8). */
#include "nologin.h"

#include <stddef.h>
#include <unistd.h>

static const char *const files[] = { "/run/nologin", "/etc/nologin", NULL };

bool lbr_nologin(void)
{
	size_t at;

	for (at = 0; files[at] != NULL; at++)
		if (access(files[at], F_OK) == 0)
			return true;
	return false;
}
