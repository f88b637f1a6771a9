/* `init`: founds a store, or says that it is there. */
#include "init.h"

#include <sys/stat.h>

#include "json.h"

static void say_one(const struct founding *founding, bool is_new, const char *what)
{
	cli_write(stdout, founding->cli->language, is_new ? TEXT_CREATED : TEXT_IS_THERE, what, NULL);
}

static void say(const struct founding *founding)
{
	const struct lbr_settings *settings = &founding->settings;

	if (!founding->scratch) {
		say_one(founding, founding->new_user, SYSTEM_USER);
		say_one(founding, founding->new_group, VERIFY_GROUP);
	}
	say_one(founding, founding->new_config, founding->cli->config);
	say_one(founding, founding->new_key, settings->seal_key);
	say_one(founding, founding->new_state, settings->state);
	cli_write(stdout, founding->cli->language, TEXT_INIT_NEXT, settings->seal_key, NULL);
}

static void say_json(const struct founding *founding)
{
	const struct lbr_settings *settings = &founding->settings;
	json_t *created = json_array();

	if (founding->new_user)
		json_array_append_new(created, json_string("user"));
	if (founding->new_group)
		json_array_append_new(created, json_string("group"));
	if (founding->new_config)
		json_array_append_new(created, json_string("config"));
	if (founding->new_key)
		json_array_append_new(created, json_string("seal_key"));
	if (founding->new_state)
		json_array_append_new(created, json_string("state"));
	cli_json_line(json_pack("{s:s, s:s, s:s, s:I, s:o}", "config", founding->cli->config,
	                        "seal_key", settings->seal_key, "state", settings->state,
	                        "owner", (json_int_t)founding->uid, "created", created));
}

enum cli_status cli_init(struct cli *cli)
{
	struct founding founding = { .cli = cli, .scratch = cli_has(cli, CLI_CONFIG) };
	enum cli_status status = cli_init_owner(&founding);

	umask(022);
	if (status == CLI_DONE)
		status = cli_init_config(&founding);
	if (status == CLI_DONE)
		status = cli_init_key(&founding);
	if (status == CLI_DONE)
		status = cli_init_state(&founding);
	if (status != CLI_DONE)
		return status;
	if (cli_has(cli, CLI_JSON))
		say_json(&founding);
	else
		say(&founding);
	return CLI_DONE;
}
