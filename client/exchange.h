/* Sending and receiving one frame within the time that is left. */
#ifndef CLIENT_EXCHANGE_H
#define CLIENT_EXCHANGE_H

#include <liberations/client.h>

/* Sends client->frame, and wipes it in every case. Errors as lbr_frame_send; LBR_ERR_BUSY also if no time is left. */
enum lbr_error lbr_exchange_send(struct lbr_client *client);

/* Receives the next frame into client->frame; the caller wipes it. Errors as lbr_frame_receive; LBR_ERR_BUSY also if no time is
 * left. */
enum lbr_error lbr_exchange_receive(struct lbr_client *client);

#endif
