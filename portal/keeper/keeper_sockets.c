/* Which sockets the keeper serves. */
#include "keeper_sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <liberations/handed_sockets.h>
#include <liberations/local_users.h>
#include <liberations/socket_make.h>

#define HANDED_FIRST 3
#define HANDED_COUNT 2
#define OLD_GATE_TIMES 40 /* two seconds */
#define PAUSE_NS 50000000L

/* There is no TLS here: what others could connect to over a network is refused. */
static bool is_near(int fd)
{
	union {
		struct sockaddr     any;
		struct sockaddr_in  v4;
		struct sockaddr_in6 v6;
	} address = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t len = sizeof(address), size = sizeof(int);
	int listens = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens != 1 ||
	    getsockname(fd, &address.any, &len) != 0)
		return false;
	if (address.any.sa_family == AF_INET)
		return ntohl(address.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	if (address.any.sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr);
	return address.any.sa_family == AF_UNIX;
}

static enum lbr_error take_over(int fd, struct lbr_reason *reason)
{
	return is_near(fd) ? lbr_handed_take(fd, reason) : lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_LISTENS), fd);
}

static enum lbr_error take_over_both(int count, int *ret_pages, int *ret_gate, struct lbr_reason *reason)
{
	const char *said = getenv("LISTEN_FDNAMES"), *names = said != NULL ? said : "";
	enum lbr_error error;

	if (count != HANDED_COUNT || (strcmp(names, "pages:gate") != 0 && strcmp(names, "gate:pages") != 0))
		return lbr_fail(reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_HANDED), names);
	*ret_pages = HANDED_FIRST + (names[0] == 'g');
	*ret_gate = HANDED_FIRST + (names[0] == 'p');
	error = take_over(*ret_pages, reason);
	return error == LBR_OK ? take_over(*ret_gate, reason) : error;
}

/* The gate of a keeper that ended a moment ago still holds its socket until it sees that. */
static enum lbr_error make_gate(const char *path, gid_t group, int *ret, struct lbr_reason *reason)
{
	const struct timespec pause = { 0, PAUSE_NS };
	enum lbr_error error;
	unsigned times;

	error = lbr_socket_make(path, 0660, group, ret, reason);
	for (times = 0; error == LBR_ERR_BUSY && times < OLD_GATE_TIMES; times++) {
		(void)nanosleep(&pause, NULL);
		error = lbr_socket_make(path, 0660, group, ret, reason);
	}
	return error;
}

enum lbr_error lbr_keeper_sockets_open(const struct lbr_portal_settings *settings, int *ret_pages, int *ret_gate,
                                       bool *ret_own, struct lbr_reason *reason)
{
	int count = lbr_handed_count(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), HANDED_COUNT);
	gid_t group = (gid_t)-1;
	enum lbr_error error;

	*ret_own = count == 0;
	if (count > 0)
		return take_over_both(count, ret_pages, ret_gate, reason);
	(void)lbr_local_group_find(LBR_WEB_GROUP, &group);
	error = lbr_socket_make(settings->pages, 0660, group, ret_pages, reason);
	return error == LBR_OK ? make_gate(settings->gate, group, ret_gate, reason) : error;
}
