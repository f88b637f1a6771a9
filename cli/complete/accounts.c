/* The names of accounts, for a caller who may administer them. */
#include "offer.h"

#include <string.h>

#include <liberations/become.h>
#include <liberations/store.h>

#include "admin_session.h"
#include "on_behalf.h"

/* A person waits, and no one reads a longer list. */
#define SEEN_MAX 50000
#define OFFERED_MAX 1000

struct offering {
	const struct line *line;
	unsigned           seen, offered;
};

static int offer_name(void *context, const char *name)
{
	struct offering *offering = context;

	if (strncmp(name, offering->line->typed, strlen(offering->line->typed)) == 0) {
		cli_offer(offering->line, name, NULL);
		offering->offered++;
	}
	return ++offering->seen >= SEEN_MAX || offering->offered >= OFFERED_MAX;
}

static bool read_settings(struct cli *cli, const struct line *line, struct lbr_settings *settings)
{
	cli->verb = line->verb;
	if (line->config != NULL) {
		cli->config = line->config;
		cli->options = CLI_CONFIG;
	}
	return cli_on_behalf_judge(cli) == CLI_DONE && cli_settings_load(cli, settings) == CLI_DONE;
}

bool cli_offer_as_owner(struct cli *cli, const struct line *line, struct lbr_settings *settings)
{
	return read_settings(cli, line, settings) &&
	       lbr_become_owner_of(settings->state, settings->user, NULL) == LBR_OK;
}

static int offer_entry(void *context, const char *name, const struct lbr_reason *reason)
{
	(void)reason;
	return name[0] != '\0' ? offer_name(context, name) : 0;
}

/* False: the caller may not, or the database is away. */
static bool offer_shared(struct cli *cli, struct admin_session *session, struct offering *offering)
{
	struct lbr_reason reason;
	bool open = cli_admin_open_loaded(cli, session) == CLI_DONE;

	if (open)
		(void)lbr_store_list_names(session->store, offer_entry, offering, &reason);
	cli_admin_close(session);
	return open;
}

void cli_offer_accounts(struct cli *cli, const struct line *line)
{
	struct offering offering = { .line = line };
	struct admin_session session = { .store = NULL };
	bool offered = false;

	if (!read_settings(cli, line, &session.settings))
		offered = false;
	else if (session.settings.store != LBR_STORE_FILE)
		offered = offer_shared(cli, &session, &offering);
	else
		offered = lbr_become_owner_of(session.settings.state, session.settings.user, NULL) == LBR_OK;
	if (offered && session.settings.store == LBR_STORE_FILE)
		lbr_store_names(session.settings.state, offer_name, &offering);
	if (!offered)
		cli_offer_kind("users");
}
