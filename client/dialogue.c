/* One request, and everything that the agent shows and asks until it replies. */
#include "exchange.h"

static enum lbr_error send_request(struct lbr_client *client, const struct lbr_request *request)
{
	struct lbr_request numbered = *request;
	enum lbr_error error;

	numbered.serial = ++client->serial;
	error = lbr_wire_put_request(&client->frame, &numbered);
	lbr_wipe(&numbered, sizeof(numbered));
	client->left_ms = client->wait_ms;
	return error == LBR_OK ? lbr_exchange_send(client) : error;
}

static enum lbr_error send_answer(struct lbr_client *client)
{
	enum lbr_error error;

	if (!client->answer.given)
		lbr_secret_wipe(&client->answer.text);
	error = lbr_wire_put_answer(&client->frame, &client->answer);
	lbr_wipe(&client->answer, sizeof(client->answer));
	client->left_ms = client->wait_ms;
	return error == LBR_OK ? lbr_exchange_send(client) : error;
}

static enum lbr_error serve_ask(struct lbr_client *client, const struct lbr_client_callbacks *callbacks)
{
	struct lbr_ask *ask = &client->heard.ask;
	enum lbr_error error = lbr_wire_get_ask(&client->frame, ask);

	lbr_frame_wipe(&client->frame); /* a prompt may show the token's key */
	if (error == LBR_OK)
		client->answer.given = callbacks->ask(callbacks->context, ask->purpose, ask->echo, ask->text, &client->answer.text);
	lbr_wipe(ask, sizeof(*ask));
	return error == LBR_OK ? send_answer(client) : error;
}

static enum lbr_error serve_say(struct lbr_client *client, const struct lbr_client_callbacks *callbacks)
{
	struct lbr_say *say = &client->heard.say;
	enum lbr_error error = lbr_wire_get_say(&client->frame, say);

	lbr_frame_wipe(&client->frame);
	if (error == LBR_OK)
		callbacks->say(callbacks->context, say->error, say->text);
	lbr_wipe(say, sizeof(*say));
	return error;
}

static enum lbr_error take_reply(struct lbr_client *client, struct lbr_reply *reply)
{
	enum lbr_error error = lbr_wire_get_reply(&client->frame, reply);

	lbr_frame_wipe(&client->frame); /* it may hold a password */
	if (error == LBR_OK && reply->serial != client->serial)
		error = LBR_ERR_SYNTAX;
	return error;
}

static enum lbr_error serve_until_reply(struct lbr_client *client, const struct lbr_client_callbacks *callbacks,
                                        struct lbr_reply *reply)
{
	enum lbr_error error = LBR_OK;
	unsigned frames;

	for (frames = 0; error == LBR_OK && frames < LBR_CLIENT_FRAMES_MAX; frames++) {
		error = lbr_exchange_receive(client);
		if (error != LBR_OK)
			return error;
		switch (lbr_frame_type(&client->frame)) {
		case LBR_FRAME_SAY:
			error = serve_say(client, callbacks);
			break;
		case LBR_FRAME_ASK:
			error = serve_ask(client, callbacks);
			break;
		case LBR_FRAME_REPLY:
			return take_reply(client, reply);
		default:
			error = LBR_ERR_SYNTAX;
		}
	}
	return error == LBR_OK ? LBR_ERR_RANGE : error;
}

enum lbr_error lbr_client_request(struct lbr_client *client, const struct lbr_request *request,
                                  const struct lbr_client_callbacks *callbacks, struct lbr_reply *reply)
{
	enum lbr_error error;

	lbr_wipe(reply, sizeof(*reply));
	error = send_request(client, request);
	if (error == LBR_OK)
		error = serve_until_reply(client, callbacks, reply);
	lbr_frame_wipe(&client->frame);
	if (error != LBR_OK)
		lbr_wipe(reply, sizeof(*reply));
	return error;
}
