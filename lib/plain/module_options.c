/* The options of one service: the module's arguments. */
#include <liberations/settings.h>

#include <stddef.h>

#define OPTION(name) offsetof(struct lbr_module_options, name)

/* In the order of the enumerations in the header. */
static const char *const factors[] = { "password+token", "token", "password", NULL };
static const char *const entries[] = { "auto", "separate", "combined", NULL };
static const char *const passwords[] = { "own", "stack", NULL };
static const char *const unknowns[] = { "deny", "ignore", NULL };
static const char *const expiries[] = { "signin", "always", "auth", NULL };
static const char *const qr_styles[] = { "utf8", "ascii", "none", NULL };
static const char *const messages[] = { "utf8", "ascii", NULL };
static const char *const languages[] = { "en", "fr", NULL };
static const char *const enrolls[] = { "yes", "no", NULL };

const struct lbr_keyword lbr_module_options_keywords[] = {
	{ "factors", LBR_VALUE_WORD, OPTION(factors), 0, 0, factors },
	{ "entry", LBR_VALUE_WORD, OPTION(entry), 0, 0, entries },
	{ "password", LBR_VALUE_WORD, OPTION(password_source), 0, 0, passwords },
	{ "unknown", LBR_VALUE_WORD, OPTION(unknown), 0, 0, unknowns },
	{ "expired", LBR_VALUE_WORD, OPTION(expired), 0, 0, expiries },
	{ "qr", LBR_VALUE_WORD, OPTION(qr), 0, 0, qr_styles },
	{ "messages", LBR_VALUE_WORD, OPTION(messages), 0, 0, messages },
	{ "language", LBR_VALUE_WORD, OPTION(language), LBR_LANGUAGE_EN, 0, languages },
	{ "enroll", LBR_VALUE_WORD, OPTION(enroll), 0, 0, enrolls },
	{ "socket", LBR_VALUE_PATH, OPTION(socket), 0, LBR_PATH_MAX, NULL },
	{ "agent", LBR_VALUE_PATH, OPTION(agent), 0, LBR_PATH_MAX, NULL },
	{ "config", LBR_VALUE_PATH, OPTION(config), 0, LBR_PATH_MAX, NULL },
	{ "use_first_pass", LBR_VALUE_FLAG, OPTION(use_first_pass), 0, 0, NULL },
	{ "try_first_pass", LBR_VALUE_FLAG, OPTION(try_first_pass), 0, 0, NULL },
	{ "use_authtok", LBR_VALUE_FLAG, OPTION(use_authtok), 0, 0, NULL },
	{ "debug", LBR_VALUE_FLAG, OPTION(debug), 0, 0, NULL },
	{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL }
};

void lbr_module_options_default(struct lbr_module_options *options)
{
	*options = (struct lbr_module_options){ .socket = LBR_DEFAULT_SOCKET };
}

enum lbr_error lbr_module_options_read(const char *service, int count, const char *const *words, struct lbr_module_options *options,
                              lbr_fault *fault, void *context)
{
	struct lbr_reason what;
	enum lbr_error error;

	lbr_module_options_default(options);
	lbr_fail(&what, LBR_OK, LBR_WHY(PAM_LINE), service);
	error = lbr_grammar_read_words(what.text, count, words, lbr_module_options_keywords, options, fault, context);
	if (error != LBR_OK)
		lbr_module_options_default(options);
	return error;
}
