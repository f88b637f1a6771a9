/* All accounts, one after the other, in constant memory. A process of its own opens the store and has the key; this one gets what
 * may be shown of each account, and may ask the name service meanwhile, whose modules must never share memory with a key. */
#ifndef CLI_ACCOUNT_ROWS_H
#define CLI_ACCOUNT_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "admin_session.h"
#include "recorded.h"
#include "standing.h"

struct account_row {
	bool              fault;      /* nothing but `name`, which may be "", and `error` is set */
	enum lbr_error    error;      /* of a fault, or why there are no counters */
	bool              has_account; /* of a fault: only the counters cannot be read, and a row with the account follows */
	enum lbr_language language;
	bool              own, confirmed, disabled, must_change;
	bool              no_counters; /* they cannot be read, and count as fresh ones; a fault came before */
	unsigned          recovery_left;
	struct recorded   recorded;
	int64_t           last_s, password_set_s; /* 0: never signed in */
	struct standing   standing;
	char              name[LBR_NAME_MAX + 1]; /* from here on only what is used is written */
	char              contact[LBR_CONTACT_MAX]; /* "": none */
};

/* Takes one account, or a fault with its reason: of the account `name`, or of the store. False ends the reading. */
typedef bool cli_account_each(void *context, const struct account_row *row, const struct lbr_reason *reason);

/* Reads all accounts in the store's own order; session->settings is loaded, and the process is the owner of the store. The name
 * service has not been asked. CLI_FAULT after one line: the reading process could not begin or did not come to its end. */
enum cli_status cli_accounts_read(const struct cli *cli, const struct admin_session *session, cli_account_each *each,
                                  void *context);

/* Writes a row to a file for this very process, or reads the next one; false: that failed, or there is none. */
bool cli_account_row_write(FILE *to, const struct account_row *row);
bool cli_account_row_read(FILE *from, struct account_row *row);

#endif
