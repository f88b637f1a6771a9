/* The sendmail interface, and a provider's program: one message to one address or number. */
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

/* Runs the words of `command`, which must not be empty, and the number in the same way, with one line on standard input. */
enum cli_mailed cli_provider_send(const struct lbr_settings *settings, const char *number, const char *line, size_t len,
                                  int *ret_number);

#endif
