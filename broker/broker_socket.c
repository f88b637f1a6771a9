/* The socket of the broker. Read broker_socket.h first. */
#include "broker_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <liberations/local_users.h>
#include <liberations/socket_make.h>

static bool find_group(const struct lbr_owner *agent, gid_t *ret)
{
	char text[LBR_LOCAL_USER_MAX];
	bool found = agent->has_gid;
	struct passwd entry;
	FILE *file = found ? NULL : fopen(LBR_LOCAL_USERS_FILE, "re");

	*ret = agent->gid;
	while (!found && file != NULL && lbr_local_user_next(file, text, &entry)) {
		found = entry.pw_uid == agent->uid;
		*ret = entry.pw_gid;
	}
	if (file != NULL)
		(void)fclose(file);
	return found;
}

enum lbr_error lbr_broker_socket_make(const struct lbr_store_settings *settings, const struct lbr_owner *agent, int *ret,
                                      struct lbr_reason *reason)
{
	enum lbr_error error;
	gid_t gid;

	if (find_group(agent, &gid))
		return lbr_socket_make(settings->socket, 0660, gid, ret, reason);
	error = lbr_socket_make(settings->socket, 0600, (gid_t)-1, ret, reason);
	/* Only root and this process write to its directory. */
	if (error == LBR_OK && lchown(settings->socket, agent->uid, (gid_t)-1) != 0 && errno != EPERM)
		error = lbr_fail_system(reason, errno, "%s: chown", settings->socket);
	return error;
}
