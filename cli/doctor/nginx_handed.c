/* try_files hands a request to another location once the sign-in of the first one was asked. The other one is guarded by that as
 * far as nothing else leads to it: "@app" and what is `internal` cannot be asked for. */
#include "nginx.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *taker(const struct proxy_node *scope)
{
	const struct proxy_node *line = cli_proxy_find(scope, "try_files");

	return line != NULL ? cli_proxy_word(line, line->count - 1) : "";
}

bool cli_nginx_hands_over(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope,
                          struct nginx_way *ret)
{
	*ret = (struct nginx_way){ .server = server, .scope = scope, .asked = scope };
	if (strchr("@/", taker(scope)[0]) == NULL || taker(scope)[0] == '\0')
		return false;
	ret->guard = cli_nginx_guard(on, server, scope);
	return ret->guard != GUARD_NONE;
}

/* An expression of PCRE, read no further than this: it names the file itself, or every file that ends alike, as "\.php$" does. */
static bool may_match(const char *expression, const char *uri)
{
	char plain[NGINX_TARGET], *put = plain;
	const char *file = strrchr(uri, '/') + 1, *end = strrchr(file, '.'), *found;

	for (; *expression != '\0' && put < plain + sizeof(plain) - 1; expression++)
		if (strchr("\\[]", *expression) == NULL)
			*put++ = *expression;
	*put = '\0';
	if (end == NULL || strstr(plain, file) != NULL)
		return end != NULL;
	found = strstr(plain, end);
	return found != NULL && (found == plain || !isalnum((unsigned char)found[-1]));
}

static bool takes(const struct proxy_node *location, const char *uri)
{
	const char *sign = location->count > 2 ? cli_proxy_word(location, 1) : "";
	const char *word = cli_proxy_word(location, location->count - 1);

	if (!cli_proxy_is(location, "location") || uri[0] == '@' || sign[0] == '=')
		return cli_proxy_is(location, "location") && strcmp(word, uri) == 0;
	if (sign[0] == '~')
		return may_match(word, uri);
	return word[0] == '/' && word[1] != '\0' && strncmp(uri, word, strlen(word)) == 0;
}

static void settle(const struct nginx_judging *on, struct nginx_way *way, const struct nginx_way *from)
{
	char uri[NGINX_TARGET], fix[PROXY_FIX];

	snprintf(uri, sizeof(uri), "%.*s", (int)strcspn(taker(from->scope), "?$"), taker(from->scope));
	if (!takes(way->scope, uri))
		return;
	way->guard = from->guard;
	way->asked = from->scope;
	if (uri[0] != '@' && cli_proxy_find(way->scope, "internal") == NULL)
		nginx_say(on, FINDING_CRITICAL, way->pass, cli_proxy_fix(way->pass, NULL, fix), TEXT_DOCTOR_NGINX_AROUND, uri);
}

void cli_nginx_settle_handed(const struct nginx_judging *on)
{
	unsigned at, from;

	for (from = 0; from < on->count; from++)
		for (at = 0; on->ways[from].pass == NULL && at < on->count; at++)
			if (on->ways[at].pass != NULL && on->ways[at].guard == GUARD_NONE &&
			    on->ways[at].server == on->ways[from].server)
				settle(on, &on->ways[at], &on->ways[from]);
}
