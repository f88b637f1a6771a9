/* auth_pam of nginx, which asks PAM for each request; a code works once. */
#include "nginx.h"

#include <stdio.h>
#include <string.h>

static const struct proxy_node *service_of(const struct proxy_node *scope, const char **ret_name)
{
	const struct proxy_node *line = cli_proxy_effective(scope, "auth_pam_service_name");

	*ret_name = line != NULL ? cli_proxy_word(line, 1) : "nginx";
	return line;
}

/* "location = /sign-in", and not a directory, whose index is a second request. To an empty address no request comes. */
static bool is_one_address(const struct proxy_node *scope)
{
	const char *word = cli_proxy_word(scope, 1), *uri = cli_proxy_word(scope, scope->count - 1);

	return cli_proxy_is(scope, "location") && word[0] == '=' && (uri[0] == '\0' || uri[strlen(uri) - 1] != '/');
}

static void judge_address(const struct nginx_judging *on, const struct proxy_node *scope, const struct proxy_node *directive)
{
	const char *uri = cli_proxy_word(scope, 1);
	bool simple = cli_proxy_is(scope, "location") && scope->count == 2 && uri[0] == '/' && uri[strlen(uri) - 1] != '/';
	char fix[PROXY_FIX];

	if (is_one_address(scope))
		return;
	if (simple)
		cli_proxy_fix(scope, "s|location|location =|", fix);
	else
		cli_proxy_fix(directive, NULL, fix);
	nginx_say(on, FINDING_WARNING, directive, fix, TEXT_DOCTOR_NGINX_EACH, "");
}

void cli_nginx_judge_pam(const struct nginx_judging *on, const struct proxy_node *directive)
{
	const struct proxy_node *scope = cli_proxy_scope(directive), *line;
	enum proxy_service service;
	const char *name;

	if (strcmp(cli_proxy_word(directive, 1), "off") == 0)
		return;
	line = service_of(scope, &name);
	line = line != NULL ? line : directive;
	service = cli_proxy_service(on->doctor, name);
	if (service == SERVICE_ABSENT)
		nginx_say(on, FINDING_CRITICAL, line, "man liberations-services", TEXT_DOCTOR_PROXY_NO_SERVICE, "");
	if (service == SERVICE_OTHER)
		nginx_say(on, FINDING_NOTE, line, "man liberations-services", TEXT_DOCTOR_PROXY_OTHER_SERVICE, "");
	else
		judge_address(on, scope, directive);
}

void cli_nginx_judge_password(const struct nginx_judging *on, const struct nginx_way *way)
{
	const struct nginx_field field = cli_nginx_field(way, "Authorization");
	char fix[PROXY_FIX];

	if (field.visitors)
		nginx_say(on, FINDING_CRITICAL, way->pass, cli_nginx_fix_field(way, "Authorization", "\"\"", fix),
		          TEXT_DOCTOR_PROXY_PASSWORD, "");
}

/* "($scheme = http)" and the other conditions that hold without TLS, in the words that nginx cuts them into. */
static bool is_without_tls(const struct proxy_node *condition)
{
	static const char *const all[] = { "($scheme=http)", "($scheme!=https)", "($https=)", "($https!=on)", "($server_port=80)",
	                                   "($server_port!=443)" };
	char text[64] = "";
	unsigned word;
	size_t at;

	for (word = 1; word < condition->count; word++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", cli_proxy_word(condition, word));
	for (at = 0; at < sizeof(all) / sizeof(all[0]); at++)
		if (strcmp(text, all[at]) == 0)
			return true;
	return false;
}

/* if ($scheme = http) { return ...; } comes before anybody is asked. */
static bool turns_away(const struct proxy_node *server)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(server, at)) != NULL)
		if (cli_proxy_is(at, "if") && cli_proxy_find(at, "return") != NULL && is_without_tls(at))
			return true;
	return false;
}

static bool is_plain(const struct proxy_node *listen)
{
	unsigned at;

	for (at = 2; at < listen->count; at++)
		if (strcmp(cli_proxy_word(listen, at), "ssl") == 0 || strcmp(cli_proxy_word(listen, at), "quic") == 0)
			return false;
	return !cli_proxy_is_local(cli_proxy_word(listen, 1));
}

void cli_nginx_judge_tls(const struct nginx_judging *on, const struct proxy_node *server)
{
	const struct proxy_node *ssl = cli_proxy_effective(server, "ssl"), *at = NULL;
	char fix[PROXY_FIX];

	if (turns_away(server) || (ssl != NULL && strcmp(cli_proxy_word(ssl, 1), "on") == 0))
		return;
	if (cli_proxy_find(server, "listen") == NULL)
		nginx_say(on, FINDING_CRITICAL, server, cli_proxy_fix(server, NULL, fix), TEXT_DOCTOR_PROXY_PLAIN,
		          "listen 443 ssl;");
	while ((at = cli_proxy_next(server, at)) != NULL)
		if (cli_proxy_is(at, "listen") && is_plain(at))
			nginx_say(on, FINDING_CRITICAL, at, cli_proxy_fix(at, NULL, fix), TEXT_DOCTOR_PROXY_PLAIN,
			          "listen 443 ssl;");
}
