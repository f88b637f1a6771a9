/* The terminal for what the agent asks and says. */
#include "agent_link.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/settings.h>
#include <liberations/texts.h>

#include "admin_session.h"
#include "prompt.h"
#include "reason.h"
#include "terminal.h"

#define PROMPT_MAX 128

void cli_agent_adopt_language(struct cli *cli)
{
	struct lbr_settings settings;

	if (cli_settings_read(cli, &settings, NULL, NULL) == LBR_OK && settings.language != LBR_LANGUAGE_NONE)
		cli->language = settings.language;
}

static enum cli_status join_listener(const struct cli *cli, const char *path, struct lbr_client *client)
{
	int error = lbr_client_connect(client, path);

	if (error == 0)
		return CLI_DONE;
	return cli_fail(cli, CLI_FAULT, TEXT_NO_LISTENER, cli_safe(path), cli_errno(cli->language, error), NULL);
}

static enum cli_status start_agent(const struct cli *cli, const char *program, struct lbr_client *client)
{
	char config[PATH_MAX];
	int error;

	/* The agent works in another directory. */
	if (realpath(cli->config, config) == NULL)
		return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->config), cli_errno(cli->language, errno), NULL);
	error = lbr_client_start(client, program, config);
	if (error == 0)
		return CLI_DONE;
	return cli_fail(cli, CLI_FAULT, TEXT_NO_AGENT, cli_safe(program), cli_errno(cli->language, error), NULL);
}

static enum cli_status reach(const struct cli *cli, struct lbr_client *client)
{
	if (cli->socket != NULL)
		return join_listener(cli, cli->socket, client);
	if (cli->agent != NULL || cli_may_administer(cli))
		return start_agent(cli, cli->agent != NULL ? cli->agent : LBR_DEFAULT_AGENT, client);
	return join_listener(cli, LBR_DEFAULT_SOCKET, client);
}

static enum cli_status conclude(const struct cli *cli, enum lbr_error error)
{
	if (error == LBR_OK)
		return CLI_DONE;
	return cli_fail(cli, CLI_FAULT, TEXT_AGENT_BROKE, NULL);
}

enum cli_status cli_agent_open(const struct cli *cli, struct lbr_client *client)
{
	const char *tty = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;
	bool ascii = cli_has(cli, CLI_ASCII) || (isatty(STDOUT_FILENO) && !cli_terminal_is_utf8());
	struct lbr_hello hello = {
		.qr = ascii ? LBR_QR_ASCII : LBR_QR_UTF8,
		.messages = ascii ? LBR_MESSAGES_ASCII : LBR_MESSAGES_UTF8,
		.language = cli->language,
		.service = "liberations",
		.real_uid = getuid(),
	};
	enum cli_status status;
	enum lbr_error error;

	lbr_client_init(client);
	if (tty != NULL)
		snprintf(hello.tty, sizeof(hello.tty), "%s", tty);
	status = reach(cli, client);
	if (status != CLI_DONE)
		return status;
	error = lbr_client_greet(client, &hello);
	if (error == LBR_OK || !client->older)
		return conclude(cli, error);
	lbr_client_close(client);
	status = reach(cli, client);
	return status == CLI_DONE ? conclude(cli, lbr_client_greet(client, &hello)) : status;
}

/* With --json, standard output is for the program that reads it. */
static FILE *stream_of(const struct cli *cli)
{
	return cli_has(cli, CLI_JSON) ? stderr : stdout;
}

static bool ask(void *context, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret)
{
	(void)purpose;
	return cli_prompt_ask(stream_of(context), text, echo, ret);
}

static bool ask_text(const struct cli *cli, enum lbr_text text, struct lbr_secret *ret)
{
	struct lbr_settings settings;
	char prompt[PROMPT_MAX];

	if (cli_settings_read(cli, &settings, NULL, NULL) != LBR_OK)
		lbr_settings_default(&settings); /* the agent says what is wrong with it */
	lbr_settings_prompt(&settings, text, cli->language, cli_has(cli, CLI_ASCII), prompt, sizeof(prompt));
	return cli_prompt_ask(stream_of(cli), prompt, false, ret);
}

static bool ask_both(const struct cli *cli, struct lbr_request *request)
{
	request->answered = ask_text(cli, LBR_TEXT_PROMPT_OLD_PASSWORD, &request->password) &&
	                    ask_text(cli, LBR_TEXT_PROMPT_TOKEN, &request->code);
	return request->answered;
}

static void say(void *context, bool error, const char *text)
{
	(void)error;
	(void)cli_prompt_show(stream_of(context), text, "\n");
}

enum cli_status cli_agent_request(const struct cli *cli, struct lbr_client *client, const struct lbr_request *request,
                                  enum lbr_status *ret)
{
	const struct lbr_client_callbacks callbacks = { .ask = ask, .say = say, .context = (void *)(uintptr_t)cli };
	struct lbr_reply reply;
	enum lbr_error error = lbr_client_request(client, request, &callbacks, &reply);

	*ret = error == LBR_OK ? reply.status : LBR_STATUS_UNAVAILABLE;
	lbr_wipe(&reply, sizeof(reply));
	return conclude(cli, error);
}

/* The agent that says so is left at once. */
static enum cli_status ask_first(const struct cli *cli, struct lbr_client *client, struct lbr_request *request,
                                 enum lbr_status *ret)
{
	enum cli_status status;

	lbr_client_close(client);
	*ret = LBR_STATUS_CONVERSATION;
	if (!ask_both(cli, request))
		return CLI_DONE;
	status = cli_agent_open(cli, client);
	return status == CLI_DONE ? cli_agent_request(cli, client, request, ret) : status;
}

enum cli_status cli_agent_prove(const struct cli *cli, struct lbr_client *client, struct lbr_request *request,
                                enum lbr_status *ret)
{
	enum cli_status status = cli_agent_open(cli, client);

	*ret = LBR_STATUS_UNAVAILABLE;
	if (status == CLI_DONE)
		status = cli_agent_request(cli, client, request, ret);
	return status == CLI_DONE && *ret == LBR_STATUS_ASK_FIRST ? ask_first(cli, client, request, ret) : status;
}
