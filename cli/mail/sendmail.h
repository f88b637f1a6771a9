/* The sendmail interface: one message to one address. */
#ifndef CLI_SENDMAIL_H
#define CLI_SENDMAIL_H

#include <stddef.h>

#include <liberations/settings.h>

enum cli_mailed {
	CLI_MAIL_TAKEN = 0,   /* exit status 0: the mail system accepted it */
	CLI_MAIL_STATUS,      /* exit status `number` */
	CLI_MAIL_SIGNAL,      /* killed by signal `number` */
	CLI_MAIL_HUNG,        /* killed after sendmail-wait */
	CLI_MAIL_NOT_STARTED, /* errno in `number` */
};

/* Runs "SENDMAIL -i -f FROM -- TO" without a shell, in its own session, with only PATH in its environment and the message on
 * standard input, and waits for it. `to` must pass lbr_address_is_sound. */
enum cli_mailed cli_sendmail(const struct lbr_settings *settings, const char *to, const char *message, size_t len,
                             int *ret_number);

#endif
