/* Apache's sections that ask for a sign-in, and their virtual hosts. */
#ifndef CLI_DOCTOR_APACHE_H
#define CLI_DOCTOR_APACHE_H

#include "proxy.h"

#define APACHE_CHECK "apache"

struct apache_judging {
	struct doctor           *doctor;
	const struct proxy_node *made; /* all nodes */
};

/* apache_host.c. Whether the arguments of the directive begin with `words`, which end with NULL. Case does not count. */
bool cli_apache_begins(const struct proxy_node *node, const char *const *words);

/* Whether one of the words from number `first` on contains the text. Case does not count. */
bool cli_apache_contains(const struct proxy_node *node, unsigned first, const char *text);

/* The virtual host around a directive or a section; NULL: it is outside of any. */
const struct proxy_node *cli_apache_host(const struct proxy_node *scope);

/* Whether the section, or one around it, takes that header off requests. */
bool cli_apache_drops(const struct proxy_node *scope, const char *header);

/* Passwords and sessions without TLS. */
void cli_apache_judge_tls(const struct apache_judging *on, const struct proxy_node *scope);

/* apache_pam.c: a directive whose word is PAM, the provider of mod_authnz_pam. */
void cli_apache_judge_pam(const struct apache_judging *on, const struct proxy_node *provider);

/* apache_gate.c: a block that asks the gate by its helper. */
void cli_apache_judge_gate(const struct apache_judging *on, const struct proxy_node *map);

/* apache_others.c: the other virtual hosts that lead to the same application. */
void cli_apache_judge_others(const struct apache_judging *on, const struct proxy_node *map);

#define apache_say(on, level, node, fix, ...) \
	cli_finding_add(&(on)->doctor->found, level, APACHE_CHECK, (node)->path, (node)->line, fix, __VA_ARGS__, NULL)

#endif
