/* The portal's gate in nginx: what packaging/examples/web/nginx.conf has a line for. */
#include "nginx.h"

#include <stdio.h>
#include <string.h>

static void want_no_visitors(const struct nginx_judging *on, const struct nginx_way *way, const char *name, const char *value)
{
	char fix[PROXY_FIX];

	if (cli_nginx_field(way, name).visitors)
		nginx_say(on, FINDING_CRITICAL, way->pass, cli_nginx_fix_field(way, name, value, fix),
		          TEXT_DOCTOR_PROXY_FORGED, name);
}

/* What the application is told: Remote-User, or REMOTE_USER of CGI, which no visitor's field can be. */
static void judge_name(const struct nginx_judging *on, const struct nginx_way *way)
{
	const char *name = way->kind->cgi ? "REMOTE_USER" : "Remote-User", *proven = cli_nginx_gate_name(way->asked);
	const struct proxy_node *asked = cli_proxy_effective(way->asked, "auth_request");
	const struct proxy_node *level = cli_nginx_level(way->asked, "auth_request_set");
	const struct nginx_field field = cli_nginx_field(way, name);
	char fix[PROXY_FIX];

	if (proven[0] == '\0') {
		proven = "$liberations_user";
		nginx_say(on, FINDING_CRITICAL, asked,
		          cli_proxy_fix_before(level != NULL ? cli_proxy_find(level, "auth_request_set") : asked,
		                               "auth_request_set $liberations_user $upstream_http_remote_user;", fix),
		          TEXT_DOCTOR_NGINX_NO_NAME, "");
	}
	if (field.visitors)
		nginx_say(on, FINDING_CRITICAL, way->pass, cli_nginx_fix_field(way, name, proven, fix),
		          TEXT_DOCTOR_PROXY_FORGED, name);
	else if (!cli_nginx_is_proven(way, field.value))
		nginx_say(on, FINDING_WARNING, way->pass, cli_nginx_fix_field(way, name, proven, fix),
		          TEXT_DOCTOR_PROXY_UNTOLD, name);
	if (way->kind->cgi)
		want_no_visitors(on, way, "Remote-User", proven);
}

/* Remote_User is Remote-User for many an application. */
static void judge_strange_names(const struct nginx_judging *on, const struct nginx_way *way)
{
	static const struct { const char *name, *bad, *good; } lines[] = {
		{ "underscores_in_headers", "on", "s|underscores_in_headers[[:space:]]*on|underscores_in_headers off|" },
		{ "ignore_invalid_headers", "off", "s|ignore_invalid_headers[[:space:]]*off|ignore_invalid_headers on|" },
	};
	const struct proxy_node *line;
	char fix[PROXY_FIX];
	size_t at;

	for (at = 0; at < sizeof(lines) / sizeof(lines[0]); at++) {
		line = cli_proxy_effective(way->server, lines[at].name);
		if (line != NULL && strcmp(cli_proxy_word(line, 1), lines[at].bad) == 0)
			nginx_say(on, FINDING_CRITICAL, line, cli_proxy_fix(line, lines[at].good, fix), TEXT_DOCTOR_NGINX_STRANGE,
			          lines[at].name);
	}
}

static bool has_map(const struct nginx_judging *on)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(on->http, at)) != NULL)
		if (cli_proxy_is(at, "map") && strcmp(cli_proxy_word(at, 2), "$liberations_cookie") == 0)
			return true;
	return false;
}

static void judge_cookie(const struct nginx_judging *on, const struct nginx_way *way)
{
	char fix[PROXY_FIX];

	if (!cli_nginx_field(way, "Cookie").visitors)
		return;
	if (has_map(on))
		cli_nginx_fix_field(way, "Cookie", "$liberations_cookie", fix);
	else
		cli_proxy_fix(way->pass, NULL, fix);
	nginx_say(on, FINDING_WARNING, way->pass, fix, TEXT_DOCTOR_PROXY_COOKIE, "");
}

/* Without it people see a bare 401, and no page to sign in. */
static bool has_page_for_401(const struct proxy_node *scope)
{
	const struct proxy_node *level = cli_nginx_level(scope, "error_page"), *at = NULL;
	unsigned word;

	while (level != NULL && (at = cli_proxy_next(level, at)) != NULL)
		for (word = 1; cli_proxy_is(at, "error_page") && word < at->count; word++)
			if (strcmp(cli_proxy_word(at, word), "401") == 0)
				return true;
	return false;
}

void cli_nginx_judge_gated(const struct nginx_judging *on, const struct nginx_way *way)
{
	const struct proxy_node *asked = cli_proxy_effective(way->asked, "auth_request");
	const struct proxy_node *any = cli_proxy_effective(way->asked, "satisfy");
	char fix[PROXY_FIX];

	judge_name(on, way);
	judge_strange_names(on, way);
	judge_cookie(on, way);
	if (!way->kind->cgi) {
		want_no_visitors(on, way, "X-Remote-User", "\"\"");
		want_no_visitors(on, way, "X-Forwarded-User", "\"\"");
	}
	if (!has_page_for_401(way->asked))
		nginx_say(on, FINDING_WARNING, asked, cli_proxy_fix(asked, NULL, fix), TEXT_DOCTOR_NGINX_NO_401, "");
	if (any != NULL && strcmp(cli_proxy_word(any, 1), "any") == 0)
		nginx_say(on, FINDING_WARNING, any, cli_proxy_fix(any, "s|satisfy[[:space:]]*any|satisfy all|", fix),
		          TEXT_DOCTOR_NGINX_ANY, "");
}

static void want_line(const struct nginx_judging *on, const struct nginx_way *way, bool sound, const char *line)
{
	char fix[PROXY_FIX];

	if (!sound)
		nginx_say(on, FINDING_WARNING, way->pass, cli_proxy_fix_before(way->pass, line, fix),
		          TEXT_DOCTOR_PROXY_LACKS, line);
}

static void want_field(const struct nginx_judging *on, const struct nginx_way *way, bool sound, const char *name,
                       const char *value)
{
	char fix[PROXY_FIX], line[128];

	snprintf(line, sizeof(line), "proxy_set_header %s %s;", name, value);
	if (!sound)
		nginx_say(on, FINDING_WARNING, way->pass, cli_nginx_fix_field(way, name, value, fix),
		          TEXT_DOCTOR_PROXY_LACKS, line);
}

static bool is_set(const struct nginx_way *way, const char *name, const char *value)
{
	const struct nginx_field field = cli_nginx_field(way, name);

	return field.value != NULL && (value == NULL || strcmp(field.value, value) == 0);
}

void cli_nginx_judge_portal(const struct nginx_judging *on, const struct nginx_way *way)
{
	if (cli_nginx_is_gate(way)) {
		want_line(on, way, cli_proxy_find(way->scope, "internal") != NULL, "internal;");
		want_line(on, way, cli_nginx_is_off(way->scope, "proxy_pass_request_body"), "proxy_pass_request_body off;");
		want_line(on, way, cli_nginx_is_off(way->scope, "proxy_pass_request_headers"), "proxy_pass_request_headers off;");
		want_field(on, way, is_set(way, "Content-Length", ""), "Content-Length", "\"\"");
		want_field(on, way, is_set(way, "Cookie", "$http_cookie"), "Cookie", "$http_cookie");
		want_field(on, way, is_set(way, "Accept", NULL), "Accept", "$http_accept");
		want_field(on, way, is_set(way, "Sec-Fetch-Mode", NULL), "Sec-Fetch-Mode", "$http_sec_fetch_mode");
		want_field(on, way, is_set(way, "X-Original-URI", "$request_uri"), "X-Original-URI", "$request_uri");
		want_field(on, way, is_set(way, "X-Original-Method", "$request_method"), "X-Original-Method", "$request_method");
	} else {
		want_line(on, way, way->guard != GUARD_GATE, "auth_request off;");
		want_field(on, way, is_set(way, "Host", NULL), "Host", "$http_host");
		want_field(on, way, is_set(way, "X-Forwarded-For", "$remote_addr"), "X-Forwarded-For", "$remote_addr");
	}
}
