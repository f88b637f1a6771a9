/* Which sockets the listener serves: the ones it was handed, else its own. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/handed_sockets.h>
#include <liberations/local_users.h>
#include <liberations/socket_make.h>

#include "listen.h"
#include "log.h"

#define VERIFIERS "liberations-verify"
#define INHERITED_MOST 15

static const char *const names[LBR_SCOPES] = {[LBR_SCOPE_OWN] = "agent", [LBR_SCOPE_ANY] = "verify"};

void lbr_inherited_read(struct lbr_inherited *inherited)
{
	const char *said = getenv("LISTEN_FDNAMES");

	/* More sockets than we can use is as wrong as a wrong name; taking them over will report it. */
	*inherited = (struct lbr_inherited){.count = lbr_handed_count(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), INHERITED_MOST)};
	if (inherited->count > 0 && said != NULL)
		(void)snprintf(inherited->names, sizeof(inherited->names), "%s", said);
}

/* The scope whose name starts the list, or LBR_SCOPES. */
static int find_scope(const char *list, size_t len)
{
	int scope;

	for (scope = 0; scope < LBR_SCOPES; scope++)
		if (strlen(names[scope]) == len && strncmp(names[scope], list, len) == 0)
			break;
	return scope;
}

static bool has_option(int fd, int option, int wanted)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == wanted;
}

static enum lbr_error take_over(int fd, struct lbr_reason *reason)
{
	if (!has_option(fd, SO_DOMAIN, AF_UNIX) || !has_option(fd, SO_TYPE, SOCK_STREAM) || !has_option(fd, SO_ACCEPTCONN, 1))
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(NOT_LISTENING), fd);
	return lbr_handed_take(fd, reason);
}

static enum lbr_error take_over_all(const struct lbr_inherited *inherited, struct lbr_sockets *sockets,
                                    struct lbr_reason *reason)
{
	const char *name = inherited->names;
	enum lbr_error error = LBR_OK;
	int i, scope;

	for (i = 0; error == LBR_OK && i < inherited->count; i++) {
		scope = find_scope(name, strcspn(name, ":"));
		if (scope == LBR_SCOPES || sockets->fds[scope] >= 0)
			return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(HANDED_SOCKETS), inherited->names);
		error = take_over(LBR_INHERITED_FIRST + i, reason);
		sockets->fds[scope] = LBR_INHERITED_FIRST + i;
		name += strcspn(name, ":");
		name += *name == ':';
	}
	sockets->activated = true;
	return error;
}

static enum lbr_error make_verifiers(const char *path, int *ret_fd, struct lbr_reason *reason)
{
	gid_t group = (gid_t)-1;

	if (lbr_local_group_find(VERIFIERS, &group))
		return lbr_socket_make(path, 0660, group, ret_fd, reason);
	lbr_log(LOG_WARNING, "no group %s in /etc/group: %s is not served; fix it with `groupadd --system %s`", VERIFIERS, path,
	        VERIFIERS);
	return LBR_OK;
}

enum lbr_error lbr_sockets_open(const struct lbr_agent_arguments *arguments, const struct lbr_inherited *inherited,
                                struct lbr_sockets *sockets, struct lbr_reason *reason)
{
	enum lbr_error error;

	*sockets = (struct lbr_sockets){.fds = {-1, -1}};
	if (inherited->count > 0)
		return take_over_all(inherited, sockets, reason);
	error = lbr_socket_make(arguments->agent_socket, 0666, (gid_t)-1, &sockets->fds[LBR_SCOPE_OWN], reason);
	if (error == LBR_OK)
		error = make_verifiers(arguments->verify_socket, &sockets->fds[LBR_SCOPE_ANY], reason);
	return error;
}
