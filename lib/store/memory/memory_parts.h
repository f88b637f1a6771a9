/* What the parts of the store in memory share. Private to lib/store/memory. */
#ifndef LIB_MEMORY_PARTS_H
#define LIB_MEMORY_PARTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "memory_store.h"
#include "store_ops.h"

#define LBR_MEMORY_DECOYS 256

struct lbr_memory_entry {
	struct lbr_memory_entry *next;
	char                     name[LBR_NAME_MAX + 1];
	uint64_t                 version; /* of the last swap: never the same again, even of an account made anew */
	struct lbr_row           row;
};

struct lbr_memory_store {
	struct lbr_store         base;
	pthread_mutex_t          mutex;
	struct lbr_memory_faults faults;
	uint64_t                 swaps;
	struct lbr_memory_entry *accounts; /* sorted by name */
	struct lbr_memory_entry  decoys[LBR_MEMORY_DECOYS];
};

/* Returns the link at which the account is, or would be. Needs the mutex. */
struct lbr_memory_entry **lbr_memory_find(struct lbr_memory_store *store, const char *name);

/* Returns the record, or NULL. Needs the mutex. */
struct lbr_memory_entry *lbr_memory_entry_of(struct lbr_memory_store *store, const struct lbr_place *place);

/* Replaces the parts that the swap names. Needs the mutex. */
void lbr_memory_put(struct lbr_memory_store *store, struct lbr_memory_entry *entry, const struct lbr_swap *swap);

enum lbr_error lbr_memory_load(struct lbr_store *base, const struct lbr_place *place, bool history, struct lbr_row *row,
                               struct lbr_reason *reason);
enum lbr_error lbr_memory_commit(struct lbr_store *base, const struct lbr_place *place, bool history, lbr_store_judge *judge,
                                 void *context, struct lbr_reason *reason);

#endif
