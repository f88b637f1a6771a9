/* The servers of store.conf. */
#include "servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT "5432"
#define PORT_MAX 65535
#define HOST_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define OF_NAME HOST_LETTERS "0123456789.-_"
#define OF_IPV6 "0123456789abcdefABCDEF:.%" HOST_LETTERS /* with its zone */

static bool take(const char *text, size_t len, const char *of, char *ret, size_t size)
{
	if (len == 0 || len >= size || (of != NULL && strspn(text, of) < len))
		return false;
	(void)snprintf(ret, size, "%.*s", (int)len, text);
	return true;
}

static bool take_port(const char *text, size_t len, char ret[8])
{
	long port;

	if (!take(text, len, "0123456789", ret, 6))
		return false;
	port = strtol(ret, NULL, 10);
	return port >= 1 && port <= PORT_MAX;
}

/* libpq would take other hosts for sockets, files or several. */
static bool read_one(const char *text, size_t len, struct lbr_server *ret)
{
	const char *end = text + len, *after;
	bool fits;

	(void)snprintf(ret->port, sizeof(ret->port), PORT);
	if (text[0] == '[') {
		after = memchr(text, ']', len);
		fits = after != NULL && take(text + 1, (size_t)(after - text) - 1, OF_IPV6, ret->host, sizeof(ret->host));
		after = fits ? after + 1 : text;
	} else {
		after = memchr(text, ':', len);
		if (after == NULL)
			after = end;
		fits = take(text, (size_t)(after - text), text[0] == '/' ? NULL : OF_NAME, ret->host, sizeof(ret->host));
	}
	if (!fits || after == end)
		return fits;
	return *after == ':' && take_port(after + 1, (size_t)(end - after) - 1, ret->port);
}

bool lbr_servers_read(const char *text, struct lbr_servers *ret)
{
	size_t len;

	*ret = (struct lbr_servers){.count = 0};
	for (;;) {
		text += strspn(text, " ");
		len = strcspn(text, ", ");
		if (len == 0 || ret->count == LBR_SERVERS_MAX || !read_one(text, len, &ret->at[ret->count]))
			return false;
		ret->count++;
		text += len;
		text += strspn(text, " ");
		if (*text == '\0')
			return true;
		if (*text++ != ',')
			return false;
	}
}

void lbr_server_name(const struct lbr_server *server, char *ret, size_t size)
{
	bool in_brackets = server->host[0] != '/' && strchr(server->host, ':') != NULL;
	size_t room = size - strlen(server->port) - (in_brackets ? sizeof("[]:") : sizeof(":"));
	bool cut = strlen(server->host) > room;

	(void)snprintf(ret, size, "%s%.*s%s%s:%s", in_brackets ? "[" : "", (int)(cut ? room - 3 : room), server->host,
	               cut ? "..." : "", in_brackets ? "]" : "", server->port);
}

bool lbr_servers_are_remote(const struct lbr_servers *servers)
{
	unsigned at;

	for (at = 0; at < servers->count; at++)
		if (servers->at[at].host[0] != '/')
			return true;
	return false;
}
