/* How every call begins and ends: arguments, configuration, language, the user's name. */
#include "call.h"

#include <security/pam_ext.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <liberations/texts.h>

#include "conversation.h"
#include "link.h"

static void log_fault(void *context, const struct lbr_reason *reason)
{
	pam_syslog(context, LOG_ERR, "%s", reason->text);
}

static const char *item(pam_handle_t *pamh, int type)
{
	const void *value = NULL;

	if (pam_get_item(pamh, type, &value) != PAM_SUCCESS)
		return NULL;
	return value;
}

static void resolve_language(struct lbr_module_options *options)
{
	if (options->language == LBR_LANGUAGE_NONE)
		options->language = lbr_language_of_environment(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"));
}

/* The configuration is read only for language and prompts, but a broken one is refused here already, as the agent would. */
static bool read_configuration(struct lbr_call *call)
{
	struct lbr_module_options *options = &call->options;
	const char *path = options->config[0] != '\0' ? options->config : LBR_DEFAULT_CONFIG;

	if (lbr_settings_load(path, &call->settings, log_fault, call->pamh) != LBR_OK)
		return false;
	if (options->language == LBR_LANGUAGE_NONE)
		options->language = call->settings.language;
	resolve_language(options);
	return true;
}

static bool read_arguments(struct lbr_call *call, int argc, const char **argv)
{
	char service[64] = "";
	const char *name = item(call->pamh, PAM_SERVICE);

	snprintf(service, sizeof(service), "%s", name != NULL ? name : "?");
	lbr_text_sanitise(service, false);
	lbr_module_options_default(&call->options);
	return lbr_module_options_read(service, argc, argv, &call->options, log_fault, call->pamh) == LBR_OK;
}

struct lbr_call *lbr_call_begin(pam_handle_t *pamh, int flags, bool changing, int argc, const char **argv)
{
	struct lbr_call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		return NULL;
	call->pamh = pamh;
	call->silent = (flags & PAM_SILENT) != 0;
	call->changing = changing;
	call->link = lbr_link_of(pamh, true);
	if (call->link != NULL && read_arguments(call, argc, argv) && read_configuration(call))
		return call;
	lbr_call_tell_outage(call);
	lbr_call_end(call);
	return NULL;
}

void lbr_call_tell_outage(struct lbr_call *call)
{
	enum lbr_text outage = call->changing ? LBR_TEXT_TRY_LATER : LBR_TEXT_UNAVAILABLE;

	resolve_language(&call->options);
	lbr_conversation_say(call, true, lbr_prompt(outage, call->options.language));
}

void lbr_call_end(struct lbr_call *call)
{
	if (call == NULL)
		return;
	lbr_wipe(call, sizeof(*call));
	free(call);
}

bool lbr_call_read_user(struct lbr_call *call)
{
	const char *user = NULL;

	call->user[0] = '\0';
	if (pam_get_user(call->pamh, &user, NULL) != PAM_SUCCESS || user == NULL)
		return false;
	if (strlen(user) < sizeof(call->user))
		memcpy(call->user, user, strlen(user) + 1);
	return true;
}

bool lbr_call_user_changed(const struct lbr_call *call)
{
	return call->link->bound && strcmp(call->link->user, call->user) != 0;
}

void lbr_call_bind_user(struct lbr_call *call)
{
	memcpy(call->link->user, call->user, sizeof(call->link->user));
	call->link->bound = true;
}
