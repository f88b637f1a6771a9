/* Reading store.conf. */
#include "store_settings.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/config_file.h>

#include "servers.h"

static const char *const confirm_words[] = {"standby", "server", NULL};
static const char *const loss_words[] = {"refuse", "floor", NULL};

#define AT(field) offsetof(struct lbr_store_settings, field)
#define SIZE(field) sizeof(((struct lbr_store_settings *)0)->field)

const struct lbr_keyword lbr_store_keywords[] = {
	{"servers", LBR_VALUE_TEXT, AT(servers), 0, SIZE(servers), NULL},
	{"database", LBR_VALUE_LABEL, AT(database), 0, SIZE(database), NULL},
	{"user", LBR_VALUE_LABEL, AT(user), 0, SIZE(user), NULL},
	{"tls-ca", LBR_VALUE_PATH, AT(tls_ca), 1, SIZE(tls_ca), NULL},
	{"tls-certificate", LBR_VALUE_PATH, AT(tls_certificate), 1, SIZE(tls_certificate), NULL},
	{"tls-key", LBR_VALUE_PATH, AT(tls_key), 1, SIZE(tls_key), NULL},
	{"password-file", LBR_VALUE_PATH, AT(password_file), 1, SIZE(password_file), NULL},
	{"connections", LBR_VALUE_NUMBER, AT(connections), 1, LBR_LINKS_MAX, NULL},
	{"confirm", LBR_VALUE_WORD, AT(confirm), 0, 0, confirm_words},
	{"loss", LBR_VALUE_WORD, AT(loss), 0, 0, loss_words},
	{"run-as", LBR_VALUE_LABEL, AT(run_as), 0, SIZE(run_as), NULL},
	{"agent-user", LBR_VALUE_LABEL, AT(agent), 0, SIZE(agent), NULL},
	{"socket", LBR_VALUE_PATH, AT(socket), 0, SIZE(socket), NULL},
	{"state", LBR_VALUE_PATH, AT(state), 0, SIZE(state), NULL},
	{NULL, 0, 0, 0, 0, NULL},
};

void lbr_store_settings_default(struct lbr_store_settings *settings)
{
	*settings = (struct lbr_store_settings){
		.database = "liberations",
		.connections = 4,
		.run_as = "_liberations-db",
		.agent = "_liberations",
		.socket = "/run/liberations-store/store.sock",
		.state = "/var/lib/liberations-store",
	};
}

static enum lbr_error tell(const char *path, struct lbr_reason *reason, lbr_fault *fault, void *context)
{
	lbr_reason_prefix(reason, path);
	if (fault != NULL)
		fault(context, reason);
	return LBR_ERR_SYNTAX;
}

static enum lbr_error need(const char *path, const char *word, lbr_fault *fault, void *context)
{
	struct lbr_reason reason;

	(void)lbr_fail_at(&reason, LBR_ERR_SYNTAX, word, LBR_WHY(STORE_NEEDED));
	return tell(path, &reason, fault, context);
}

/* A server over the network proves who it is, and hears no password before. */
static enum lbr_error judge(const char *path, const struct lbr_store_settings *settings, lbr_fault *fault, void *context)
{
	struct lbr_servers servers;
	struct lbr_reason reason;

	if (settings->servers[0] == '\0')
		return need(path, "servers", fault, context);
	if (!lbr_servers_read(settings->servers, &servers)) {
		(void)lbr_fail_at(&reason, LBR_ERR_SYNTAX, "servers", LBR_WHY(STORE_SERVERS));
		return tell(path, &reason, fault, context);
	}
	if (settings->user[0] == '\0')
		return need(path, "user", fault, context);
	if (lbr_servers_are_remote(&servers) && settings->tls_ca[0] == '\0')
		return need(path, "tls-ca", fault, context);
	if (lbr_servers_are_remote(&servers) && settings->tls_certificate[0] == '\0' && settings->tls_key[0] == '\0' &&
	    settings->password_file[0] == '\0')
		return need(path, "password-file", fault, context);
	if ((settings->tls_certificate[0] == '\0') != (settings->tls_key[0] == '\0'))
		return need(path, settings->tls_key[0] == '\0' ? "tls-key" : "tls-certificate", fault, context);
	return LBR_OK;
}

enum lbr_error lbr_store_settings_read(const char *path, const char *text, size_t len, struct lbr_store_settings *settings,
                                       lbr_fault *fault, void *context)
{
	enum lbr_error error;

	lbr_store_settings_default(settings);
	error = lbr_grammar_read_text(path, text, len, lbr_store_keywords, settings, fault, context);
	return error == LBR_OK ? judge(path, settings, fault, context) : error;
}

enum lbr_error lbr_store_settings_load(const char *path, struct lbr_store_settings *settings, lbr_fault *fault, void *context)
{
	struct lbr_reason missing;
	enum lbr_error error;
	size_t len;
	char *text;

	(void)lbr_fail_at(&missing, LBR_ERR_ABSENT, path, LBR_WHY(STORE_NO_CONFIGURATION));
	error = lbr_config_file_read(path, &missing, &text, &len, fault, context);
	lbr_store_settings_default(settings);
	if (error != LBR_OK)
		return error;
	error = lbr_store_settings_read(path, text, len, settings, fault, context);
	free(text);
	return error;
}
