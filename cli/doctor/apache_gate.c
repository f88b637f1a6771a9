/* The portal's gate in Apache: what packaging/examples/web/apache.conf has a line for. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "apache.h"

/* A line of the example: the directive, its first words, what one of the others contains, and how bad its absence is. */
struct wanted_line {
	const char        *name, *words[3], *contains;
	enum finding_level level;
	const char        *line;
};

static const struct wanted_line wanted[] = {
	{ "RequestHeader", { "unset", "Remote-User" }, "early", FINDING_CRITICAL, "RequestHeader unset Remote-User early" },
	{ "RequestHeader", { "unset", "Remote_User" }, "early", FINDING_CRITICAL, "RequestHeader unset Remote_User early" },
	{ "RequestHeader", { "unset", "Remote.User" }, "early", FINDING_CRITICAL, "RequestHeader unset Remote.User early" },
	{ "RequestHeader", { "unset", "X-Remote-User" }, "early", FINDING_CRITICAL, "RequestHeader unset X-Remote-User early" },
	{ "RequestHeader", { "set", "Remote-User" }, "%{reqenv:REMOTE_USER}", FINDING_CRITICAL,
	  "RequestHeader set Remote-User \"expr=%{reqenv:REMOTE_USER}\"" },
	{ "RequestHeader", { "edit*", "Cookie" }, "__Host-liberations", FINDING_WARNING,
	  "RequestHeader edit* Cookie \"(^|;\\s*)__Host-liberations[^=;]*=[^;]*\" \"\" env=!LIBERATIONS_PAGES" },
	{ "RequestHeader", { "edit*", "Connection" }, "remote", FINDING_WARNING,
	  "RequestHeader edit* Connection \"(?i)remote[^,]*\" \"close\"" },
	{ "RewriteEngine", { "On" }, "", FINDING_CRITICAL, "RewriteEngine On" },
	{ "SetEnvIf", { NULL }, "LIBERATIONS_FORGED", FINDING_WARNING,
	  "SetEnvIf \"^(X[^A-Za-z0-9])?Remote[^A-Za-z0-9]User$\" \".\" LIBERATIONS_FORGED=1" },
	{ "RewriteCond", { "%{ENV:LIBERATIONS_FORGED}", "=1" }, "", FINDING_WARNING, "RewriteCond %{ENV:LIBERATIONS_FORGED} =1" },
	{ "RewriteCond", { "%{ENV:LIBERATIONS}", "^NULL$" }, "", FINDING_CRITICAL, "RewriteCond %{ENV:LIBERATIONS} ^NULL$" },
};

static bool has(const struct proxy_node *scope, const struct wanted_line *line)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(scope, at)) != NULL)
		if (cli_proxy_is(at, line->name) && cli_apache_begins(at, line->words) &&
		    cli_apache_contains(at, 1, line->contains))
			return true;
	return false;
}

/* The last rule turns away every request for which the gate had no name: no condition, no pattern, and an answer. */
static bool ends_refused(const struct proxy_node *scope)
{
	const struct proxy_node *at = NULL, *before = NULL;
	bool refused = false;

	while ((at = cli_proxy_next(scope, at)) != NULL) {
		const char *flags = cli_proxy_word(at, 3);

		if (cli_proxy_is(at, "RewriteRule"))
			refused = strcmp(cli_proxy_word(at, 1), "^") == 0 &&
			          (before == NULL || !cli_proxy_is(before, "RewriteCond")) &&
			          (strncasecmp(flags, "[R", 2) == 0 || strncasecmp(flags, "[F", 2) == 0);
		if (cli_proxy_is(at, "RewriteRule") || cli_proxy_is(at, "RewriteCond"))
			before = at;
	}
	return refused;
}

/* A condition alone would belong to the next rule, and sed would take a backslash away. */
static const char *fix_line(const struct proxy_node *map, const char *line, char ret[PROXY_FIX])
{
	char script[256];

	snprintf(script, sizeof(script), "a %s", line);
	return cli_proxy_fix(map, strncmp(line, "RewriteCond", 11) != 0 && strchr(line, '\\') == NULL ? script : NULL, ret);
}

void cli_apache_judge_gate(const struct apache_judging *on, const struct proxy_node *map)
{
	const struct proxy_node *scope = cli_proxy_scope(map);
	char fix[PROXY_FIX];
	size_t at;

	cli_apache_judge_tls(on, scope);
	for (at = 0; at < sizeof(wanted) / sizeof(wanted[0]); at++)
		if (!has(scope, &wanted[at]))
			apache_say(on, wanted[at].level, map, fix_line(map, wanted[at].line, fix), TEXT_DOCTOR_PROXY_LACKS,
			           wanted[at].line);
	if (!ends_refused(scope))
		apache_say(on, FINDING_CRITICAL, map, cli_proxy_fix(map, NULL, fix), TEXT_DOCTOR_APACHE_THROUGH, "");
	if (map->count < 4)
		apache_say(on, FINDING_WARNING, map, cli_proxy_fix(map, "s|[[:space:]]*$| www-data:liberations-web|", fix),
		           TEXT_DOCTOR_APACHE_ROOT, "");
}
