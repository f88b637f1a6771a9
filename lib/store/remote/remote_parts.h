/* What the parts of the shared store have in common. Private to lib/store/remote.
 *
 * A process asks one question at a time, so the store holds one of each: question, answer, frame. It also keeps the row that it
 * loaded last, sealed as it came: the commit that follows is judged on it, and the database says whether it is still the one.
 */
#ifndef LIB_STORE_REMOTE_PARTS_H
#define LIB_STORE_REMOTE_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

#include <liberations/policy_digest.h>
#include <liberations/store_wire.h>

#include "remote_store.h"
#include "store_ops.h"

#define LBR_STORE_PADDED_MIN 1024 /* most accounts are shorter */

/* A row as it came, and of whom. */
struct lbr_remote_last {
	bool                 held, has_history;
	bool                 fresh; /* the decoy of a name that was just found to have no account */
	char                 name[LBR_STORE_NAME_MAX]; /* as the database has it: a decoy's begins with '.' */
	uint64_t             epoch, floor_step;
	int64_t              counts_until_ms; /* by CLOCK_MONOTONIC; 0: it was loaded, and not committed by this process */
	struct lbr_store_row row;
};

struct lbr_remote_store {
	struct lbr_store       base;
	struct lbr_keyring    *keyring;    /* the same as base.keyring */
	struct sockaddr_un     address;
	int                    fd;         /* -1: not connected */
	bool                   greeted;
	char                   policy[LBR_POLICY_DIGEST_MAX]; /* "": it is not told */
	uint64_t               serial;
	uint64_t               epoch;      /* that was told last */
	bool                   has_realm;  /* the broker has told it, and the seal key opens its probe */
	unsigned char          realm[LBR_REALM_LEN];
	int64_t                ahead_us;   /* the database's clock less CLOCK_MONOTONIC, at the last answer */
	bool                   has_clock;
	struct lbr_remote_last last;
	struct lbr_store_ask   ask;
	struct lbr_store_tell  tell;
	struct lbr_frame       frame;
};

/* remote_link.c */

/* Begins a question: wipes the last one. */
struct lbr_store_ask *lbr_remote_begin(struct lbr_remote_store *store, enum lbr_store_what what, const char *name);

/* Connects to the broker. LBR_ERR_UNREACHABLE, _SYSTEM. */
enum lbr_error lbr_remote_connect(struct lbr_remote_store *store, struct lbr_reason *reason);

/* Sends the question, under the next serial number. Sends it and waits for its answer. Errors as lbr_remote_ask. */
enum lbr_error lbr_remote_send(struct lbr_remote_store *store, struct lbr_reason *reason);
enum lbr_error lbr_remote_exchange(struct lbr_remote_store *store, struct lbr_reason *reason);

/* remote_greet.c: asks it, and puts the answer into store->tell. Connects first where it must. LBR_OK: DONE, MORE, CHANGED, ABSENT
 * or EXISTS. Else the reason says what root can do. LBR_ERR_UNREACHABLE: certainly not stored. LBR_ERR_UNKNOWN: perhaps.
 * LBR_ERR_BUSY: the deadline. LBR_ERR_UNSAFE: this program may not ask that. */
enum lbr_error lbr_remote_ask(struct lbr_remote_store *store, struct lbr_reason *reason);

/* remote_link.c: does the same with a question that comes before there is a realm. */
enum lbr_error lbr_remote_ask_unknown(struct lbr_remote_store *store, struct lbr_reason *reason);

/* Waits for the next answer to the same question. */
enum lbr_error lbr_remote_hear(struct lbr_remote_store *store, struct lbr_reason *reason);

/* Closes the connection: what may still come belongs to no question. */
void lbr_remote_hang_up(struct lbr_remote_store *store);

/* remote_probe.c: judges realm and probe of the last answer, and takes the realm. LBR_ERR_UNREACHABLE: this host's seal key is not
 * that of the accounts. With another one every record would look forged, and a repair would lose the accounts. */
enum lbr_error lbr_remote_check_probe(struct lbr_remote_store *store, struct lbr_reason *reason);

/* remote_cause.c: turns a result that is no answer into an error. */
enum lbr_error lbr_remote_fail(const struct lbr_store_tell *tell, struct lbr_reason *reason);

/* remote_row.c */

/* Writes the name that the database has for a place. */
void lbr_remote_name(const struct lbr_place *place, char ret[LBR_STORE_NAME_MAX]);

/* Opens the row of the record `name`, of a moment when no code up to `floor_step` was accepted. LBR_ERR_DAMAGED.
 * LBR_ERR_UNREACHABLE: this host lacks its key. */
enum lbr_error lbr_remote_open_row(const struct lbr_remote_store *store, const struct lbr_store_row *sealed, uint64_t floor_step,
                                   const char *name, struct lbr_row *row, struct lbr_reason *reason);

/* Seals what replaces it. Errors as lbr_random. */
enum lbr_error lbr_remote_seal_swap(const struct lbr_remote_store *store, const struct lbr_swap *swap, const char *name,
                                    struct lbr_store_row *sealed, struct lbr_reason *reason);

/* The same for one text of `len` bytes without a NUL; `ret` has room for LBR_ENVELOPE_MORE bytes more than the padding, or less. */
enum lbr_error lbr_remote_open_text(const struct lbr_remote_store *store, const struct lbr_envelope_place *place,
                                    const unsigned char *sealed, size_t len, char *ret, size_t *ret_len, struct lbr_reason *reason);
enum lbr_error lbr_remote_seal_text(const struct lbr_remote_store *store, const struct lbr_envelope_place *place, const char *text,
                                    size_t len, unsigned char *ret, size_t *ret_len);

/* Takes the row of the last answer as the one that is held. */
void lbr_remote_hold(struct lbr_remote_store *store, const char *name, bool has_history);
void lbr_remote_let_go(struct lbr_remote_store *store);

/* Each keeps the promise of its namesake in store_ops.h. */
enum lbr_error lbr_remote_load(struct lbr_store *base, const struct lbr_place *place, bool history, struct lbr_row *row,
                               struct lbr_reason *reason);
enum lbr_error lbr_remote_load_after(struct lbr_store *base, const struct lbr_place *place, bool history,
                                     struct lbr_row *row, struct lbr_reason *reason);
enum lbr_error lbr_remote_commit(struct lbr_store *base, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                                 void *context, struct lbr_reason *reason);
enum lbr_error lbr_remote_create(struct lbr_store *base, const char *name, const struct lbr_swap *record,
                                 struct lbr_reason *reason);
enum lbr_error lbr_remote_is_free(struct lbr_store *base, const char *name, struct lbr_reason *reason);
enum lbr_error lbr_remote_remove(struct lbr_store *base, const char *name, struct lbr_reason *reason);
enum lbr_error lbr_remote_rename(struct lbr_store *base, struct lbr_renaming *renaming, struct lbr_reason *reason);
enum lbr_error lbr_remote_rebuild(struct lbr_store *base, const char *name, const unsigned char slot[LBR_SLOT_LEN],
                                  struct lbr_reason *reason);
enum lbr_error lbr_remote_page(struct lbr_store *base, const char *after, unsigned count, bool names_alone, lbr_store_take *take,
                               void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason);

/* remote_dates.c, remote_lease.c: the same */
bool lbr_remote_keeps_dates(const struct lbr_store *base, const char *name);
enum lbr_error lbr_remote_date_read(struct lbr_store *base, const char *name, const char *kind, char text[LBR_NOTICE_TEXT_MAX],
                                    size_t *ret_len, struct lbr_reason *reason);
enum lbr_error lbr_remote_date_write(struct lbr_store *base, const char *name, const char *kind, const struct lbr_notice_date *date,
                                     bool again, struct lbr_reason *reason);
enum lbr_error lbr_remote_date_drop(struct lbr_store *base, const char *name, const char *kind, struct lbr_reason *reason);
enum lbr_error lbr_remote_date_list(struct lbr_store *base, lbr_store_take_date *take, void *context, struct lbr_reason *reason);
enum lbr_error lbr_remote_lease(struct lbr_store *base, const char *what, unsigned life_s, struct lbr_lease *lease,
                               struct lbr_reason *reason);

/* remote_whole.c: what an answer to creating, looking for, removing or renaming `name` means. LBR_ERR_ABSENT, _EXISTS. */
enum lbr_error lbr_remote_conclude(const struct lbr_remote_store *store, const char *name, struct lbr_reason *reason);

/* remote_greet.c: connects, if need be, so that the realm is known to which envelopes are bound. Errors as lbr_remote_ask. */
enum lbr_error lbr_remote_need_realm(struct lbr_remote_store *store, struct lbr_reason *reason);

/* remote_load.c: holds the row of a place, loaded now unless it is the one that is held. */
enum lbr_error lbr_remote_need(struct lbr_remote_store *store, const char *name, bool history, struct lbr_reason *reason);

/* Loads it, and keeps every other commit out until the one that follows at once. */
enum lbr_error lbr_remote_need_alone(struct lbr_remote_store *store, const char *name, bool history, struct lbr_reason *reason);

#endif
