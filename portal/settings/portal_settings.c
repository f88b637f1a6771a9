/* portal.conf(5): its tables and defaults. */
#include "portal_settings.h"

#include <stdlib.h>
#include <string.h>

#include <liberations/config_file.h>

#include "site_rules.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

#define PORTAL_FIELD(name) offsetof(struct lbr_portal_settings, name)
#define PORTAL_SIZE(name) sizeof(((struct lbr_portal_settings *)0)->name)
#define SITE_FIELD(name) offsetof(struct lbr_site, name)
#define SITE_SIZE(name) sizeof(((struct lbr_site *)0)->name)

static const char *const languages[] = { "auto", "en", "fr", NULL };

const struct lbr_keyword lbr_portal_keywords[] = {
	{ "user", LBR_VALUE_LABEL, PORTAL_FIELD(user), 0, PORTAL_SIZE(user), NULL },
	{ "key", LBR_VALUE_PATH, PORTAL_FIELD(key), 0, LBR_PATH_MAX, NULL },
	{ "state", LBR_VALUE_PATH, PORTAL_FIELD(state), 0, LBR_PATH_MAX, NULL },
	{ "agent", LBR_VALUE_PATH, PORTAL_FIELD(agent), 0, LBR_PATH_MAX, NULL },
	{ "pages", LBR_VALUE_PATH, PORTAL_FIELD(pages), 0, LBR_PATH_MAX, NULL },
	{ "gate", LBR_VALUE_PATH, PORTAL_FIELD(gate), 0, LBR_PATH_MAX, NULL },
	{ "language", LBR_VALUE_WORD, PORTAL_FIELD(language), LBR_LANGUAGE_NONE, 0, languages },
	{ "issuer", LBR_VALUE_LABEL, PORTAL_FIELD(issuer), 0, PORTAL_SIZE(issuer), NULL },
	{ "idle", LBR_VALUE_DURATION, PORTAL_FIELD(idle_s), MINUTE, DAY, NULL },
	{ "absolute", LBR_VALUE_DURATION, PORTAL_FIELD(absolute_s), 5 * MINUTE, 7 * DAY, NULL },
	{ "recheck", LBR_VALUE_DURATION, PORTAL_FIELD(recheck_s), 0, MINUTE, NULL },
	{ "sessions", LBR_VALUE_NUMBER, PORTAL_FIELD(sessions), 16, 65536, NULL },
	{ "sessions-per-person", LBR_VALUE_NUMBER, PORTAL_FIELD(per_person), 1, 64, NULL },
	{ "requests", LBR_VALUE_NUMBER, PORTAL_FIELD(requests), 4, 1024, NULL },
	{ "waiting", LBR_VALUE_NUMBER, PORTAL_FIELD(waiting), 0, 4096, NULL },
	{ "attempts", LBR_VALUE_NUMBER, PORTAL_FIELD(attempts), 1, 128, NULL },
	{ "dialogues", LBR_VALUE_NUMBER, PORTAL_FIELD(dialogues), 1, 512, NULL },
	{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL }
};

const struct lbr_keyword lbr_site_keywords[] = {
	{ "site", LBR_VALUE_TEXT, SITE_FIELD(origin), 0, SITE_SIZE(origin), NULL },
	{ "base", LBR_VALUE_PATH, SITE_FIELD(base), 0, SITE_SIZE(base), NULL },
	{ "name", LBR_VALUE_TEXT, SITE_FIELD(name), 0, SITE_SIZE(name), NULL },
	{ "help", LBR_VALUE_TEXT, SITE_FIELD(help), 1, SITE_SIZE(help), NULL },
	{ "sign-in", LBR_VALUE_TEXT, SITE_FIELD(sign_in), 0, SITE_SIZE(sign_in), NULL },
	{ "home", LBR_VALUE_TEXT, SITE_FIELD(home), 1, SITE_SIZE(home), NULL },
	{ "logo", LBR_VALUE_PATH, SITE_FIELD(logo), 1, SITE_SIZE(logo), NULL },
	{ "style", LBR_VALUE_PATH, SITE_FIELD(style), 1, SITE_SIZE(style), NULL },
	{ "forget-cookies", LBR_VALUE_TEXT, SITE_FIELD(forget_cookies), 1, SITE_SIZE(forget_cookies), NULL },
	{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL }
};

void lbr_portal_settings_default(struct lbr_portal_settings *settings)
{
	*settings = (struct lbr_portal_settings){
		.user = "_liberations-portal",
		.key = "/etc/liberations/portal.key",
		.state = "/var/lib/liberations-portal",
		.agent = "/run/liberations/verify.sock",
		.pages = "/run/liberations/pages.sock",
		.gate = "/run/liberations/gate.sock",
		.language = LBR_LANGUAGE_NONE,
		.issuer = "Lib\303\251rations",
		.idle_s = HOUR,
		.absolute_s = 12 * HOUR,
		.recheck_s = 1,
		.sessions = 16384,
		.per_person = 5,
		.requests = 64,
		.waiting = 128,
		.attempts = 32,
		.dialogues = 64,
	};
}

enum lbr_error lbr_portal_settings_load(const char *path, struct lbr_portal_settings *settings, lbr_fault *fault, void *context)
{
	struct lbr_reason missing;
	enum lbr_error error;
	char *bytes;
	size_t len;

	memset(settings, 0, sizeof(*settings));
	lbr_fail_at(&missing, LBR_ERR_ABSENT, path, LBR_WHY(PORTAL_NO_CONFIGURATION));
	error = lbr_config_file_read(path, &missing, &bytes, &len, fault, context);
	if (error == LBR_OK)
		error = lbr_portal_settings_read(path, bytes, len, settings, fault, context);
	free(bytes);
	return error;
}

const struct lbr_site *lbr_site_of(const struct lbr_portal_settings *settings, const char *host)
{
	unsigned at;

	for (at = 0; at < settings->site_count; at++)
		if (strcmp(lbr_origin_host(settings->sites[at].origin), host) == 0)
			return &settings->sites[at];
	return NULL;
}

const struct lbr_site *lbr_site_to_sign_in(const struct lbr_portal_settings *settings, const struct lbr_site *site)
{
	const struct lbr_site *found = site->sign_in[0] != '\0' ? lbr_site_of(settings, lbr_origin_host(site->sign_in)) : NULL;

	return found != NULL ? found : site;
}
