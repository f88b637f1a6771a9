#include "exchange.h"

#include <stdint.h>

#include <liberations/monotonic.h>

/* Each wait takes its time from all that follow, until the next request or answer. */
static void spend(struct lbr_client *client, int64_t since_ms)
{
	client->left_ms -= lbr_monotonic_ms() - since_ms;
}

enum lbr_error lbr_exchange_send(struct lbr_client *client)
{
	int64_t since_ms = lbr_monotonic_ms();
	enum lbr_error error = LBR_ERR_BUSY;

	if (client->left_ms > 0)
		error = lbr_frame_send(client->fd, &client->frame, (int)client->left_ms);
	spend(client, since_ms);
	lbr_frame_wipe(&client->frame);
	return error;
}

enum lbr_error lbr_exchange_receive(struct lbr_client *client)
{
	int64_t since_ms = lbr_monotonic_ms();
	enum lbr_error error = LBR_ERR_BUSY;

	if (client->left_ms > 0)
		error = lbr_frame_receive(client->fd, &client->frame, (int)client->left_ms);
	spend(client, since_ms);
	return error;
}
