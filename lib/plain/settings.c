/* The configuration: its table and its defaults. */
#include <liberations/settings.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/config_file.h>

#define HOUR 3600
#define DAY 86400

#define FIELD(name) offsetof(struct lbr_settings, name)

static const char *const languages[] = { "auto", "en", "fr", NULL };

static const char *const store_kinds[] = { "file", "postgres", NULL };

const struct lbr_keyword lbr_settings_keywords[] = {
	{ "state", LBR_VALUE_PATH, FIELD(state), 0, LBR_PATH_MAX, NULL },
	{ "user", LBR_VALUE_LABEL, FIELD(user), 0, sizeof(((struct lbr_settings *)0)->user), NULL },
	{ "seal-key", LBR_VALUE_PATH, FIELD(seal_key), 0, LBR_PATH_MAX, NULL },
	{ "store", LBR_VALUE_WORD, FIELD(store), LBR_STORE_FILE, 0, store_kinds },
	{ "store-socket", LBR_VALUE_PATH, FIELD(store_socket), 0, LBR_PATH_MAX, NULL },
	{ "local", LBR_VALUE_TEXT, FIELD(local), 1, sizeof(((struct lbr_settings *)0)->local), NULL },
	{ "issuer", LBR_VALUE_LABEL, FIELD(issuer), 0, sizeof(((struct lbr_settings *)0)->issuer), NULL },
	{ "language", LBR_VALUE_WORD, FIELD(language), LBR_LANGUAGE_NONE, 0, languages },
	{ "window", LBR_VALUE_NUMBER, FIELD(window), 0, LBR_WINDOW_MAX, NULL },
	{ "max-age", LBR_VALUE_AGE, FIELD(max_age), 0, 0, NULL },
	{ "warn", LBR_VALUE_DURATION, FIELD(warn_s), 0, 90 * DAY, NULL },
	{ "min-age", LBR_VALUE_DURATION, FIELD(min_age_s), 0, 30 * DAY, NULL },
	{ "min-length", LBR_VALUE_NUMBER, FIELD(min_length), 8, 64, NULL },
	{ "history", LBR_VALUE_NUMBER, FIELD(history), 1, 10, NULL },
	{ "hash-cost", LBR_VALUE_NUMBER, FIELD(hash_cost), LBR_COST_MIN, LBR_COST_POLICY_MAX, NULL },
	{ "lock-after", LBR_VALUE_NUMBER, FIELD(lock_after), 10, 100, NULL },
	{ "invitation-life", LBR_VALUE_DURATION, FIELD(invitation_life_s), HOUR, 21 * DAY, NULL },
	{ "breached", LBR_VALUE_PATH, FIELD(breached), 1, LBR_PATH_MAX, NULL },
	{ "words", LBR_VALUE_TEXT, FIELD(words), 1, sizeof(((struct lbr_settings *)0)->words), NULL },
	{ "sendmail", LBR_VALUE_PATH, FIELD(sendmail), 0, LBR_PATH_MAX, NULL },
	{ "sendmail-wait", LBR_VALUE_DURATION, FIELD(sendmail_wait_s), 1, 600, NULL },
	{ "mail-from", LBR_VALUE_ADDRESS, FIELD(mail_from), 0, LBR_ADDRESS_MAX, NULL },
	{ "command", LBR_VALUE_TEXT, FIELD(command), 1, sizeof(((struct lbr_settings *)0)->command), NULL },
	{ "messages-a-day", LBR_VALUE_NUMBER, FIELD(messages_a_day), 1, 1000, NULL },
	{ "organisation", LBR_VALUE_TEXT, FIELD(organisation), 1, sizeof(((struct lbr_settings *)0)->organisation), NULL },
	{ "where", LBR_VALUE_TEXT, FIELD(where), 1, sizeof(((struct lbr_settings *)0)->where), NULL },
	{ "help", LBR_VALUE_TEXT, FIELD(help), 1, sizeof(((struct lbr_settings *)0)->help), NULL },
	{ "prompt-password", LBR_VALUE_TEXT, FIELD(prompt_password), 1, sizeof(((struct lbr_settings *)0)->prompt_password), NULL },
	{ "prompt-token", LBR_VALUE_TEXT, FIELD(prompt_token), 1, sizeof(((struct lbr_settings *)0)->prompt_token), NULL },
	{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL }
};

void lbr_settings_default(struct lbr_settings *settings)
{
	*settings = (struct lbr_settings){
		.state = LBR_DEFAULT_STATE,
		.user = LBR_DEFAULT_USER,
		.seal_key = LBR_DEFAULT_SEAL_KEY,
		.store_socket = LBR_DEFAULT_STORE_SOCKET,
		.issuer = "Lib\303\251rations",
		.language = LBR_LANGUAGE_NONE,
		.window = 1,
		.max_age = { LBR_AGE_MONTHS, 6 },
		.warn_s = 14 * DAY,
		.min_age_s = DAY,
		.min_length = 12,
		.history = 10,
		.hash_cost = LBR_COST_DEFAULT,
		.lock_after = 100,
		.invitation_life_s = 72 * HOUR,
		.sendmail = "/usr/sbin/sendmail",
		.sendmail_wait_s = 60,
		.mail_from = "root",
		.messages_a_day = 10,
	};
}

/* Takes what lbr_config_file_* read, or their error. */
static enum lbr_error take(const char *path, enum lbr_error error, char *bytes, size_t len, struct lbr_settings *settings,
                           lbr_fault *fault, void *context)
{
	lbr_settings_default(settings);
	if (error == LBR_OK)
		error = lbr_grammar_read_text(path, bytes, len, lbr_settings_keywords, settings, fault, context);
	if (error != LBR_OK)
		memset(settings, 0, sizeof(*settings));
	free(bytes);
	return error;
}

enum lbr_error lbr_settings_load(const char *path, struct lbr_settings *settings, lbr_fault *fault, void *context)
{
	struct lbr_reason missing;
	enum lbr_error error;
	char *bytes;
	size_t len;

	(void)lbr_fail_at(&missing, LBR_ERR_ABSENT, path, LBR_WHY(NO_CONFIGURATION));
	error = lbr_config_file_read(path, &missing, &bytes, &len, fault, context);
	return take(path, error, bytes, len, settings, fault, context);
}

enum lbr_error lbr_settings_load_open(int fd, const char *path, struct lbr_settings *settings, lbr_fault *fault, void *context)
{
	enum lbr_error error;
	char *bytes;
	size_t len;

	error = lbr_config_file_read_open(fd, path, &bytes, &len, fault, context);
	return take(path, error, bytes, len, settings, fault, context);
}
