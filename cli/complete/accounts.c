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

bool cli_offer_as_owner(struct cli *cli, const struct line *line, struct lbr_settings *settings)
{
	cli->verb = line->verb;
	if (line->config != NULL) {
		cli->config = line->config;
		cli->options = CLI_CONFIG;
	}
	return cli_on_behalf_judge(cli) == CLI_DONE && cli_settings_load(cli, settings) == CLI_DONE &&
	       lbr_become_owner_of(settings->state, settings->user, NULL) == LBR_OK;
}

void cli_offer_accounts(struct cli *cli, const struct line *line)
{
	struct offering offering = { .line = line };
	struct lbr_settings settings;

	if (cli_offer_as_owner(cli, line, &settings))
		lbr_store_names(settings.state, offer_name, &offering);
	else
		cli_offer_kind("users");
}
