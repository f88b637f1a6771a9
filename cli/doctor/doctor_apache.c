/* Apache, where it is set up: sign-in by mod_authnz_pam, or by the portal's gate. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "apache.h"

static const char *const usual[] = { "/etc/apache2/apache2.conf", "/etc/httpd/conf/httpd.conf" };
static const struct proxy_kind apache = { APACHE_CHECK, cli_apache_read, "Include", "IncludeOptional", true };

static bool asks_pam(const struct proxy_node *node)
{
	unsigned at;

	if (!cli_proxy_is(node, "AuthFormProvider") && !cli_proxy_is(node, "AuthBasicProvider"))
		return false;
	for (at = 1; at < node->count; at++)
		if (strcasecmp(cli_proxy_word(node, at), "PAM") == 0)
			return true;
	return false;
}

static bool asks_gate(const struct proxy_node *node)
{
	return cli_proxy_is(node, "RewriteMap") && strstr(cli_proxy_word(node, 2), "liberations-portal-gate-map") != NULL;
}

static void look_at(struct doctor *on, const char *path)
{
	struct apache_judging judging = { .doctor = on };
	const struct proxy_node *at;
	struct proxy_tree tree;

	if (cli_proxy_load(on, &apache, path, &tree)) {
		judging.made = tree.made;
		for (at = tree.made; at != NULL; at = at->made_next) {
			if (asks_pam(at))
				cli_apache_judge_pam(&judging, at);
			if (!asks_gate(at))
				continue;
			cli_apache_judge_gate(&judging, at);
			cli_apache_judge_others(&judging, at);
		}
	}
	cli_proxy_tree_free(&tree);
}

void cli_doctor_apache(struct doctor *on)
{
	size_t at;

	if (cli_has(on->cli, CLI_APACHE_CONFIG)) {
		look_at(on, on->cli->apache_config);
		return;
	}
	for (at = 0; geteuid() == 0 && at < sizeof(usual) / sizeof(usual[0]); at++)
		if (access(usual[at], F_OK) == 0)
			look_at(on, usual[at]);
}
