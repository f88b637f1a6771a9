/* The inner parts of the file store. Private to lib/. */
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

/* The location of an account's files: the same shard and file name in all three trees. */
struct lbr_account_path {
	char        shard[8];                      /* "3f", or LBR_DECOY_SHARD */
	char        file[LBR_NAME_FILE_MAX + 1];
	char        name[LBR_NAME_MAX + 1];        /* to which the MACs are bound; a decoy's number */
	const char *kind;                          /* of its counters' MAC: "counters" or "decoy" */
};

/* The state of a counters file, which determines where the next write goes. */
struct lbr_slots {
	uint64_t sequence; /* of the slot in force */
	int      next;     /* the slot to write next */
};

struct lbr_file_locked {
	struct lbr_locked_private base;
	struct lbr_file_store  *store;
	struct lbr_account_path        path;
	struct lbr_slots        slots;
	uint64_t                generation; /* as last read or written; 0 for a decoy */
	int                     fd;         /* the counters file; the lock is on it */
	bool                    is_locked;
	off_t                   permit;       /* the byte locked as this attempt's permit, or 0 */
};

extern const struct lbr_store_ops lbr_file_store_ops;
extern const char *const lbr_tree_names[LBR_TREES];

/* Writes the path of an account. LBR_ERR_SYNTAX, _RANGE ...: not a valid account name. */
enum lbr_error lbr_account_path_of(const char *name, struct lbr_account_path *ret);

/* Writes the path of a decoy. */
void lbr_account_path_of_decoy(uint8_t number, struct lbr_account_path *ret);

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

/* Reads and verifies the account. */
enum lbr_error lbr_account_path_read_account(const struct lbr_file_store *store, const struct lbr_account_path *path,
                                      struct lbr_account *account, struct lbr_reason *reason);

/* Reads both slots; the highest one that verifies is in force. LBR_ERR_DAMAGED: none does; the reason names the repair. */
enum lbr_error lbr_slots_read(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                              struct lbr_slots *slots, struct lbr_counters *counters, struct lbr_reason *reason);

/* Writes the next slot with one pwrite and one fdatasync. */
enum lbr_error lbr_slots_write(int fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                               struct lbr_slots *slots, const struct lbr_counters *counters, struct lbr_reason *reason);

/* Creates a counters file with two valid slots, replacing any existing one; syncs the file and its directory if `sync`. */
enum lbr_error lbr_slots_create(int shard_fd, const struct lbr_account_path *path, const struct lbr_keyring *keyring,
                                const struct lbr_counters *counters, bool sync, struct lbr_reason *reason);

/* Returns LBR_ERR_DAMAGED; the reason names the command that recreates the file. */
enum lbr_error lbr_counters_missing(const struct lbr_account_path *path, struct lbr_reason *reason);

/* Takes the lock of a counters file and checks the file under it. LBR_ERR_STALE: it was removed in the meantime. On
 * failure the lock is not held. */
enum lbr_error lbr_counters_lock(const struct lbr_file_store *store, int fd, const struct lbr_account_path *path,
                                 struct lbr_reason *reason);
void lbr_counters_unlock(int fd);

/* Takes the lock for creating and removing accounts in one shard. Closing `*ret_fd` releases it. */
enum lbr_error lbr_shard_lock(const struct lbr_file_store *store, const char *shard, int *ret_fd,
                              struct lbr_reason *reason);

/* Opens and checks the directory of a store. */
enum lbr_error lbr_file_store_open_root(const char *path, int *ret_fd, struct lbr_reason *reason);

enum lbr_error lbr_file_store_open(const char *path, const struct lbr_keyring *keyring, struct lbr_store **ret,
                                   struct lbr_reason *reason);
enum lbr_error lbr_file_store_lay_out(const char *path, const struct lbr_keyring *keyring, struct lbr_reason *reason);

/* The members of lbr_file_store_ops that are defined in other files. */
enum lbr_error lbr_file_account_lock(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                  struct lbr_reason *reason);
enum lbr_error lbr_file_account_lock_decoy(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
                                        struct lbr_reason *reason);
void lbr_file_account_unlock(struct lbr_locked_account *locked);
enum lbr_error lbr_file_account_relock(struct lbr_locked_account *locked, struct lbr_reason *reason);
void lbr_file_account_release(struct lbr_locked_account *locked);
enum lbr_error lbr_file_account_take_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason);
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
