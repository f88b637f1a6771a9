/* The fields of a request that nginx passes on. */
#include "nginx.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* For a program of CGI, "Remote-User" is HTTP_REMOTE_USER; a name with an underscore is a parameter's already. */
static void name_param(const struct nginx_way *way, const char *name, char ret[NGINX_TARGET])
{
	bool header = way->kind->cgi && strchr(name, '_') == NULL;
	size_t at;

	snprintf(ret, NGINX_TARGET, "%s%s", header ? "HTTP_" : "", name);
	for (at = 0; header && ret[at] != '\0'; at++)
		ret[at] = ret[at] == '-' ? '_' : (char)toupper((unsigned char)ret[at]);
}

/* Of the parameters of CGI, a visitor can set those of headers alone. */
static bool is_header(const struct nginx_way *way, const char *param)
{
	return !way->kind->cgi || strncmp(param, "HTTP_", 5) == 0;
}

/* $remote_user is what a visitor typed, until somebody has judged it. */
static bool is_visitors(const struct nginx_way *way, const char *value)
{
	if (strstr(value, "$remote_user") != NULL || strstr(value, "${remote_user}") != NULL)
		return way->guard != GUARD_PAM && !cli_nginx_is_on(way->scope, "auth_basic");
	return strstr(value, "$http_") != NULL || strstr(value, "${http_") != NULL || strstr(value, "$arg_") != NULL ||
	       strstr(value, "$cookie_") != NULL;
}

static struct nginx_field param_of(const struct nginx_way *way, const char *name)
{
	const struct proxy_node *level = cli_nginx_level(way->scope, way->kind->set), *at = NULL;
	struct nginx_field ret = { .visitors = false };

	while (level != NULL && (at = cli_proxy_next(level, at)) != NULL)
		if (cli_proxy_is(at, way->kind->set) && strcasecmp(cli_proxy_word(at, 1), name) == 0)
			ret = (struct nginx_field){ is_visitors(way, cli_proxy_word(at, 2)), cli_proxy_word(at, 2), at };
	return ret;
}

struct nginx_field cli_nginx_field(const struct nginx_way *way, const char *name)
{
	char param[NGINX_TARGET];
	struct nginx_field ret;

	name_param(way, name, param);
	ret = param_of(way, param);
	if (ret.at == NULL && is_header(way, param))
		ret.visitors = !cli_nginx_is_off(way->scope, way->kind->all);
	return ret;
}

bool cli_nginx_is_proven(const struct nginx_way *way, const char *value)
{
	const char *name = cli_nginx_gate_name(way->asked);

	if (value == NULL)
		return false;
	if (way->guard == GUARD_PAM)
		return strcmp(value, "$remote_user") == 0;
	return way->guard == GUARD_GATE && name[0] != '\0' && strcmp(value, name) == 0;
}

/* A line in a block that has none would cut off the lines that it inherits: it goes to those. The value may hold the name of a
 * variable, which sed(1) must not take for the end of its script. */
const char *cli_nginx_fix_field(const struct nginx_way *way, const char *name, const char *value, char ret[PROXY_FIX])
{
	const struct proxy_node *level = cli_nginx_level(way->scope, way->kind->set);
	char param[NGINX_TARGET], text[1024];
	struct nginx_field now;

	name_param(way, name, param);
	now = param_of(way, param);
	if (!cli_proxy_is_plain(param) || strpbrk(value, "|&\\\n") != NULL)
		return cli_proxy_fix(way->pass, NULL, ret);
	if (now.at != NULL) {
		snprintf(text, sizeof(text), "s|%s[[:space:]]*%s[[:space:]][^;]*|%s %s %s|I", way->kind->set, param,
		         way->kind->set, param, value);
		return cli_proxy_fix(now.at, text, ret);
	}
	snprintf(text, sizeof(text), "%s %s %s;", way->kind->set, param, value);
	if (level == NULL)
		return cli_proxy_fix_before(way->pass, text, ret);
	for (now.at = NULL; (now.at = cli_proxy_next(level, now.at)) != NULL;)
		if (cli_proxy_is(now.at, way->kind->set))
			break;
	return cli_proxy_fix_before(now.at, text, ret);
}
