/* The inner parts of the spool of messages. Private to lib/. */
#ifndef LIB_MESSAGE_SPOOL_H
#define LIB_MESSAGE_SPOOL_H

#include <stdio.h>

#include <liberations/messages.h>

#define LBR_SPOOL "spool"
#define LBR_RELEASE ".released"

struct lbr_spool {
	const struct lbr_keyring *keyring;
	int                       dir, turn;
};

#endif
