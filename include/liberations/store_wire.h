/* The dialogue between a host's programs and its broker, `liberations-store`: its only description, and the codec of both sides.
 *
 * Frames as in wire.h, one question after the other on each connection:
 *     ASK   what, of whom, what is to be stored    -->
 *                                              <--  TELL  the result, and what is stored now
 * A page is told row by row: TELL with MORE for each, then one with DONE. The program that asks seals the records; the broker holds
 * no key and reads none of them. Links libc alone.
 *
 * MUST 1. A program that asks believes only DONE. Any other result, a frame that breaks a rule and a lost connection are a no.
 * MUST 2. The broker says DONE to a change only if the database told it so without a warning.
 * MUST 3. It sends a change once. UNREACHABLE: certainly not stored; UNKNOWN: perhaps.
 */
#ifndef LIBERATIONS_STORE_WIRE_H
#define LIBERATIONS_STORE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/wire.h>

#define LBR_STORE_WIRE_VERSION 1
#define LBR_STORE_NAME_MAX 65    /* with its NUL */
#define LBR_STORE_DETAIL_MAX 192 /* the ids of a host's keys, with commas between, fit */
#define LBR_STORE_FOLDED_MAX 257
#define LBR_STORE_KEY_MAX 9
#define LBR_STORE_REALM_LEN 16   /* of the id that every set of accounts has */
#define LBR_STORE_PROBE_MAX 128
#define LBR_STORE_SLOT_MAX 640
#define LBR_STORE_ACCOUNT_MAX 4224
#define LBR_STORE_HISTORY_MAX 8320
#define LBR_STORE_PAGE_MAX 256
#define LBR_STORE_LOAD_MS 1500   /* the broker's own deadlines */
#define LBR_STORE_COMMIT_MS 2000
#define LBR_STORE_SURVEY_MS 3500
#define LBR_STORE_INSTALL_MS 20000
#define LBR_STORE_WAIT_MS 4000   /* how long its answer is waited for: a load is tried twice */

enum lbr_store_what {
	LBR_STORE_HELLO = 1, /* realm, probe, key in force */
	LBR_STORE_LOAD,
	LBR_STORE_COMMIT,
	LBR_STORE_CREATE,    /* this one and the rest: only for root's own broker */
	LBR_STORE_IS_FREE,
	LBR_STORE_REMOVE,
	LBR_STORE_RENAME,
	LBR_STORE_REBUILD,
	LBR_STORE_PAGE,
	LBR_STORE_DECOY,     /* one of the 256 that the FOUND after them brings along */
	LBR_STORE_FOUND,     /* a new set of accounts; EXISTS: there is one already */
	LBR_STORE_TAKE_OUT,  /* removes a record that is still as it was loaded; CHANGED: it is not, or is gone */
	LBR_STORE_SURVEY,    /* what is known of the database, greeted or not: MORE for each fact, then how it ended */
	LBR_STORE_INSTALL,   /* the schema; EXISTS: there are accounts, and there must be none */
	LBR_STORE_ACCEPT,    /* what the database lost: hosts forget that they were told of it */
	LBR_STORE_NOTICE,    /* when a notice of that kind was last sent */
	LBR_STORE_NOTICE_MARK,
	LBR_STORE_NOTICE_RESEAL, /* only if it is still there */
	LBR_STORE_NOTICE_DROP,
	LBR_STORE_NOTICE_PAGE,
	LBR_STORE_TURN,      /* EXISTS: `name` has it */
	LBR_STORE_LACKING,   /* page of hosts that live and lack a key */
	LBR_STORE_ACTIVATE,  /* another key in force; EXISTS: the host `name` lacks it */
	LBR_STORE_MAKER,     /* EXISTS: the login `name` made the account; ABSENT: nobody knows */
	LBR_STORE_WHATS      /* none */
};

/* One record, sealed. A part of length 0 is none, and in a change stays as it is. */
struct lbr_store_row {
	uint64_t      version;    /* of the whole record: what a change must find */
	uint64_t      generation; /* of the account, in clear */
	uint64_t      step;       /* the last accepted one; of a change: the one that it accepts, 0: none */
	size_t        slot_len, account_len, history_len;
	unsigned char slot[LBR_STORE_SLOT_MAX];
	unsigned char account[LBR_STORE_ACCOUNT_MAX];
	unsigned char history[LBR_STORE_HISTORY_MAX];
};

/* A new set of accounts. */
struct lbr_store_founding {
	unsigned char realm[LBR_STORE_REALM_LEN];
	unsigned      window;
	char          key[LBR_STORE_KEY_MAX];
	size_t        probe_len, stand_in_len;
	unsigned char probe[LBR_STORE_PROBE_MAX];
	unsigned char stand_in[LBR_STORE_ACCOUNT_MAX]; /* as long as an account's record, which it replaces for unknown names */
};

struct lbr_store_ask {
	enum lbr_store_what  what;
	uint64_t             serial;                       /* the answer repeats it */
	uint64_t             epoch;                        /* of a change: as it was told with the row, or last */
	uint64_t             before;                       /* COMMIT: the generation that was loaded; TAKE_OUT: the version; TURN:
	                                                    * for how many seconds, 0: it is given back */
	char                 name[LBR_STORE_NAME_MAX];     /* a decoy's begins with '.'; of a page: after which; TURN: of what */
	char                 other[LBR_STORE_NAME_MAX];    /* LOAD: the decoy, where no such account exists; RENAME: the new name;
	                                                    * INSTALL: a host's login to be made, or ""; of notices: the kind;
	                                                    * LACKING, ACTIVATE: the key's id */
	char                 folded[LBR_STORE_FOLDED_MAX]; /* CREATE, IS_FREE, RENAME: of the new name; HELLO: the ids of the keys
	                                                    * that this host has, with commas between, then ';'
	                                                    * and the digest of its rules, if it tells it; TURN: the
	                                                    * ticket, 32 hex digits */
	unsigned             count;                        /* PAGE; HELLO: LBR_STORE_WIRE_VERSION */
	bool                 history;                      /* LOAD, COMMIT: that part too; PAGE: whole rows, not names alone */
	bool                 alone;                        /* LOAD: nobody else may change it before the COMMIT that follows at
	                                                    * once; RENAME: only whether it could; INSTALL: only where there
	                                                    * are no accounts yet */
	struct lbr_store_row row;                          /* COMMIT, CREATE, RENAME, REBUILD, DECOY; of notices: the record as
	                                                    * `account`, and as `step` when it was sent; ACTIVATE: the probe
	                                                    * under that key as `account` */
	struct lbr_store_founding founding;                /* FOUND */
};

/* Done is a large odd number, so that a lost or zeroed byte cannot produce it. */
enum lbr_store_result {
	LBR_STORE_UNREACHABLE = 0, /* certainly not stored */
	LBR_STORE_UNKNOWN,         /* perhaps stored */
	LBR_STORE_CHANGED,         /* somebody was faster: `row` is what is stored now */
	LBR_STORE_ABSENT,
	LBR_STORE_EXISTS,          /* `name` is the account that has the name, or looks like it */
	LBR_STORE_BUSY,            /* others were faster all the time */
	LBR_STORE_REFUSED,         /* this program may not ask that */
	LBR_STORE_MORE,            /* a row of a page */
	LBR_STORE_DONE = 0x6c627253
};

/* Why not: what root can do about it. */
enum lbr_store_cause {
	LBR_STORE_FINE = 0,
	LBR_STORE_NO_BROKER,    /* on no wire: the program that asks found none */
	LBR_STORE_NO_SERVER,    /* none of the servers can be reached */
	LBR_STORE_NO_ANSWER,    /* within the deadline */
	LBR_STORE_LOST,         /* the connection ended before the answer */
	LBR_STORE_NOT_CONFIRMED,/* the wait for the standby was ended: a warning came with the answer */
	LBR_STORE_UNCONFIRMED,  /* no standby confirms, and one must */
	LBR_STORE_NO_STANDBY,   /* the server confirms without one, and the policy wants one */
	LBR_STORE_ANOTHER_LINE, /* a server that was restarted, promoted or restored, and not yet adopted */
	LBR_STORE_NEW_EPOCH,    /* key or floor have changed since it was greeted; ask again */
	LBR_STORE_FORGOT,       /* it lacks what it confirmed to this host */
	LBR_STORE_OLD_PRIMARY,  /* it is behind a server that this host has seen */
	LBR_STORE_NO_RIGHTS,    /* the role may not */
	LBR_STORE_NO_REALM,     /* the schema is there, and `liberations store init` has not been run */
	LBR_STORE_SCHEMA,       /* no schema, or of a release that this one does not speak */
	LBR_STORE_FULL,         /* the server's disk, or its connections */
	LBR_STORE_CREDENTIALS,  /* password, certificate */
	LBR_STORE_CLOCK,        /* this host's clock and the server's are too far apart */
	LBR_STORE_KEY,          /* this host's seal key is not that of the accounts */
	LBR_STORE_BROKEN,       /* the server's answer breaks a rule */
	LBR_STORE_CAUSES
};

struct lbr_store_tell {
	uint64_t              serial;
	enum lbr_store_result result;
	enum lbr_store_cause  cause;
	char                  detail[LBR_STORE_DETAIL_MAX];  /* of a cause: SQLSTATE, host, a number; SURVEY: the fact that `name`
	                                                      * names; NOTICE_PAGE: the kind; clean ASCII, no secret */
	uint64_t              now_us;                        /* the database's clock; since 1970; 0: it was not asked */
	uint64_t              epoch, floor_step;             /* no code up to that step is accepted */
	char                  key[LBR_STORE_KEY_MAX];        /* the id of the key in force */
	char                  name[LBR_STORE_NAME_MAX];
	bool                  found;                         /* LOAD: an account has that name; else `row` is the decoy */
	bool                  has_realm;                     /* HELLO */
	unsigned char         realm[LBR_STORE_REALM_LEN];
	size_t                probe_len;
	unsigned char         probe[LBR_STORE_PROBE_MAX];    /* a constant, sealed with the accounts' key */
	bool                  has_row;
	struct lbr_store_row  row;
};

/* Each writes one whole frame; the caller wipes it. LBR_ERR_RANGE: a field does not fit; the frame is then empty. */
enum lbr_error lbr_store_ask_put(struct lbr_frame *frame, const struct lbr_store_ask *ask);
enum lbr_error lbr_store_tell_put(struct lbr_frame *frame, const struct lbr_store_tell *tell);

/* Each reads one whole frame of its type. LBR_ERR_SYNTAX: the frame breaks any rule, or says what its kind does not have; the
 * output is then wiped. */
enum lbr_error lbr_store_ask_get(const struct lbr_frame *frame, struct lbr_store_ask *ask);
enum lbr_error lbr_store_tell_get(const struct lbr_frame *frame, struct lbr_store_tell *tell);

/* Returns true if that kind of question changes something. */
bool lbr_store_is_change(enum lbr_store_what what);

#endif
