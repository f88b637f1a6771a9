/* Inside the file store. Private to lib/. */
#ifndef LIB_FILE_STORE_H
#define LIB_FILE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "file.h"
#include "store_ops.h"

enum lbr_tree { LBR_TREE_ACCOUNTS, LBR_TREE_HISTORY, LBR_TREE_COUNTERS, LBR_TREES };

#define LBR_SHARDS 256
#define LBR_DECOY_SHARD "decoy"

struct lbr_file_store {
	struct lbr_store       base;
	const struct lbr_keyring *keyring;
	int                    root;
	int                    trees[LBR_TREES];
};

/* Where an account's files stand: the same shard and file name in all three trees. */
struct lbr_account_path {
	char        shard[8];                      /* "3f", or LBR_DECOY_SHARD */
	char        file[LBR_NAME_FILE_MAX + 1];
	char        name[LBR_NAME_MAX + 1];        /* what the MACs are bound to; a decoy's number */
	const char *kind;                          /* of its counters' MAC: "counters" or "decoy" */
};

/* What was found in a counters file, and so where the next write goes. */
struct lbr_slots {
	uint64_t sequence; /* of the slot in force */
	int      next;     /* the slot to be written next */
};

struct lbr_file_locked {
	struct lbr_locked_private base;
	struct lbr_file_store  *store;
	struct lbr_account_path        path;
	struct lbr_slots        slots;
	uint64_t                generation; /* as last read or written; 0 for a decoy */
	int                     fd;         /* the counters file; the lock is on it */
	bool                    is_locked;
	off_t                   permit;       /* the byte that is ours, or 0 */
};

extern const struct lbr_store_ops lbr_file_store_ops;
extern const char *const lbr_tree_names[LBR_TREES];

/* The path of an account. LBR_ERR_SYNTAX, _RANGE ...: no account can have that name. */
enum lbr_error lbr_account_path_of(const char *name, struct lbr_account_path *ret);

/* The path of a decoy. */
void lbr_account_path_of_decoy(uint8_t number, struct lbr_account_path *ret);

/* Opens a shard's directory, or a file in it, checked; reasons begin with the tree and the shard. */
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

/* Reads and judges the account. */
enum lbr_error lbr_account_path_read_account(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                      struct lbr_account *account, struct lbr_reason *reason);

/* Reads both slots; the higher one that verifies is in force. LBR_ERR_DAMAGED: none does; the reason names the mend. */
enum lbr_error lbr_slots_read(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                              struct lbr_slots *slots, struct lbr_counters *counters, struct lbr_reason *reason);

/* Writes the next slot with one pwrite and, if it is a commit, one fdatasync. */
enum lbr_error lbr_slots_write(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                               struct lbr_slots *slots, const struct lbr_counters *counters,
                               enum lbr_slot_state state, struct lbr_reason *reason);

/* Makes a new counters file, both slots whole, over whatever file was there; synced, the directory too, if `sync`. */
enum lbr_error lbr_slots_create(int shard_fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                                const struct lbr_counters *counters, bool sync, struct lbr_reason *reason);

/* LBR_ERR_DAMAGED, and what makes the file anew. */
enum lbr_error lbr_counters_missing(const struct lbr_account_path *path, struct lbr_reason *reason);

/* Takes the lock of a counters file and judges the file under it. LBR_ERR_STALE: it was removed meanwhile. On
 * failure the lock is not held. */
enum lbr_error lbr_counters_lock(const struct lbr_file_store *store, int fd, const struct lbr_account_path *path,
                                 struct lbr_reason *reason);
void lbr_counters_unlock(int fd);

/* The lock under which accounts of one shard come and go. Closing `*ret_fd` lets go. */
enum lbr_error lbr_shard_lock(const struct lbr_file_store *store, const char *shard, int *ret_fd,
                              struct lbr_reason *reason);

/* Opens and checks the directory that a store stands in. */
enum lbr_error lbr_file_store_open_root(const char *path, int *ret_fd, struct lbr_reason *reason);

enum lbr_error lbr_file_store_open(const char *path, const struct lbr_keyring *keyring, struct lbr_store **ret,
                                   struct lbr_reason *reason);
enum lbr_error lbr_file_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* The members of lbr_file_store_ops that stand in files of their own. */
enum lbr_error lbr_file_account_lock(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                  struct lbr_reason *reason);
enum lbr_error lbr_file_account_lock_decoy(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                        struct lbr_reason *reason);
void lbr_file_account_unlock(struct lbr_locked_account *locked);
enum lbr_error lbr_file_account_relock(struct lbr_locked_account *locked, struct lbr_reason *reason);
void lbr_file_account_release(struct lbr_locked_account *locked);
enum lbr_error lbr_file_account_take_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason);
enum lbr_error lbr_file_account_charge(struct lbr_locked_account *locked, struct lbr_reason *reason);
enum lbr_error lbr_file_account_commit_counters(struct lbr_locked_account *locked, struct lbr_reason *reason);
enum lbr_error lbr_file_account_commit(struct lbr_locked_account *locked, struct lbr_reason *reason);
enum lbr_error lbr_file_account_commit_upkeep(struct lbr_locked_account *locked, struct lbr_reason *reason);
enum lbr_error lbr_file_account_load_history(struct lbr_locked_account *locked, unsigned keep, struct lbr_history *history,
                                          struct lbr_reason *reason);
enum lbr_error lbr_file_account_commit_history(struct lbr_locked_account *locked, const struct lbr_history *history,
                                            struct lbr_reason *reason);
enum lbr_error lbr_file_store_create(struct lbr_store *store, const struct lbr_account *account,
                                     struct lbr_reason *reason);
enum lbr_error lbr_file_store_is_free(struct lbr_store *base, const char *name, struct lbr_reason *reason);
enum lbr_error lbr_file_store_remove(struct lbr_store *store, const char *name, struct lbr_reason *reason);
enum lbr_error lbr_file_store_rebuild_counters(struct lbr_store *store, const char *name,
                                               const struct lbr_counters *counters, struct lbr_reason *reason);
enum lbr_error lbr_file_store_list(struct lbr_store *store, lbr_store_each *each, void *context,
                                   struct lbr_reason *reason);

#endif
