/* The operations of a kind of store. Private to lib/: callers use only store.h. Each member fulfils the contract of the
 * function of that name in store.h. */
#ifndef LIB_STORE_OPS_H
#define LIB_STORE_OPS_H

#include <liberations/codec.h>
#include <liberations/store.h>

struct lbr_store_ops {
	void (*close)(struct lbr_store *store);
	enum lbr_error (*account_lock)(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
	                            struct lbr_reason *reason);
	enum lbr_error (*account_lock_decoy)(struct lbr_store *store, const char *name, struct lbr_locked_account *locked,
	                                  struct lbr_reason *reason);
	enum lbr_error (*take_permit)(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason);
	void (*unlock)(struct lbr_locked_account *locked);
	enum lbr_error (*relock)(struct lbr_locked_account *locked, struct lbr_reason *reason);
	enum lbr_error (*commit_counters)(struct lbr_locked_account *locked, struct lbr_reason *reason);
	enum lbr_error (*commit)(struct lbr_locked_account *locked, struct lbr_reason *reason);
	enum lbr_error (*commit_upkeep)(struct lbr_locked_account *locked, struct lbr_reason *reason);
	enum lbr_error (*load_history)(struct lbr_locked_account *locked, unsigned keep, struct lbr_history *history,
	                               struct lbr_reason *reason);
	enum lbr_error (*commit_history)(struct lbr_locked_account *locked, const struct lbr_history *history,
	                                 struct lbr_reason *reason);
	void (*account_release)(struct lbr_locked_account *locked); /* frees locked->impl; the caller wipes the rest */
	enum lbr_error (*create)(struct lbr_store *store, const struct lbr_account *account, struct lbr_reason *reason);
	enum lbr_error (*is_free)(struct lbr_store *store, const char *name, struct lbr_reason *reason);
	enum lbr_error (*remove)(struct lbr_store *store, const char *name, struct lbr_reason *reason);
	enum lbr_error (*rebuild_counters)(struct lbr_store *store, const char *name, const struct lbr_counters *counters,
	                                   struct lbr_reason *reason);
	enum lbr_error (*list)(struct lbr_store *store, lbr_store_each *each, void *context, struct lbr_reason *reason);
};

/* The first member of every kind of store, and of its locked account. */
struct lbr_store {
	const struct lbr_store_ops *ops;
	const struct lbr_deadline  *deadline; /* NULL: none */
};

struct lbr_locked_private {
	const struct lbr_store_ops *ops;
	const struct lbr_store     *store;
};

#endif
