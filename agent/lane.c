/* Which lane an attempt counts in. A remote attacker who burns the remote lane must not close the console. */
#include <stdbool.h>
#include <string.h>

#include "session.h"

static bool is_number(const char *text)
{
	return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* Judged by its name alone: in a confined service /dev has no consoles to look at. Services also write "ssh", "cron" or a
 * display. */
static bool names_terminal(const char *tty)
{
	const char *name = strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;

	if (strncmp(name, "pts/", 4) == 0)
		return is_number(name + 4);
	if (strncmp(name, "hvc", 3) == 0)
		return is_number(name + 3);
	if (strncmp(name, "tty", 3) == 0) /* tty1, ttyS0, ttyUSB0 */
		return is_number(name + 3 + strspn(name + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
	return strcmp(name, "console") == 0;
}

enum lbr_lane lbr_lane_of(const struct lbr_session *session)
{
	if ((session->trusted || session->own_account) && session->hello.rhost[0] == '\0' && names_terminal(session->hello.tty))
		return LBR_LANE_LOCAL;
	return LBR_LANE_REMOTE;
}
