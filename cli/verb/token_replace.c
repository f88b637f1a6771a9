/* `token USER --replace`: a person's new phone, by the person: password and code, or a recovery code, then the new QR
 * code. The agent asks and decides; this is its terminal. */
#include <liberations/wire.h>

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "agent_link.h"
#include "json.h"
#include "prompt.h"

#define FRAMES_MAX 128 /* texts and questions of one request; an agent that sends more is not ours */

/* One buffer for each kind of frame, wiped together. */
struct dialogue {
	const struct cli       *cli;
	FILE                   *to; /* where the person reads */
	struct agent_link       link;
	struct lbr_frame        frame;
	struct lbr_say          say;
	struct lbr_ask          ask;
	struct lbr_answer       answer;
	struct lbr_reply reply;
};

static enum lbr_error send_frame(struct dialogue *dialogue)
{
	enum lbr_error error = lbr_frame_send(dialogue->link.fd, &dialogue->frame, LBR_MACHINE_WAIT_MS);

	lbr_frame_wipe(&dialogue->frame);
	return error;
}

static enum lbr_error receive_frame(struct dialogue *dialogue)
{
	return lbr_frame_receive(dialogue->link.fd, &dialogue->frame, LBR_MACHINE_WAIT_MS);
}

static enum lbr_error greet(struct dialogue *dialogue)
{
	const char *tty = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;
	bool ascii = cli_has(dialogue->cli, CLI_ASCII);
	struct lbr_hello hello = {
		.version = LBR_WIRE_VERSION,
		.qr = ascii ? LBR_QR_ASCII : LBR_QR_UTF8,
		.messages = ascii ? LBR_MESSAGES_ASCII : LBR_MESSAGES_UTF8,
		.language = dialogue->cli->language,
		.service = "liberations",
	};
	struct lbr_welcome welcome;
	enum lbr_error error;

	if (tty != NULL)
		snprintf(hello.tty, sizeof(hello.tty), "%s", tty);
	error = lbr_wire_put_hello(&dialogue->frame, &hello);
	if (error == LBR_OK)
		error = send_frame(dialogue);
	if (error == LBR_OK)
		error = receive_frame(dialogue);
	if (error == LBR_OK)
		error = lbr_wire_get_welcome(&dialogue->frame, &welcome);
	if (error == LBR_OK && welcome.version != LBR_WIRE_VERSION)
		error = LBR_ERR_SYNTAX;
	return error;
}

static enum lbr_error request(struct dialogue *dialogue)
{
	struct lbr_request wanted = { .kind = LBR_REQUEST_REPLACE_TOKEN, .serial = 1 };
	enum lbr_error error;

	snprintf(wanted.user, sizeof(wanted.user), "%s", dialogue->cli->words[0]);
	error = lbr_wire_put_request(&dialogue->frame, &wanted);
	return error == LBR_OK ? send_frame(dialogue) : error;
}

static enum lbr_error serve_ask(struct dialogue *dialogue)
{
	enum lbr_error error = lbr_wire_get_ask(&dialogue->frame, &dialogue->ask);

	lbr_frame_wipe(&dialogue->frame); /* a prompt may show the token's key */
	if (error != LBR_OK)
		return error;
	dialogue->answer.given = cli_prompt_ask(dialogue->to, dialogue->ask.text, dialogue->ask.echo, &dialogue->answer.text);
	lbr_wipe(&dialogue->ask, sizeof(dialogue->ask));
	error = lbr_wire_put_answer(&dialogue->frame, &dialogue->answer);
	lbr_wipe(&dialogue->answer, sizeof(dialogue->answer));
	return error == LBR_OK ? send_frame(dialogue) : error;
}

static enum lbr_error serve_say(struct dialogue *dialogue)
{
	enum lbr_error error = lbr_wire_get_say(&dialogue->frame, &dialogue->say);

	if (error == LBR_OK)
		(void)cli_prompt_show(dialogue->to, dialogue->say.text, "\n");
	return error;
}

static enum lbr_error take_reply(struct dialogue *dialogue)
{
	enum lbr_error error = lbr_wire_get_reply(&dialogue->frame, &dialogue->reply);

	return error == LBR_OK && dialogue->reply.serial != 1 ? LBR_ERR_SYNTAX : error;
}

static enum lbr_error serve_until_reply(struct dialogue *dialogue)
{
	enum lbr_error error = LBR_OK;
	unsigned frames;

	for (frames = 0; error == LBR_OK && frames < FRAMES_MAX; frames++) {
		error = receive_frame(dialogue);
		if (error != LBR_OK)
			return error;
		switch (lbr_frame_type(&dialogue->frame)) {
		case LBR_FRAME_SAY:
			error = serve_say(dialogue);
			break;
		case LBR_FRAME_ASK:
			error = serve_ask(dialogue);
			break;
		case LBR_FRAME_REPLY:
			return take_reply(dialogue);
		default:
			error = LBR_ERR_SYNTAX;
		}
	}
	return error == LBR_OK ? LBR_ERR_RANGE : error;
}

static enum cli_status conclude(const struct cli *cli, enum lbr_error error, enum lbr_status result)
{
	bool replaced = error == LBR_OK && result == LBR_STATUS_ALLOW;

	if (error == LBR_OK && cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:b}", "user", cli->words[0], "replaced", replaced));
	if (error != LBR_OK)
		return cli_fail(cli, CLI_FAULT, TEXT_AGENT_BROKE, lbr_error_name(error), NULL);
	if (result == LBR_STATUS_UNAVAILABLE)
		return cli_fail(cli, CLI_FAULT, TEXT_AGENT_UNAVAILABLE, NULL);
	return replaced ? CLI_DONE : cli_fail(cli, CLI_NO, TEXT_NOT_REPLACED, cli_safe(cli->words[0]), NULL);
}

static enum cli_status replace(const struct cli *cli, struct dialogue *dialogue)
{
	enum cli_status status = cli_agent_open(cli, &dialogue->link);
	enum lbr_error error;

	if (status != CLI_DONE)
		return status;
	error = greet(dialogue);
	if (error == LBR_OK)
		error = request(dialogue);
	if (error == LBR_OK)
		error = serve_until_reply(dialogue);
	return conclude(cli, error, dialogue->reply.status);
}

enum cli_status cli_token(struct cli *cli)
{
	struct dialogue dialogue = { .cli = cli, .to = cli_has(cli, CLI_JSON) ? stderr : stdout, .link = { .fd = -1 } };
	enum cli_status status;

	if (!cli_has(cli, CLI_REPLACE))
		return cli_fail(cli, CLI_USAGE, TEXT_SAY_REPLACE, NULL);
	if (cli_has(cli, CLI_SOCKET) && cli_has(cli, CLI_AGENT))
		return cli_fail(cli, CLI_USAGE, TEXT_NOT_BOTH, cli->verb->name, "--socket", "--agent", NULL);
	if (lbr_name_check(cli->words[0]) != LBR_OK)
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(cli->words[0]), NULL);
	status = replace(cli, &dialogue);
	cli_agent_close(&dialogue.link);
	lbr_wipe(&dialogue, sizeof(dialogue));
	return status;
}
