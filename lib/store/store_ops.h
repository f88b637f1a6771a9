/* What a kind of store provides: records as bytes, read and swapped whole. Private to lib/store: callers use only store.h.
 *
 * Everything that gives the bytes a meaning (codec, MAC, generation, healing) is above it, in lib/store.
 */
#ifndef LIB_STORE_OPS_H
#define LIB_STORE_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/codec.h>
#include <liberations/store.h>

#define LBR_COPIES 2 /* of the counters that a store may keep, so that a torn write costs nothing */

/* Whose record: an account's by name, or a decoy's by number. */
struct lbr_place {
	char    name[LBR_NAME_MAX + 1]; /* to which the MACs are bound; a decoy's number in two digits */
	bool    decoy;
	uint8_t number;
};

/* One record as stored. */
struct lbr_row {
	char          account[LBR_ACCOUNT_TEXT_MAX];
	size_t        account_len;   /* a decoy has none */
	unsigned char copies[LBR_COPIES][LBR_SLOT_LEN];
	unsigned      copy_count;    /* how many copies of the counters are kept */
	char          history[LBR_HISTORY_TEXT_MAX];
	size_t        history_len;   /* 0: none, or not asked for */
	int64_t       now_s;         /* the store's own clock when it was read; 0: it has none */
	int64_t       floor_step;    /* no code up to that step is accepted, whatever the counters say; 0: any */
};

/* What replaces it. */
struct lbr_swap {
	unsigned      parts;         /* bits of enum lbr_part */
	unsigned      turn;          /* the copy of the counters to write */
	bool          every_copy;    /* then the others too: an older release would still believe them */
	unsigned char counters[LBR_SLOT_LEN];
	int64_t       step;          /* the last accepted one in them */
	uint64_t      generation;    /* of the account, where that is a part */
	char          account[LBR_ACCOUNT_TEXT_MAX];
	size_t        account_len;
	char          history[LBR_HISTORY_TEXT_MAX];
	size_t        history_len;
};

/* Makes of the row that is stored now what is to replace it. */
typedef enum lbr_error lbr_store_judge(void *context, const struct lbr_row *row, struct lbr_swap *swap, struct lbr_reason *reason);

/* Takes one row of a page. `name` "": a stray entry. `error`: why `row` is NULL or lacks its counters; a page of names alone has no
 * rows. Non-zero ends the page. */
typedef int lbr_store_take(void *context, const char *name, const struct lbr_row *row, enum lbr_error error,
                           const struct lbr_reason *reason);

/* When a notice was sent. */
struct lbr_notice_date {
	const char *text;
	size_t      len;
	int64_t     sent_s;
};

/* Takes one date of a page: an open text, or why there is none. Non-zero ends the page. */
typedef int lbr_store_take_date(void *context, const char *name, const char *kind, const char *text, size_t len,
                                enum lbr_error error, const struct lbr_reason *reason);

/* Another name for a record. */
struct lbr_renaming {
	const struct lbr_keyring *keyring;
	const char               *from, *to;   /* valid, and not the same */
	bool                      dry;         /* judges only */
	lbr_store_judge          *judge;       /* writes an account that is sound under both names, and the other parts for `to` */
	bool                    (*is_done)(const struct lbr_renaming *renaming, const struct lbr_row *row); /* `row`, of `to`, was
	                                        * renamed from `from` */
	bool                      leaves;      /* set: something of `from` could not be removed, which is no error */
};

/* Each member is named after the function of store.h whose promise it keeps. All outputs are wiped by the caller. */
struct lbr_store_ops {
	void (*close)(struct lbr_store *store);
	/* NULL: nothing to connect to. */
	enum lbr_error (*meet)(struct lbr_store *store, struct lbr_reason *reason);
	/* NULL: the clock of this host. */
	int64_t (*now_s)(const struct lbr_store *store);
	/* Reads one record; `history` asks for that part too. LBR_ERR_ABSENT: no account. */
	enum lbr_error (*load)(struct lbr_store *store, const struct lbr_place *place, bool history, struct lbr_row *row,
	                       struct lbr_reason *reason);
	/* The same, for lbr_store_load_after_commit. NULL: loading is near enough. */
	enum lbr_error (*load_after)(struct lbr_store *store, const struct lbr_place *place, bool history, struct lbr_row *row,
	                             struct lbr_reason *reason);
	/* Reads it, has it judged and writes the parts, with nobody else in between. */
	enum lbr_error (*commit)(struct lbr_store *store, const struct lbr_place *place, bool history, lbr_store_judge *judge,
	                         void *context, struct lbr_reason *reason);
	enum lbr_error (*create)(struct lbr_store *store, const char *name, const struct lbr_swap *record,
	                         struct lbr_reason *reason);
	enum lbr_error (*is_free)(struct lbr_store *store, const char *name, struct lbr_reason *reason);
	enum lbr_error (*remove)(struct lbr_store *store, const char *name, struct lbr_reason *reason);
	/* Has the record of one name judged, and stores it as that of the other, with nobody else in between. */
	enum lbr_error (*rename)(struct lbr_store *store, struct lbr_renaming *renaming, struct lbr_reason *reason);
	enum lbr_error (*rebuild_counters)(struct lbr_store *store, const char *name, const unsigned char slot[LBR_SLOT_LEN],
	                                   struct lbr_reason *reason);
	enum lbr_error (*page)(struct lbr_store *store, const char *after, unsigned count, bool names_alone, lbr_store_take *take,
	                       void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason);
	/* When which notice was sent, as text (codec.h). All NULL: that is kept elsewhere. */
	bool (*keeps_dates)(const struct lbr_store *store, const char *name);
	enum lbr_error (*date_read)(struct lbr_store *store, const char *name, const char *kind, char text[LBR_NOTICE_TEXT_MAX],
	                            size_t *ret_len, struct lbr_reason *reason);
	/* `again`: only if it is still there, else LBR_ERR_ABSENT. */
	enum lbr_error (*date_write)(struct lbr_store *store, const char *name, const char *kind,
	                             const struct lbr_notice_date *date, bool again, struct lbr_reason *reason);
	enum lbr_error (*date_drop)(struct lbr_store *store, const char *name, const char *kind, struct lbr_reason *reason);
	enum lbr_error (*date_list)(struct lbr_store *store, lbr_store_take_date *take, void *context, struct lbr_reason *reason);
	/* NULL: this host alone has the store. */
	enum lbr_error (*lease)(struct lbr_store *store, const char *what, unsigned life_s, struct lbr_lease *lease,
	                       struct lbr_reason *reason);
};

/* The first member of every kind of store. */
struct lbr_store {
	const struct lbr_store_ops *ops;
	const struct lbr_keyring   *keyring;
	int64_t                   (*now_s)(void);
	const struct lbr_deadline  *deadline; /* NULL: none */
};

/* For a commit that has its turn, the last moment before anything is decided. LBR_ERR_BUSY: the service has left. */
enum lbr_error lbr_store_need_listener(const struct lbr_store *store, struct lbr_reason *reason);

/* Every writer asks this first. LBR_ERR_UNREACHABLE: the key file was replaced since it was read. */
enum lbr_error lbr_store_need_current(const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* Writes the place of a decoy. */
void lbr_place_of_decoy(uint8_t number, struct lbr_place *ret);

/* Puts "tree/name" in front of a reason. */
void lbr_place_prefix(struct lbr_reason *reason, const char *tree, const char *name);

/* Decoys, for a kind of store that lays them out: encodes fresh counters, and judges those of a row. LBR_ERR_DAMAGED, _NEWER. */
enum lbr_error lbr_decoy_encode(const struct lbr_keyring *keyring, uint8_t number, unsigned char ret[LBR_SLOT_LEN]);
enum lbr_error lbr_decoy_judge(const struct lbr_keyring *keyring, uint8_t number, const struct lbr_row *row,
                               struct lbr_reason *reason);

#endif
