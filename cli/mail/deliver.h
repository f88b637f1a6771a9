/* Handing what is in the spool to the mail system. */
#ifndef CLI_DELIVER_H
#define CLI_DELIVER_H

#include <liberations/messages.h>
#include <liberations/notices.h>

#include "admin_session.h"
#include "carriers.h"
#include "sendmail.h"

#define CLI_GIVE_UP_S (2 * 86400) /* after the first try */

enum delivered_as { DELIVERED_SENT, DELIVERED_QUEUED, DELIVERED_FAILED, DELIVERED_UNKNOWN };

/* What became of one message. */
struct delivered {
	const struct lbr_message *message;
	enum delivered_as         as;
	int64_t                   next_s; /* of a queued one; 0: the next run */
	bool                      command; /* by a provider's program */
	bool                      tried;  /* `mailed` and `number` say how it ended */
	enum cli_mailed           mailed;
	int                       number;
};

struct delivering {
	struct cli          *cli;
	struct admin_session session;
	struct carriers      carriers;
	struct lbr_notices  *notices;
	struct lbr_spool    *spool;
	struct lbr_lease     lease;  /* of `notify`, on what many hosts could send */
	const char          *run;    /* only messages whose names begin so; NULL: all */
	bool                 hurry;  /* what waits for its next try is tried at once */
	int64_t              now_s;
	unsigned             sent, queued, failed, unknown;
	unsigned             hung;
	bool                 over;   /* the mail system does not work: the others wait untried */
	enum cli_status      status; /* the worst so far */
	void               (*tell)(void *context, const struct delivered *delivered);
	void                *context;
};

/* Opens the session, the carriers and the spool. Everything but CLI_DONE was told, and nothing is open. */
enum cli_status cli_delivering_open(struct delivering *delivering);
/* The last step of it alone, for a session that is open; CLI_NO: another process is sending. */
enum cli_status cli_delivering_open_spool(struct delivering *delivering);
void cli_delivering_close(struct delivering *delivering);

/* Tries every message that is due. One that comes to its end, or was tried, is told; with a `run`, those that wait too. */
void cli_deliver(struct delivering *delivering);

/* deliver_notice.c: takes the event of that time out of the account's counters; no fault if it, or the account, is gone. Where many
 * hosts share the accounts, only one of them finds it there, and so has `*ret_cleared`. */
enum lbr_error cli_deliver_clear(struct delivering *delivering, const char *name, enum lbr_notice_kind kind, int64_t raised_s,
                                 bool *ret_cleared, struct lbr_reason *reason);

/* deliver_lease.c: takes the turn at the notices of shared accounts, or prolongs it. False: another host has it, which
 * delivering->lease names, or why not was told. A host that dies loses it by itself. */
bool cli_deliver_take_lease(struct delivering *delivering);
void cli_deliver_give_lease(struct delivering *delivering);

/* deliver_notice.c: records that a notice is in the spool now: its mark, then the counters of its account. Doing it again changes
 * nothing. DELIVERED_SENT: recorded, send it. DELIVERED_QUEUED, after it was told: not recorded, so it must not be sent; where the
 * others would fare alike, the run is over. DELIVERED_UNKNOWN: of a shared account, and recorded before, by another host or by a
 * run that died: perhaps it was sent. */
enum delivered_as cli_deliver_settle(struct delivering *delivering, const struct lbr_message *message);

/* deliver_send.c: finds where it goes today; false: nowhere. Then hands it over, and sets how that ended. */
bool cli_deliver_find_way(struct delivering *delivering, const struct lbr_message *message, struct message_way *ret);
void cli_deliver_send(const struct delivering *delivering, const struct lbr_message *message, const struct message_way *way,
                      struct delivered *delivered);

/* Reports an error about `name`, or NULL, and keeps the worst status. */
void cli_deliver_fault(struct delivering *delivering, const char *name, enum lbr_error error, const struct lbr_reason *reason);

#endif
