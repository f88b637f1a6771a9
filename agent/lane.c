/* Which lane an attempt counts in. A remote attacker who burns the remote lane must not close the console. */
#include "session.h"

#include <sys/stat.h>

static bool has_only_device_letters(const char *name)
{
	return name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-") == strlen(name);
}

static bool names_terminal(const char *tty)
{
	char path[LBR_WIRE_CLAIM_MAX + 8];
	const char *name = strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;
	struct stat device;
	int len;

	if (!has_only_device_letters(name))
		return false;
	if (strncmp(name, "tty", 3) != 0 && strncmp(name, "pts/", 4) != 0 && strncmp(name, "hvc", 3) != 0 &&
	    strcmp(name, "console") != 0)
		return false;
	len = snprintf(path, sizeof(path), "/dev/%s", name);
	return len > 0 && (size_t)len < sizeof(path) && lstat(path, &device) == 0 && S_ISCHR(device.st_mode);
}

enum lbr_lane lbr_lane_of(const struct lbr_session *session)
{
	if (session->hello.rhost[0] == '\0' && names_terminal(session->hello.tty))
		return LBR_LANE_LOCAL;
	return LBR_LANE_REMOTE;
}
