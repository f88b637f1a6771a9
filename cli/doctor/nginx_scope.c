/* What holds in a block of nginx's configuration. */
#include "nginx.h"

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

bool cli_nginx_way(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope,
                   struct nginx_way *ret)
{
	size_t at;

	*ret = (struct nginx_way){ .server = server, .scope = scope, .asked = scope };
	for (at = 0; at < sizeof(kinds) / sizeof(kinds[0]) && ret->pass == NULL; at++) {
		ret->pass = cli_proxy_find(scope, kinds[at].pass);
		ret->kind = &kinds[at];
	}
	if (ret->pass == NULL)
		return false;
	cli_nginx_lead(on, ret);
	ret->guard = cli_nginx_guard(on, server, scope);
	return true;
}

static bool asks_gate(const struct nginx_judging *on, const struct proxy_node *server, const char *uri)
{
	const struct proxy_node *at = NULL;
	struct nginx_way way;

	while ((at = cli_proxy_next(server, at)) != NULL) {
		if (!cli_proxy_is(at, "location") || strcmp(cli_proxy_word(at, at->count - 1), uri) != 0)
			continue;
		way = (struct nginx_way){ .scope = at, .pass = cli_proxy_find(at, "proxy_pass") };
		if (way.pass == NULL)
			continue;
		cli_nginx_lead(on, &way);
		if (cli_nginx_is_gate(&way))
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
