/* Who is calling. The kernel tells the effective uid, which is 0 for everybody's su and passwd; root's module tells the real one
 * in its hello, and is believed. Its connection waits here for that, and takes no place: the hello is looked at, and left for the
 * agent. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/big_endian.h>
#include <liberations/monotonic.h>

#include "listen.h"

#define LENGTH_WORD 4
#define HELLO_MAX 2048

void lbr_callers_begin(struct lbr_callers *callers)
{
	unsigned i;

	for (i = 0; i < LBR_CALLERS_MAX; i++)
		callers->list[i].fd = -1;
}

static bool identify(int fd, enum lbr_scope scope, struct lbr_caller *caller)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || len != sizeof(peer))
		return false;
	*caller = (struct lbr_caller){.uid = peer.uid, .pid = peer.pid, .scope = scope, .pool = LBR_POOL_OWNERS};
	if (peer.uid == 0 || peer.uid == geteuid())
		caller->pool = LBR_POOL_ROOT;
	else if (scope == LBR_SCOPE_ANY)
		caller->pool = LBR_POOL_VERIFIERS;
	return true;
}

/* A hello is sent whole. Whatever else root sends is root's own: a module of version 1, above all. */
static void believe(struct lbr_caller *caller, const unsigned char *bytes, size_t len)
{
	static struct lbr_frame frame;
	struct lbr_hello hello;

	frame.len = len > LENGTH_WORD ? (size_t)lbr_big_endian_get(bytes, LENGTH_WORD) : 0;
	if (frame.len == 0 || frame.len != len - LENGTH_WORD)
		return;
	memcpy(frame.bytes, bytes + LENGTH_WORD, frame.len);
	if (lbr_wire_get_hello(&frame, &hello) != LBR_OK || hello.real_uid == 0)
		return;
	caller->uid = (uid_t)hello.real_uid;
	caller->pool = LBR_POOL_OWNERS;
}

/* False: nothing is there yet. */
static bool has_spoken(int fd, struct lbr_caller *caller)
{
	unsigned char bytes[HELLO_MAX];
	ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got > 0)
		believe(caller, bytes, (size_t)got);
	return true;
}

static void serve(struct lbr_agents *agents, int fd, const struct lbr_caller *caller)
{
	lbr_agents_start(agents, fd, caller);
	close(fd);
}

/* The one that waited longest gives way: a module speaks as soon as it is connected. */
static void keep(struct lbr_callers *callers, int fd, const struct lbr_caller *caller)
{
	struct lbr_waiting *one, *oldest = callers->list;

	for (one = callers->list; one < callers->list + LBR_CALLERS_MAX && oldest->fd >= 0; one++)
		if (one->fd < 0 || one->until_ms < oldest->until_ms)
			oldest = one;
	if (oldest->fd >= 0)
		close(oldest->fd);
	*oldest = (struct lbr_waiting){.fd = fd, .caller = *caller, .until_ms = lbr_monotonic_ms() + LBR_MACHINE_WAIT_MS};
}

void lbr_callers_take(struct lbr_callers *callers, struct lbr_agents *agents, int fd, enum lbr_scope scope)
{
	struct lbr_caller caller;

	if (!identify(fd, scope, &caller))
		close(fd);
	else if (caller.uid != 0 || has_spoken(fd, &caller))
		serve(agents, fd, &caller);
	else
		keep(callers, fd, &caller);
}

void lbr_callers_serve(struct lbr_callers *callers, struct lbr_agents *agents)
{
	int64_t now_ms = lbr_monotonic_ms();
	struct lbr_waiting *one;

	for (one = callers->list; one < callers->list + LBR_CALLERS_MAX; one++) {
		if (one->fd < 0)
			continue;
		if (has_spoken(one->fd, &one->caller))
			serve(agents, one->fd, &one->caller);
		else if (now_ms >= one->until_ms)
			close(one->fd);
		else
			continue;
		one->fd = -1;
	}
}

int lbr_callers_wait_ms(const struct lbr_callers *callers)
{
	int64_t now_ms = lbr_monotonic_ms(), left_ms = -1;
	const struct lbr_waiting *one;

	for (one = callers->list; one < callers->list + LBR_CALLERS_MAX; one++)
		if (one->fd >= 0 && (left_ms < 0 || one->until_ms - now_ms < left_ms))
			left_ms = one->until_ms > now_ms ? one->until_ms - now_ms : 0;
	return (int)left_ms;
}
