#include "mistyped.h"

#include <string.h>

#include <liberations/store.h>

#include "option_table.h"
#include "suggest.h"

#define SEEN_MAX 50000

/* What other programs call it, or what people do. */
static const struct { const char *word, *verb; } cousins[] = {
	{ "add", "enroll" }, { "new", "enroll" }, { "create", "enroll" }, { "register", "enroll" }, { "useradd", "enroll" },
	{ "adduser", "enroll" }, { "delete", "remove" }, { "del", "remove" }, { "rm", "remove" }, { "userdel", "remove" },
	{ "deluser", "remove" }, { "reset", "reset-token" }, { "lock", "disable" }, { "suspend", "disable" },
	{ "block", "disable" }, { "unblock", "unlock" }, { "activate", "enable" }, { "resume", "enable" }, { "info", "show" },
	{ "get", "show" },
	{ "view", "show" }, { "ls", "list" }, { "users", "list" }, { "password", "passwd" }, { "reset-password", "passwd" },
	{ "logout", "sign-out" }, { "kick", "sign-out" }, { "who", "sessions" }, { "check", "status" }, { "test", "try" },
	{ "setup", "init" }, { "install", "init" }, { "codes", "recovery-codes" }, { "email", "contact" }, { "mail", "notify" },
};

enum cli_status cli_mistyped_verb(const struct cli *cli, const char *word)
{
	const struct verb *verb;
	struct suggestion meant;
	size_t at;

	cli_suggest_begin(&meant, word);
	for (verb = cli_verbs; verb->name != NULL; verb++)
		cli_suggest_try(&meant, verb->name);
	cli_suggest_try(&meant, "help");
	for (at = 0; at < sizeof(cousins) / sizeof(cousins[0]); at++)
		if (strcmp(cousins[at].word, word) == 0)
			return cli_fail(cli, CLI_USAGE, TEXT_NO_VERB_MEANT, cli_safe(word), cousins[at].verb, NULL);
	if (meant.best[0] != '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_NO_VERB_MEANT, cli_safe(word), meant.best, NULL);
	return cli_fail(cli, CLI_USAGE, TEXT_NO_VERB, cli_safe(word), NULL);
}

/* Without its value. */
static bool read_option_name(const char *word, char ret[LBR_NAME_MAX + 1])
{
	size_t len = strcspn(word, "=");

	if (len > LBR_NAME_MAX)
		return false;
	memcpy(ret, word, len);
	ret[len] = '\0';
	return true;
}

enum cli_status cli_mistyped_option(const struct cli *cli, const char *word)
{
	char typed[LBR_NAME_MAX + 1];
	struct suggestion meant;
	size_t at;

	if (!read_option_name(word, typed))
		return cli_fail(cli, CLI_USAGE, TEXT_NO_OPTION, cli->verb->name, cli_safe(word), NULL);
	cli_suggest_begin(&meant, typed);
	for (at = 0; at < CLI_PLACES; at++)
		if ((cli->verb->options | CLI_HELP) & cli_option_rows[at].option)
			cli_suggest_try(&meant, cli_option_rows[at].word);
	if (meant.best[0] != '\0')
		return cli_fail(cli, CLI_USAGE, TEXT_NO_OPTION_MEANT, cli->verb->name, cli_safe(word), meant.best, NULL);
	return cli_fail(cli, CLI_USAGE, TEXT_NO_OPTION, cli->verb->name, cli_safe(word), NULL);
}

struct search {
	struct suggestion meant;
	unsigned          seen;
};

static int try_name(void *context, const char *name)
{
	struct search *search = context;

	cli_suggest_try(&search->meant, name);
	return ++search->seen >= SEEN_MAX;
}

static int try_entry(void *context, const char *name, const struct lbr_reason *reason)
{
	(void)reason;
	return try_name(context, name);
}

enum cli_status cli_mistyped_account(const struct cli *cli, struct lbr_store *store, const char *state, const char *name)
{
	struct search search = { .seen = 0 };
	struct lbr_reason reason;

	cli_suggest_begin(&search.meant, name);
	if (store != NULL)
		(void)lbr_store_list_names(store, try_entry, &search, &reason); /* what can be read will do */
	else if (state != NULL)
		lbr_store_names(state, try_name, &search);
	if (search.meant.best[0] != '\0')
		return cli_fail(cli, CLI_NO, TEXT_NO_ACCOUNT_MEANT, cli_safe(name), search.meant.best, NULL);
	return cli_fail(cli, CLI_NO, TEXT_NO_ACCOUNT, cli_safe(name), NULL);
}
