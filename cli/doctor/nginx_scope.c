/* What holds in a block of nginx's configuration. */
#include "nginx.h"

#include <stdio.h>
#include <string.h>

static const struct nginx_kind kinds[] = {
	{ "proxy_pass", "proxy_set_header", "proxy_pass_request_headers", false },
	{ "grpc_pass", "grpc_set_header", "", false },
	{ "fastcgi_pass", "fastcgi_param", "fastcgi_pass_request_headers", true },
	{ "uwsgi_pass", "uwsgi_param", "uwsgi_pass_request_headers", true },
	{ "scgi_pass", "scgi_param", "scgi_pass_request_headers", true },
};

const struct proxy_node *cli_nginx_level(const struct proxy_node *scope, const char *name)
{
	while (scope != NULL && cli_proxy_find(scope, name) == NULL)
		scope = cli_proxy_scope(scope);
	return scope;
}

bool cli_nginx_is_on(const struct proxy_node *scope, const char *name)
{
	const struct proxy_node *line = cli_proxy_effective(scope, name);

	return line != NULL && strcmp(cli_proxy_word(line, 1), "off") != 0;
}

bool cli_nginx_is_off(const struct proxy_node *scope, const char *name)
{
	return cli_proxy_effective(scope, name) != NULL && !cli_nginx_is_on(scope, name);
}

/* "$application" of a `set` in the block or around it. */
static const char *value_of(const struct proxy_node *scope, const char *word)
{
	const struct proxy_node *at;

	for (; scope != NULL; scope = cli_proxy_scope(scope))
		for (at = NULL; (at = cli_proxy_next(scope, at)) != NULL;)
			if (cli_proxy_is(at, "set") && strcmp(cli_proxy_word(at, 1), word) == 0)
				return cli_proxy_word(at, 2);
	return word;
}

/* The address alone: no scheme, no path. */
static void take_target(const char *text, char ret[NGINX_TARGET])
{
	const char *begin = strstr(text, "://");
	size_t len;

	begin = begin != NULL ? begin + 3 : text;
	len = strncmp(begin, "unix:", 5) == 0 ? 5 + strcspn(begin + 5, ":$") : strcspn(begin, "/$");
	snprintf(ret, NGINX_TARGET, "%.*s", (int)(len < NGINX_TARGET ? len : NGINX_TARGET - 1), begin);
	if (ret[0] == '\0')
		snprintf(ret, NGINX_TARGET, "%s", text);
}

bool cli_nginx_way(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope,
                   struct nginx_way *ret)
{
	size_t at;

	*ret = (struct nginx_way){ .server = server, .scope = scope };
	for (at = 0; at < sizeof(kinds) / sizeof(kinds[0]) && ret->pass == NULL; at++) {
		ret->pass = cli_proxy_find(scope, kinds[at].pass);
		ret->kind = &kinds[at];
	}
	if (ret->pass == NULL)
		return false;
	take_target(value_of(scope, cli_proxy_word(ret->pass, 1)), ret->target);
	ret->guard = cli_nginx_guard(on, server, scope);
	return true;
}

/* The address itself, or a server of the `upstream` of that name. */
static bool leads_to(const struct nginx_judging *on, const struct nginx_way *way, const char *socket)
{
	const struct proxy_node *at = NULL, *server;

	if (strstr(way->target, socket) != NULL)
		return true;
	while ((at = cli_proxy_next(on->http, at)) != NULL)
		if (cli_proxy_is(at, "upstream") && strcmp(cli_proxy_word(at, 1), way->target) == 0)
			for (server = NULL; (server = cli_proxy_next(at, server)) != NULL;)
				if (strstr(cli_proxy_word(server, 1), socket) != NULL)
					return true;
	return false;
}

bool cli_nginx_is_gate(const struct nginx_judging *on, const struct nginx_way *way)
{
	return strstr(cli_proxy_word(way->pass, 1), "/authz/") != NULL || leads_to(on, way, "/gate.sock");
}

bool cli_nginx_is_pages(const struct nginx_judging *on, const struct nginx_way *way)
{
	return leads_to(on, way, "/pages.sock");
}

static bool asks_gate(const struct nginx_judging *on, const struct proxy_node *server, const char *uri)
{
	const struct proxy_node *at = NULL;
	struct nginx_way way;

	while ((at = cli_proxy_next(server, at)) != NULL) {
		if (!cli_proxy_is(at, "location") || strcmp(cli_proxy_word(at, at->count - 1), uri) != 0)
			continue;
		way = (struct nginx_way){ .pass = cli_proxy_find(at, "proxy_pass") };
		if (way.pass == NULL)
			continue;
		take_target(value_of(at, cli_proxy_word(way.pass, 1)), way.target);
		if (cli_nginx_is_gate(on, &way))
			return true;
	}
	return false;
}

enum nginx_guard cli_nginx_guard(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope)
{
	const struct proxy_node *service = cli_proxy_effective(scope, "auth_pam_service_name");
	const struct proxy_node *request = cli_proxy_effective(scope, "auth_request");

	if (cli_nginx_is_on(scope, "auth_request") && asks_gate(on, server, cli_proxy_word(request, 1)))
		return GUARD_GATE;
	if (cli_nginx_is_on(scope, "auth_pam") &&
	    cli_proxy_service(on->doctor, service != NULL ? cli_proxy_word(service, 1) : "nginx") != SERVICE_OTHER)
		return GUARD_PAM;
	return GUARD_NONE;
}

const char *cli_nginx_gate_name(const struct proxy_node *scope)
{
	const struct proxy_node *level = cli_nginx_level(scope, "auth_request_set"), *at = NULL;

	while (level != NULL && (at = cli_proxy_next(level, at)) != NULL)
		if (cli_proxy_is(at, "auth_request_set") && strcmp(cli_proxy_word(at, 2), "$upstream_http_remote_user") == 0)
			return cli_proxy_word(at, 1);
	return "";
}
