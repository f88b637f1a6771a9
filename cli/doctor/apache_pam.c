/* mod_authnz_pam: a form asks it once, AuthType Basic at each request. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "apache.h"

#define UNCHANGED "CHANGE-ME"

static bool is_word(const struct proxy_node *node, const char *word)
{
	return node != NULL && strcasecmp(cli_proxy_word(node, 1), word) == 0;
}

static enum proxy_service judge_service(const struct apache_judging *on, const struct proxy_node *scope)
{
	const struct proxy_node *line = cli_proxy_effective(scope, "AuthPAMService");
	enum proxy_service service = SERVICE_OURS;

	if (line == NULL)
		return service;
	service = cli_proxy_service(on->doctor, cli_proxy_word(line, 1));
	if (service == SERVICE_ABSENT)
		apache_say(on, FINDING_CRITICAL, line, "man liberations-services", TEXT_DOCTOR_PROXY_NO_SERVICE, "");
	if (service == SERVICE_OTHER)
		apache_say(on, FINDING_NOTE, line, "man liberations-services", TEXT_DOCTOR_PROXY_OTHER_SERVICE, "");
	return service;
}

/* A browser repeats what was typed with each request, and Apache passes it on. */
static void judge_basic(const struct apache_judging *on, const struct proxy_node *scope, const struct proxy_node *type)
{
	const struct proxy_node *pass = cli_proxy_effective(scope, "ProxyPass");
	char fix[PROXY_FIX];

	apache_say(on, FINDING_WARNING, type, cli_proxy_fix(type, NULL, fix), TEXT_DOCTOR_APACHE_BASIC, "");
	if (pass != NULL && !cli_apache_drops(scope, "Authorization"))
		apache_say(on, FINDING_CRITICAL, pass, cli_proxy_fix(pass, "i RequestHeader unset Authorization", fix),
		           TEXT_DOCTOR_PROXY_PASSWORD, "");
}

/* A passphrase that others know lets them make cookies, and read the password in one. */
static void judge_passphrase(const struct apache_judging *on, const struct proxy_node *scope, const struct proxy_node *provider,
                             const char *name, enum cli_text absent)
{
	const struct proxy_node *line = cli_proxy_effective(scope, name);
	char fix[PROXY_FIX];
	struct stat facts;

	if (line == NULL) {
		apache_say(on, FINDING_CRITICAL, provider, cli_proxy_fix(provider, NULL, fix), absent, name);
		return;
	}
	if (strncmp(cli_proxy_word(line, 1), UNCHANGED, strlen(UNCHANGED)) == 0)
		apache_say(on, FINDING_CRITICAL, line, cli_proxy_fix(line, NULL, fix), TEXT_DOCTOR_APACHE_UNCHANGED, name);
	if (stat(line->path, &facts) != 0 || (facts.st_mode & S_IROTH) == 0)
		return;
	cli_proxy_command("sudo chmod o-r", line->path, fix);
	cli_finding_add(&on->doctor->found, FINDING_WARNING, APACHE_CHECK, line->path, 0, fix, TEXT_DOCTOR_APACHE_READABLE, NULL);
}

static void judge_cookie(const struct apache_judging *on, const struct proxy_node *scope)
{
	static const char *const wanted[] = { "HttpOnly", "Secure" };
	const struct proxy_node *line = cli_proxy_effective(scope, "SessionCookieName");
	char fix[PROXY_FIX], script[64];
	size_t at;

	for (at = 0; line != NULL && at < sizeof(wanted) / sizeof(wanted[0]); at++) {
		snprintf(script, sizeof(script), "s|[[:space:]]*$|%c%s|", line->count > 2 ? ';' : ' ', wanted[at]);
		if (!cli_apache_contains(line, 2, wanted[at]))
			apache_say(on, FINDING_WARNING, line, cli_proxy_fix(line, script, fix), TEXT_DOCTOR_APACHE_COOKIE,
			           wanted[at]);
	}
}

void cli_apache_judge_pam(const struct apache_judging *on, const struct proxy_node *provider)
{
	const struct proxy_node *scope = cli_proxy_scope(provider), *type = cli_proxy_effective(scope, "AuthType");

	if (judge_service(on, scope) == SERVICE_OTHER)
		return;
	cli_apache_judge_tls(on, scope);
	if (cli_proxy_is(provider, "AuthBasicProvider")) {
		if (is_word(type, "Basic"))
			judge_basic(on, scope, type);
		return;
	}
	judge_passphrase(on, scope, provider, "AuthFormSitePassphrase", TEXT_DOCTOR_APACHE_EACH);
	judge_passphrase(on, scope, provider, "SessionCryptoPassphrase", TEXT_DOCTOR_APACHE_CLEAR);
	judge_cookie(on, scope);
}
