/* `init`: creates a store, or says that it exists. */
#include "init.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "desk_log.h"
#include "json.h"

static void say_one(const struct init_state *state, bool is_new, const char *what)
{
	cli_write(stdout, state->cli->language, is_new ? TEXT_CREATED : TEXT_IS_THERE, what, NULL);
}

static void say_found(const struct init_state *state, bool is_new, bool is_repaired, const char *what)
{
	if (is_repaired)
		cli_write(stdout, state->cli->language, TEXT_REPAIRED, what, NULL);
	else
		say_one(state, is_new, what);
}

static bool has_changed(const struct init_state *state)
{
	const struct init_portal *portal = &state->portal;

	return state->new_user || state->new_group || state->new_config || state->new_key || state->new_state ||
	       state->repaired_key || state->repaired_state || portal->new_user || portal->new_group || portal->new_config ||
	       portal->new_key || portal->new_state || portal->repaired_key || portal->repaired_state;
}

static void say_portal(const struct init_state *state)
{
	const struct init_portal *portal = &state->portal;

	if (!state->scratch) {
		say_one(state, portal->new_user, PORTAL_USER);
		say_one(state, portal->new_group, WEB_GROUP);
	}
	say_one(state, portal->new_config, portal->config);
	say_found(state, portal->new_key, portal->repaired_key, portal->key);
	say_found(state, portal->new_state, portal->repaired_state, portal->state);
}

static void say(const struct init_state *state)
{
	const struct lbr_settings *settings = &state->settings;

	if (!state->scratch) {
		say_one(state, state->new_user, SYSTEM_USER);
		say_one(state, state->new_group, VERIFY_GROUP);
	}
	say_one(state, state->new_config, state->cli->config);
	if (state->new_config)
		cli_write(stdout, state->cli->language, TEXT_ISSUER, settings->issuer, NULL);
	say_found(state, state->new_key, state->repaired_key, settings->seal_key);
	say_found(state, state->new_state, state->repaired_state, settings->state);
	if (cli_has(state->cli, CLI_PORTAL))
		say_portal(state);
	cli_write(stdout, state->cli->language, cli_has(state->cli, CLI_PORTAL) ? TEXT_PORTAL_NEXT : TEXT_INIT_NEXT,
	          settings->seal_key, NULL);
}

static void list_one(json_t *array, bool is_in, const char *word)
{
	if (is_in)
		json_array_append_new(array, json_string(word));
}

static void say_json(const struct init_state *state)
{
	const struct lbr_settings *settings = &state->settings;
	const struct init_portal *portal = &state->portal;
	json_t *created = json_array(), *repaired = json_array();

	list_one(created, state->new_user, "user");
	list_one(created, state->new_group, "group");
	list_one(created, state->new_config, "config");
	list_one(created, state->new_key, "seal_key");
	list_one(created, state->new_state, "state");
	list_one(created, portal->new_user, "portal_user");
	list_one(created, portal->new_group, "portal_group");
	list_one(created, portal->new_config, "portal_config");
	list_one(created, portal->new_key, "portal_key");
	list_one(created, portal->new_state, "portal_state");
	list_one(repaired, state->repaired_key, "seal_key");
	list_one(repaired, state->repaired_state, "state");
	list_one(repaired, portal->repaired_key, "portal_key");
	list_one(repaired, portal->repaired_state, "portal_state");
	cli_json_line(json_pack("{s:s, s:s, s:s, s:I, s:b, s:o, s:o}", "config", state->cli->config,
	                        "seal_key", settings->seal_key, "state", settings->state,
	                        "owner", (json_int_t)state->uid,
	                        "changed", has_changed(state),
	                        "created", created, "repaired", repaired));
}

enum cli_status cli_init(struct cli *cli)
{
	struct init_state state = { .cli = cli, .scratch = cli_has(cli, CLI_CONFIG) };
	enum cli_status status = cli_init_portal_judge(&state);

	umask(022);
	if (status == CLI_DONE)
		status = cli_init_owner(&state);
	if (status == CLI_DONE)
		status = cli_init_config(&state);
	if (status == CLI_DONE)
		status = cli_init_user(&state);
	if (status == CLI_DONE)
		status = cli_init_key(&state);
	if (status == CLI_DONE)
		status = cli_init_state(&state);
	if (status == CLI_DONE)
		status = cli_init_portal(&state);
	cli_desk_log_change(cli, NULL, status, has_changed(&state));
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		say_json(&state);
	else
		say(&state);
	return CLI_DONE;
}
