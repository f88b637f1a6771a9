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
	int                       sent;  /* the file of who was sent something today, or -1: not opened yet */
	int64_t                   day;   /* which day that is */
	void                     *tally; /* its content, for tsearch(3) */
};

/* message_day.c: forgets the day. */
void lbr_messages_close_day(struct lbr_spool *messages);

#endif
