/* Virtual hosts without the gate, which pass requests to an application behind it. */
#include <string.h>

#include "apache.h"

/* ProxyPass / http://127.0.0.1:8080/, or the address alone inside of <Location>. */
static const char *target_of(const struct proxy_node *pass)
{
	const char *first = cli_proxy_word(pass, 1);

	return first[0] == '/' ? cli_proxy_word(pass, 2) : first;
}

static bool is_behind(const struct proxy_node *gated, const struct proxy_node *pass)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(gated, at)) != NULL)
		if (cli_proxy_is(at, "ProxyPass") && strcmp(target_of(at), target_of(pass)) == 0 &&
		    strstr(target_of(at), "/pages.sock") == NULL)
			return true;
	return false;
}

void cli_apache_judge_others(const struct apache_judging *on, const struct proxy_node *map)
{
	const struct proxy_node *gated = cli_proxy_scope(map), *at;
	char fix[PROXY_FIX];

	for (at = on->made; at != NULL; at = at->made_next)
		if (cli_proxy_is(at, "ProxyPass") && cli_apache_host(at) != cli_apache_host(map) && is_behind(gated, at) &&
		    !cli_apache_drops(cli_proxy_scope(at), "Remote-User"))
			apache_say(on, FINDING_CRITICAL, at, cli_proxy_fix(at, "i RequestHeader unset Remote-User early", fix),
			           TEXT_DOCTOR_PROXY_CLAIMED, "Remote-User");
}
