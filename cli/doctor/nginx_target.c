/* Where nginx's ways lead: addresses in variables, behind an `upstream`, and under two names. */
#include "nginx.h"

#include <stdio.h>
#include <string.h>

#define SET_NAME_SIGNS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define SET_ROUNDS 4 /* a variable may hold others */

/* The last `set` of that variable in the block, or else around it. */
static const char *value_of(const struct proxy_node *scope, const char *name, size_t len)
{
	const struct proxy_node *at;
	const char *value = NULL;

	for (; scope != NULL && value == NULL; scope = cli_proxy_scope(scope))
		for (at = NULL; (at = cli_proxy_next(scope, at)) != NULL;)
			if (cli_proxy_is(at, "set") && strlen(cli_proxy_word(at, 1)) == len + 1 &&
			    strncmp(cli_proxy_word(at, 1) + 1, name, len) == 0)
				value = cli_proxy_word(at, 2);
	return value;
}

/* The value of the variable at `text`, "$app" or "${app}", and where the text goes on. NULL: no `set` says. */
static const char *take_variable(const struct proxy_node *scope, const char *text, const char **ret_next)
{
	bool braces = text[1] == '{';
	const char *name = text + 1 + braces;
	size_t len = strspn(name, SET_NAME_SIGNS);

	*ret_next = name + len + (braces && name[len] == '}');
	return len > 0 ? value_of(scope, name, len) : NULL;
}

/* False: too long. */
static bool expand(const struct proxy_node *scope, const char *text, char ret[NGINX_TARGET])
{
	const char *value, *next;
	size_t used = 0, len;

	while (*text != '\0') {
		value = *text == '$' ? take_variable(scope, text, &next) : NULL;
		if (value == NULL) {
			value = text;
			len = 1;
			next = text + 1;
		} else {
			len = strlen(value);
		}
		if (len >= NGINX_TARGET - used)
			return false;
		memcpy(ret + used, value, len);
		used += len;
		text = next;
	}
	ret[used] = '\0';
	return true;
}

/* "http://127.0.0.1:8080/x": the address, and the path behind it, which may be a variable. */
static void split(const char *url, char ret_target[NGINX_TARGET], char ret_path[NGINX_TARGET])
{
	const char *begin = strstr(url, "://");
	size_t len;

	begin = begin != NULL ? begin + 3 : url;
	if (strncmp(begin, "unix:", 5) == 0)
		len = 5 + strcspn(begin + 5, ":$");
	else
		len = strcspn(begin, begin[0] == '$' ? "/" : "/$");
	snprintf(ret_target, NGINX_TARGET, "%.*s", (int)len, begin);
	snprintf(ret_path, NGINX_TARGET, "%s", begin + len + (begin[len] == ':'));
}

static const struct proxy_node *upstream_of(const struct nginx_judging *on, const char *name)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(on->http, at)) != NULL)
		if (cli_proxy_is(at, "upstream") && strcmp(cli_proxy_word(at, 1), name) == 0)
			return at;
	return NULL;
}

void cli_nginx_lead(const struct nginx_judging *on, struct nginx_way *way)
{
	char url[NGINX_TARGET], more[NGINX_TARGET];
	unsigned round;

	snprintf(url, sizeof(url), "%s", cli_proxy_word(way->pass, 1));
	for (round = 0; round < SET_ROUNDS && strchr(url, '$') != NULL && expand(way->scope, url, more); round++)
		memcpy(url, more, sizeof(url));
	split(url, way->target, way->path);
	way->upstream = upstream_of(on, way->target);
}

/* The next address of a way: its target if that is no `upstream`, else the servers of it. */
static const char *next_address(const struct nginx_way *way, const struct proxy_node **at)
{
	if (way->upstream == NULL) {
		const char *only = *at == NULL ? way->target : NULL;

		*at = way->pass;
		return only;
	}
	while ((*at = cli_proxy_next(way->upstream, *at)) != NULL)
		if (cli_proxy_is(*at, "server"))
			return cli_proxy_word(*at, 1);
	return NULL;
}

static bool leads_to(const struct nginx_way *way, const char *socket)
{
	const struct proxy_node *at = NULL;
	const char *address;

	while ((address = next_address(way, &at)) != NULL)
		if (strstr(address, socket) != NULL)
			return true;
	return false;
}

bool cli_nginx_is_gate(const struct nginx_way *way)
{
	return strncmp(way->path, "/authz/", 7) == 0 || leads_to(way, "/gate.sock");
}

bool cli_nginx_is_pages(const struct nginx_way *way)
{
	return leads_to(way, "/pages.sock");
}

/* ":8080" of this machine's own address; NULL: another one's. */
static const char *own_port(const char *address)
{
	static const char *const own[] = { "127.0.0.1", "localhost", "[::1]" };
	size_t at, len;

	for (at = 0; at < sizeof(own) / sizeof(own[0]); at++) {
		len = strlen(own[at]);
		if (strncmp(address, own[at], len) == 0 && (address[len] == ':' || address[len] == '\0'))
			return address + len;
	}
	return NULL;
}

static bool is_same_address(const char *one, const char *other)
{
	const char *port = own_port(one), *other_port = own_port(other);

	return strcmp(one, other) == 0 || (port != NULL && other_port != NULL && strcmp(port, other_port) == 0);
}

bool cli_nginx_is_same(const struct nginx_way *one, const struct nginx_way *other)
{
	const struct proxy_node *at = NULL, *other_at;
	const char *address, *other_address;

	/* A variable that nothing sets means the same in one server alone. */
	if (strchr(one->target, '$') != NULL)
		return strcmp(one->target, other->target) == 0 && one->server == other->server;
	while ((address = next_address(one, &at)) != NULL)
		for (other_at = NULL; (other_address = next_address(other, &other_at)) != NULL;)
			if (is_same_address(address, other_address))
				return true;
	return false;
}
