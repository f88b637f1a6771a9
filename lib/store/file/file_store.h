/* The inner parts of the file store. Private to lib/store/file. */
#ifndef LIB_FILE_STORE_H
#define LIB_FILE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "file.h"
#include "file_mutex.h"
#include "store_ops.h"

enum lbr_tree { LBR_TREE_ACCOUNTS, LBR_TREE_HISTORY, LBR_TREE_COUNTERS, LBR_TREES };

#define LBR_SHARDS 256
#define LBR_DECOY_SHARD "decoy"

struct lbr_file_store {
	struct lbr_store    base;
	struct lbr_mutexes *mutexes;
	int                 root;
	int                 trees[LBR_TREES];
	bool                moves; /* serves while accounts are moved, too */
};

/* The location of a record's files: the same shard and file name in all three trees. */
struct lbr_account_path {
	char shard[8];                     /* "3f", or LBR_DECOY_SHARD */
	char file[LBR_NAME_FILE_MAX + 1];
	char name[LBR_NAME_MAX + 1];
};

extern const struct lbr_store_ops lbr_file_store_ops;
extern const char *const lbr_tree_names[LBR_TREES];

/* Writes the path of an account. LBR_ERR_SYNTAX, _RANGE ...: not a valid account name. */
enum lbr_error lbr_account_path_of(const char *name, struct lbr_account_path *ret);

/* Writes the path of a decoy. */
void lbr_account_path_of_decoy(uint8_t number, struct lbr_account_path *ret);

/* Writes the path of either. LBR_ERR_ABSENT: not a valid account name. LBR_ERR_MEMORY. */
enum lbr_error lbr_account_path_of_place(const struct lbr_place *place, struct lbr_account_path *ret, struct lbr_reason *reason);

/* Open and check a shard's directory, or a file in it; reasons begin with the tree and the shard. */
enum lbr_error lbr_shard_open(const struct lbr_file_store *store, enum lbr_tree tree, const char *shard, int *ret_fd,
                              struct lbr_reason *reason);
enum lbr_error lbr_account_path_open(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                                     int flags, int *ret_fd, struct lbr_reason *reason);

/* Reads a whole record. The caller wipes `text`. */
enum lbr_error lbr_account_path_read(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                                     char *text, size_t max, size_t *ret_len, struct lbr_reason *reason);

/* Replaces a record, durably. */
enum lbr_error lbr_account_path_replace(const struct lbr_file_store *store, enum lbr_tree tree, const struct lbr_account_path *path,
                                        const char *text, size_t len, struct lbr_reason *reason);

/* Opens the counters and checks their size. LBR_ERR_ABSENT: no such file. LBR_ERR_DAMAGED: not a counters file. */
enum lbr_error lbr_slots_open(const struct lbr_file_store *store, const struct lbr_account_path *path, int flags, int *ret_fd,
                              struct lbr_reason *reason);

/* Reads both copies. Missing bytes are zero, which does not verify. */
enum lbr_error lbr_slots_read(int fd, const struct lbr_account_path *path, struct lbr_row *row, struct lbr_reason *reason);

/* Writes one copy with one pwrite and one fdatasync; if that fails, puts back what `row` holds. */
enum lbr_error lbr_slots_write(int fd, const struct lbr_account_path *path, const struct lbr_row *row, const struct lbr_swap *swap,
                               struct lbr_reason *reason);

/* Takes a write back after `error`, and returns that; LBR_ERR_UNKNOWN if it cannot be taken back. */
enum lbr_error lbr_slots_take_back(int fd, const struct lbr_account_path *path, const struct lbr_row *row,
                                   const struct lbr_swap *swap, enum lbr_error error);

/* Creates a counters file of two copies of `slot`, replacing any existing one; syncs the file and its directory if `sync`. */
enum lbr_error lbr_slots_create(int shard_fd, const struct lbr_account_path *path, const unsigned char slot[LBR_SLOT_LEN],
                                bool sync,
                                struct lbr_reason *reason);

/* Writes both copies again as they are, so that they reach the disk. */
enum lbr_error lbr_slots_refresh(int fd, const struct lbr_account_path *path, struct lbr_reason *reason);

/* Writes both copies, one after the other, into a file of the right size: at any moment one of them is intact. */
enum lbr_error lbr_slots_rewrite(int fd, const struct lbr_account_path *path, const unsigned char slot[LBR_SLOT_LEN],
                                 struct lbr_reason *reason);

/* Returns LBR_ERR_DAMAGED; the reason names the command that recreates the file. */
enum lbr_error lbr_counters_missing(const struct lbr_account_path *path, struct lbr_reason *reason);

/* Reads the record. LBR_ERR_ABSENT: no account. LBR_ERR_DAMAGED: it lacks its counters. Takes no lock. */
enum lbr_error lbr_file_read_row(const struct lbr_file_store *store, const struct lbr_account_path *path, bool is_decoy,
                                 bool history,
                                 struct lbr_row *row, struct lbr_reason *reason);

/* Looks for an account of that name, or one that resembles it, but for `except` (or NULL). LBR_ERR_EXISTS. Needs the shard's
 * mutex. */
enum lbr_error lbr_file_find_look_alike(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                        const char *except, struct lbr_reason *reason);

/* Write the counters and the history of an account that is about to be there, or remove them. */
enum lbr_error lbr_file_write_beside(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                     const struct lbr_swap *record, struct lbr_reason *reason);
enum lbr_error lbr_file_clear_beside(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                     struct lbr_reason *reason);

/* Take the mutex of one record, or of a shard for creating and removing accounts in it; a shard's comes first. */
enum lbr_error lbr_record_lock(const struct lbr_file_store *store, const struct lbr_account_path *path, unsigned *ret,
                               struct lbr_reason *reason);
enum lbr_error lbr_shard_lock(const struct lbr_file_store *store, const char *shard, unsigned *ret, struct lbr_reason *reason);
/* Return the numbers of these mutexes: several names may share one. */
unsigned lbr_record_lock_number(const struct lbr_file_store *store, const struct lbr_account_path *path);
unsigned lbr_shard_lock_number(const struct lbr_file_store *store, const char *shard);
void lbr_lock_give(const struct lbr_file_store *store, unsigned number);

/* Gives it back as if its holder had died: the next one settles the record first. */
void lbr_lock_abandon(const struct lbr_file_store *store, unsigned number);

/* As lbr_orphanage.settle; `context` is the store. */
enum lbr_error lbr_file_settle(void *context, const char *kind, const char *name, struct lbr_reason *reason);

/* Whether these files are in force (moving.h). Every reader asks it, and every writer once it has its mutex.
 * LBR_ERR_UNREACHABLE: the accounts are being moved, or have been. */
enum lbr_error lbr_file_need_force(const struct lbr_file_store *store, struct lbr_reason *reason);

/* Opens and checks the directory of a store. */
enum lbr_error lbr_file_store_open_root(const char *path, int *ret_fd, struct lbr_reason *reason);

enum lbr_error lbr_file_store_open(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                   struct lbr_store **ret, struct lbr_reason *reason);
enum lbr_error lbr_file_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason);

void lbr_file_names(const char *path, lbr_store_name *each, void *context);

/* The members of lbr_file_store_ops that are defined in other files. */
enum lbr_error lbr_file_load(struct lbr_store *store, const struct lbr_place *place, bool history, struct lbr_row *row,
                             struct lbr_reason *reason);
enum lbr_error lbr_file_commit(struct lbr_store *store, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                               void *context, struct lbr_reason *reason);
enum lbr_error lbr_file_create(struct lbr_store *store, const char *name, const struct lbr_swap *record, struct lbr_reason *reason);
enum lbr_error lbr_file_is_free(struct lbr_store *store, const char *name, struct lbr_reason *reason);
enum lbr_error lbr_file_remove_account(struct lbr_store *store, const char *name, struct lbr_reason *reason);
enum lbr_error lbr_file_rename(struct lbr_store *store, struct lbr_renaming *renaming, struct lbr_reason *reason);
enum lbr_error lbr_file_rebuild_counters(struct lbr_store *store, const char *name, const unsigned char slot[LBR_SLOT_LEN],
                                         struct lbr_reason *reason);
enum lbr_error lbr_file_page(struct lbr_store *store, const char *after, unsigned count, bool names_alone, lbr_store_take *take,
                             void *context, char ret_next[LBR_NAME_MAX + 1], struct lbr_reason *reason);

#endif
