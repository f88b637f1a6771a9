/* What holds in a section of Apache's configuration: its virtual host, and the lines around it. */
#include <string.h>
#include <strings.h>

#include "apache.h"

bool cli_apache_begins(const struct proxy_node *node, const char *const *words)
{
	unsigned at;

	for (at = 0; words[at] != NULL; at++)
		if (strcasecmp(cli_proxy_word(node, at + 1), words[at]) != 0)
			return false;
	return true;
}

bool cli_apache_contains(const struct proxy_node *node, unsigned first, const char *text)
{
	for (; first < node->count; first++)
		if (strcasestr(cli_proxy_word(node, first), text) != NULL)
			return true;
	return false;
}

const struct proxy_node *cli_apache_host(const struct proxy_node *scope)
{
	while (scope != NULL && !cli_proxy_is(scope, "VirtualHost"))
		scope = cli_proxy_scope(scope);
	return scope;
}

bool cli_apache_drops(const struct proxy_node *scope, const char *header)
{
	const char *const dropped[] = { "unset", header, NULL };
	const struct proxy_node *at;

	for (; scope != NULL; scope = cli_proxy_scope(scope))
		for (at = NULL; (at = cli_proxy_next(scope, at)) != NULL;)
			if (cli_proxy_is(at, "RequestHeader") && cli_apache_begins(at, dropped))
				return true;
	return false;
}

/* <VirtualHost 127.0.0.1:8080>: its own addresses; outside of any, the server's Listen lines say nothing of one section. */
void cli_apache_judge_tls(const struct apache_judging *on, const struct proxy_node *scope)
{
	const struct proxy_node *host = cli_apache_host(scope), *ssl = cli_proxy_effective(scope, "SSLEngine");
	bool open = host != NULL && host->count < 2;
	char fix[PROXY_FIX];
	unsigned at;

	for (at = 1; host != NULL && at < host->count; at++)
		open |= !cli_proxy_is_local(cli_proxy_word(host, at));
	if (open && (ssl == NULL || strcasecmp(cli_proxy_word(ssl, 1), "on") != 0))
		apache_say(on, FINDING_CRITICAL, host, cli_proxy_fix(host, "a SSLEngine On", fix), TEXT_DOCTOR_PROXY_PLAIN,
		           "SSLEngine On");
}
