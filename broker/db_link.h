/* One connection to the database, which one thread uses at a time; and one question on it, within a deadline. */
#ifndef BROKER_DB_LINK_H
#define BROKER_DB_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include <liberations/store_wire.h>

#include "marks.h"
#include "store_settings.h"

#define LBR_DETAIL_MAX 64

/* Why something was not answered. */
struct lbr_trouble {
	enum lbr_store_cause cause;
	char                 detail[LBR_DETAIL_MAX]; /* "SQLSTATE ...", HOST:PORT or a number; clean ASCII */
	const char          *hint;                   /* for the log: what exactly; or NULL */
};

/* What a greeting brought. */
struct lbr_realm {
	unsigned char id[LBR_STORE_REALM_LEN];
	unsigned char probe[LBR_STORE_PROBE_MAX];
	size_t        probe_len;
	char          key[LBR_STORE_KEY_MAX];
	uint64_t      epoch, floor_step;
	int64_t       ahead_us;   /* the database's clock less CLOCK_MONOTONIC */
	int64_t       skew_s;     /* this host's clock less the database's */
};

struct lbr_db_link {
	unsigned            number; /* its row in the table of hosts */
	PGconn             *pg;     /* NULL: down */
	uint64_t            seq;    /* of the last commit that was stored on it */
	bool                has_many; /* the schema takes many questions in one */
	bool                warned; /* a warning came with the last answer */
	struct lbr_trouble  trouble; /* why it is down */
	struct lbr_realm    realm;
	char                server[LBR_DETAIL_MAX];
	unsigned            at;     /* that server's place in the list */
	int64_t             used_ms; /* when it was given back */
};

/* What became of a question. */
enum lbr_fate {
	LBR_FATE_NOT_SENT, /* certainly not done */
	LBR_FATE_REFUSED,  /* the database says that it did nothing */
	LBR_FATE_UNKNOWN,  /* sent, and the answer did not come */
	LBR_FATE_ANSWERED
};

/* db_connect.c: connects to the first server of the list that takes writes, beginning with the one at link->at, until `until_ms`
 * (lbr_monotonic_ms); each gets its share of that time. `tried`: those that are left out, a bit each; those that are tried are
 * added. False: the link is down, and says why, unless there was none left. */
bool lbr_db_link_connect(struct lbr_db_link *link, const struct lbr_store_settings *settings, uint32_t *tried, int64_t until_ms);

/* db_link.c: closes it. A commit that waits for a standby goes on waiting at the server: ending it would show others what no
 * standby has. */
void lbr_db_link_drop(struct lbr_db_link *link);

struct lbr_parameters; /* parameters.h */

/* db_link.c: runs a prepared statement. `*ret` is the caller's to clear, and NULL unless ANSWERED. After anything else `trouble`
 * says why, and after NOT_SENT and UNKNOWN the link is down. */
enum lbr_fate lbr_db_link_ask(struct lbr_db_link *link, const char *statement, const struct lbr_parameters *parameters,
                              int64_t until_ms, PGresult **ret, struct lbr_trouble *trouble);

/* db_link.c: prepares one. */
enum lbr_fate lbr_db_link_prepare(struct lbr_db_link *link, const char *statement, const char *sql, int64_t until_ms,
                               struct lbr_trouble *trouble);

/* trouble.c: writes a cause; the detail is cut, and cleaned of what is no visible ASCII. */
void lbr_trouble_set(struct lbr_trouble *trouble, enum lbr_store_cause cause, const char *detail);

/* trouble.c: keeps the one of two that tells more: what a server answered, rather than that another one is silent. */
void lbr_trouble_keep(struct lbr_trouble *kept, const struct lbr_trouble *met);

/* trouble.c: what a SQLSTATE means. `*ret_unknown`: it says nothing about what was done. */
void lbr_trouble_of_state(const char *sqlstate, struct lbr_trouble *trouble, bool *ret_unknown);

#endif
