/* Ways that ask for no sign-in, to an application which believes the names that come from a way that does. */
#include "nginx.h"

#include <string.h>

static bool judge_field(const struct nginx_judging *on, const struct nginx_way *way, const char *name)
{
	char fix[PROXY_FIX];
	const struct nginx_field field = cli_nginx_field(way, name);

	if (field.visitors)
		nginx_say(on, FINDING_CRITICAL, way->pass, cli_nginx_fix_field(way, name, "\"\"", fix), TEXT_DOCTOR_PROXY_CLAIMED,
		          name);
	return field.visitors;
}

/* The fields in which the guarded way sends a proven name, and those that the examples empty beside it. */
static bool judge_beside(const struct nginx_judging *on, const struct nginx_way *way, const struct nginx_way *guarded)
{
	const struct proxy_node *level = cli_nginx_level(guarded->scope, guarded->kind->set), *at = NULL;
	bool claimed = false;

	while (level != NULL && (at = cli_proxy_next(level, at)) != NULL) {
		const char *name = cli_proxy_word(at, 1);

		if (cli_proxy_is(at, guarded->kind->set) && cli_nginx_is_proven(guarded, cli_proxy_word(at, 2)))
			claimed |= judge_field(on, way, strcmp(name, "HTTP_REMOTE_USER") == 0 ? "Remote-User" : name);
	}
	if (guarded->guard != GUARD_GATE)
		return claimed;
	claimed |= judge_field(on, way, "Remote-User");
	if (!way->kind->cgi) {
		claimed |= judge_field(on, way, "X-Remote-User");
		claimed |= judge_field(on, way, "X-Forwarded-User");
	}
	return claimed;
}

void cli_nginx_judge_others(const struct nginx_judging *on, const struct nginx_way *way)
{
	bool gated = false, claimed = false;
	unsigned at;

	for (at = 0; at < on->count; at++) {
		const struct nginx_way *guarded = &on->ways[at];

		if (guarded->pass == NULL || guarded->guard == GUARD_NONE || !cli_nginx_is_same(way, guarded))
			continue;
		claimed |= judge_beside(on, way, guarded);
		gated |= guarded->guard == GUARD_GATE;
		/* A browser sends what was typed to the addresses beside as well. */
		if (guarded->guard == GUARD_PAM && guarded->server == way->server)
			cli_nginx_judge_password(on, way);
	}
	if (gated && !claimed)
		nginx_say(on, FINDING_NOTE, way->pass, "man liberations-portal", TEXT_DOCTOR_NGINX_PUBLIC, "");
}
