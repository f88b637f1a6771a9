#include "stage.h"

#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct world stage_world;
char stage_build[256];

void stage_begin(void)
{
	char path[256];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		world_die("/proc/self/exe: %s", strerror(errno));
	path[len] = '\0';
	/* BUILD/tests/pam/contract */
	snprintf(stage_build, sizeof(stage_build), "%s", dirname(dirname(dirname(path))));
	world_make(&stage_world);
}

const char *stage_service_with(const char *name, const char *before, const char *arguments, const char *behind)
{
	char line[1024];

	snprintf(line, sizeof(line), "%s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s/none %s", stage_build,
	         stage_build, stage_world.config, stage_world.dir, arguments);
	world_service(&stage_world, name,
	              "%sauth required %s\naccount required %s\npassword required %s\nsession required %s\n%s",
	              before, line, line, line, line, behind);
	return name;
}

const char *stage_service(const char *name, const char *arguments)
{
	return stage_service_with(name, "", arguments, "");
}

/* --- the person ----------------------------------------------------------------------------------------------------------- */

static char *spell(struct stage *stage, const char *answer)
{
	char code[LBR_CODE_DIGITS + 1], text[128];

	world_code(WORLD_KEY_HEX, 0, code);
	if (strcmp(answer, "#") == 0 && stage->hook != NULL)
		stage->hook();
	if (strcmp(answer, "P") == 0)
		return strdup(WORLD_PASSWORD);
	if (strcmp(answer, "X") == 0)
		return strdup(STAGE_WRONG);
	if (strcmp(answer, "N") == 0)
		return strdup(STAGE_NEW);
	if (strcmp(answer, "M") == 0)
		return strdup(STAGE_OTHER);
	if (strcmp(answer, "S") == 0)
		return strdup("court");
	if (strcmp(answer, "C") == 0 || strcmp(answer, "#") == 0)
		return strdup(code);
	if (strcmp(answer, "V") == 0) {
		snprintf(text, sizeof(text), "%s%s", WORLD_PASSWORD, code);
		return strdup(text);
	}
	if (strcmp(answer, "W") == 0) {
		world_wrong_code(code);
		return strdup(code);
	}
	return strdup(answer);
}

static int answer_prompt(struct stage *stage, struct pam_response **ret)
{
	const char *answer = stage->next < stage->count ? stage->answers[stage->next] : "!";
	struct pam_response *response;

	stage->next++;
	if (strcmp(answer, "~") == 0)
		return PAM_SUCCESS;
	if (strcmp(answer, "!") == 0)
		return PAM_CONV_ERR;
	if (strcmp(answer, "?") == 0)
		return PAM_CONV_AGAIN;
	if (strcmp(answer, "@") == 0)
		return PAM_ABORT;
	response = calloc(1, sizeof(*response));
	if (response == NULL)
		return PAM_BUF_ERR;
	if (strcmp(answer, "-") != 0)
		response->resp = strcmp(answer, "*") == 0 ? strdup(WORLD_PASSWORD) : spell(stage, answer);
	*ret = response;
	return strcmp(answer, "*") == 0 ? PAM_CONV_ERR : PAM_SUCCESS;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
	struct stage *stage = data;
	size_t used = strlen(stage->transcript);

	if (count != 1)
		world_die("%d messages in one call", count);
	snprintf(stage->transcript + used, sizeof(stage->transcript) - used, "%d|%s\n", messages[0]->msg_style,
	         messages[0]->msg);
	switch (messages[0]->msg_style) {
	case PAM_PROMPT_ECHO_ON:
		stage->echoed++;
		stage->prompts++;
		return answer_prompt(stage, responses);
	case PAM_PROMPT_ECHO_OFF:
		stage->prompts++;
		return answer_prompt(stage, responses);
	default:
		stage->texts++;
		if (stage->rude)
			return PAM_CONV_ERR;
		return PAM_SUCCESS;
	}
}

void stage_open(struct stage *stage, const char *service, const char *user)
{
	memset(stage, 0, sizeof(*stage));
	stage->conv.conv = converse;
	stage->conv.appdata_ptr = stage;
	if (pam_start_confdir(service, user, &stage->conv, stage_world.services, &stage->pamh) != PAM_SUCCESS)
		world_die("pam_start_confdir %s", service);
}

void stage_close(struct stage *stage)
{
	pam_end(stage->pamh, PAM_SUCCESS);
}

void stage_reset(struct stage *stage)
{
	stage->count = stage->next = stage->prompts = stage->echoed = stage->texts = 0;
	stage->transcript[0] = '\0';
}

void stage_script(struct stage *stage, ...)
{
	va_list arguments;
	const char *answer;

	stage_reset(stage);
	va_start(arguments, stage);
	while (stage->count < STAGE_ANSWERS_MAX && (answer = va_arg(arguments, const char *)) != NULL)
		stage->answers[stage->count++] = answer;
	va_end(arguments);
}

void stage_script_list(struct stage *stage, const char *const *answers)
{
	stage_reset(stage);
	for (; *answers != NULL && stage->count < STAGE_ANSWERS_MAX; answers++)
		stage->answers[stage->count++] = *answers;
}

int stage_sign_in(const char *service, const char *user, const char *first, const char *second)
{
	struct stage stage;
	int code;

	stage_open(&stage, service, user);
	stage_script(&stage, first, second, NULL);
	code = pam_authenticate(stage.pamh, 0);
	stage_close(&stage);
	return code;
}

long stage_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *stage_code_name(int code)
{
	static const struct {
		int         code;
		const char *name;
	} names[] = {
		{PAM_SUCCESS, "SUCCESS"}, {PAM_AUTH_ERR, "AUTH_ERR"}, {PAM_USER_UNKNOWN, "USER_UNKNOWN"},
		{PAM_MAXTRIES, "MAXTRIES"}, {PAM_AUTHINFO_UNAVAIL, "AUTHINFO_UNAVAIL"}, {PAM_CONV_ERR, "CONV_ERR"},
		{PAM_NEW_AUTHTOK_REQD, "NEW_AUTHTOK_REQD"}, {PAM_ACCT_EXPIRED, "ACCT_EXPIRED"},
		{PAM_PERM_DENIED, "PERM_DENIED"}, {PAM_AUTHTOK_ERR, "AUTHTOK_ERR"}, {PAM_TRY_AGAIN, "TRY_AGAIN"},
		{PAM_AUTHTOK_RECOVERY_ERR, "AUTHTOK_RECOVERY_ERR"}, {PAM_MODULE_UNKNOWN, "MODULE_UNKNOWN"},
	};
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == code)
			return names[i].name;
	snprintf(number, sizeof(number), "%d", code);
	return number;
}
