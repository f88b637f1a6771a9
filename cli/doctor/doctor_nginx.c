/* nginx, where it is set up: sign-in by auth_pam, or by the portal's gate. */
#include "nginx.h"

#include <stdlib.h>
#include <unistd.h>

#define NGINX_CONFIG "/etc/nginx/nginx.conf"

static const struct proxy_kind nginx = { NGINX_CHECK, cli_nginx_read, "include", "include", false };

static bool keep(struct nginx_judging *on, const struct nginx_way *way)
{
	unsigned room = on->room > 0 ? 2 * on->room : 32;
	struct nginx_way *grown = on->count < on->room ? on->ways : reallocarray(on->ways, room, sizeof(*grown));

	if (grown == NULL)
		return false;
	on->room = on->count < on->room ? on->room : room;
	on->ways = grown;
	on->ways[on->count++] = *way;
	return true;
}

/* Returns true if a sign-in guards the block or one inside. The reader bounds the depth. */
static bool collect(struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope)
{
	bool guarded = cli_nginx_guard(on, server, scope) != GUARD_NONE;
	const struct proxy_node *at = NULL;
	struct nginx_way way;

	if ((cli_nginx_way(on, server, scope, &way) || cli_nginx_hands_over(on, server, scope, &way)) && !keep(on, &way))
		on->doctor->found.lost = true;
	while ((at = cli_proxy_next(scope, at)) != NULL)
		if (at->block)
			guarded |= collect(on, server, at);
	return guarded;
}

static void judge_ways(const struct nginx_judging *on)
{
	unsigned at;

	for (at = 0; at < on->count; at++) {
		const struct nginx_way *way = &on->ways[at];

		if (way->pass == NULL)
			continue;
		if (cli_nginx_is_gate(way) || cli_nginx_is_pages(way))
			cli_nginx_judge_portal(on, way);
		else if (way->guard == GUARD_PAM)
			cli_nginx_judge_password(on, way);
		else if (way->guard == GUARD_GATE)
			cli_nginx_judge_gated(on, way);
		else
			cli_nginx_judge_others(on, way);
	}
}

static void judge_http(struct nginx_judging *on)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(on->http, at)) != NULL)
		if (cli_proxy_is(at, "server") && at->block && collect(on, at, at))
			cli_nginx_judge_tls(on, at);
	cli_nginx_settle_handed(on);
	judge_ways(on);
}

void cli_doctor_nginx(struct doctor *on)
{
	bool named = cli_has(on->cli, CLI_NGINX_CONFIG);
	const char *path = named ? on->cli->nginx_config : NGINX_CONFIG;
	struct nginx_judging judging = { .doctor = on };
	const struct proxy_node *at;
	struct proxy_tree tree;

	if (!named && (geteuid() != 0 || access(path, F_OK) != 0))
		return;
	if (cli_proxy_load(on, &nginx, path, &tree)) {
		judging.root = tree.root;
		judging.http = cli_proxy_find(tree.root, "http");
		for (at = tree.made; at != NULL; at = at->made_next)
			if (cli_proxy_is(at, "auth_pam"))
				cli_nginx_judge_pam(&judging, at);
		if (judging.http != NULL)
			judge_http(&judging);
	}
	free(judging.ways);
	cli_proxy_tree_free(&tree);
}
