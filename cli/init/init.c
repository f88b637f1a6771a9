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
	return state->new_user || state->new_group || state->new_config || state->new_key || state->new_state ||
	       state->repaired_key || state->repaired_state;
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
	cli_write(stdout, state->cli->language, TEXT_INIT_NEXT, settings->seal_key, NULL);
}

static void say_json(const struct init_state *state)
{
	const struct lbr_settings *settings = &state->settings;
	json_t *created = json_array(), *repaired = json_array();

	if (state->new_user)
		json_array_append_new(created, json_string("user"));
	if (state->new_group)
		json_array_append_new(created, json_string("group"));
	if (state->new_config)
		json_array_append_new(created, json_string("config"));
	if (state->new_key)
		json_array_append_new(created, json_string("seal_key"));
	if (state->new_state)
		json_array_append_new(created, json_string("state"));
	if (state->repaired_key)
		json_array_append_new(repaired, json_string("seal_key"));
	if (state->repaired_state)
		json_array_append_new(repaired, json_string("state"));
	cli_json_line(json_pack("{s:s, s:s, s:s, s:I, s:b, s:o, s:o}", "config", state->cli->config,
	                        "seal_key", settings->seal_key, "state", settings->state,
	                        "owner", (json_int_t)state->uid,
	                        "changed", has_changed(state),
	                        "created", created, "repaired", repaired));
}

enum cli_status cli_init(struct cli *cli)
{
	struct init_state state = { .cli = cli, .scratch = cli_has(cli, CLI_CONFIG) };
	enum cli_status status = cli_init_owner(&state);

	umask(022);
	if (status == CLI_DONE)
		status = cli_init_config(&state);
	if (status == CLI_DONE)
		status = cli_init_user(&state);
	if (status == CLI_DONE)
		status = cli_init_key(&state);
	if (status == CLI_DONE)
		status = cli_init_state(&state);
	cli_desk_log_change(cli, NULL, status, has_changed(&state));
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		say_json(&state);
	else
		say(&state);
	return CLI_DONE;
}
