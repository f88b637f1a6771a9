#include "support/unprivileged.h"

#include <grp.h>
#include <stddef.h>
#include <unistd.h>

int become_unprivileged(const char *dir)
{
	if (geteuid() != 0)
		return 0;
	if (dir != NULL && chown(dir, UNPRIVILEGED_UID, UNPRIVILEGED_UID) != 0)
		return -1;
	if (setgroups(0, NULL) != 0 || setresgid(UNPRIVILEGED_UID, UNPRIVILEGED_UID, UNPRIVILEGED_UID) != 0 ||
	    setresuid(UNPRIVILEGED_UID, UNPRIVILEGED_UID, UNPRIVILEGED_UID) != 0)
		return -1;
	return 0;
}
