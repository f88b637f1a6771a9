/* Hello and welcome. */
#include "exchange.h"

#include <stdbool.h>

enum lbr_error lbr_client_greet(struct lbr_client *client, const struct lbr_hello *hello)
{
	struct lbr_hello said = *hello;
	struct lbr_welcome welcome = {0};
	enum lbr_error error;

	client->version = client->older ? LBR_WIRE_VERSION - 1 : LBR_WIRE_VERSION;
	said.version = client->version;
	error = lbr_wire_put_hello(&client->frame, &said);
	if (error == LBR_OK)
		error = lbr_exchange_send(client);
	if (error == LBR_OK)
		error = lbr_exchange_receive(client);
	if (error == LBR_OK)
		error = lbr_wire_get_welcome(&client->frame, &welcome);
	lbr_frame_wipe(&client->frame);
	client->refused = error == LBR_OK && welcome.version == LBR_WIRE_SERVES_NOBODY;
	if (error == LBR_OK && welcome.version != client->version)
		error = LBR_ERR_SYNTAX;
	if (error != LBR_OK)
		client->older = error == LBR_ERR_ABSENT && !client->older;
	return error;
}
