/* A store in memory, for tests: another kind behind the same interface, so that nothing above it depends on a layout of files.
 * Private to lib/store and its tests.
 *
 * It swaps without a lock, as a database would: it judges what it read, and if somebody was faster it reads and judges again.
 */
#ifndef LIB_MEMORY_STORE_H
#define LIB_MEMORY_STORE_H

#include <stdint.h>

#include <liberations/store.h>

/* What goes wrong from now on, until it is set again. */
struct lbr_memory_faults {
	enum lbr_error load;    /* LBR_OK: nothing */
	enum lbr_error commit;  /* LBR_ERR_UNREACHABLE: before it is stored. LBR_ERR_UNKNOWN: it is stored,
	        and the answer is lost */
	void         (*between)(void *context); /* called once after the next judgement, before the swap: somebody who is faster */
	void          *context;
};

/* Opens an empty store. `*ret` is NULL on failure: LBR_ERR_MEMORY. */
enum lbr_error lbr_memory_store_open(const struct lbr_keyring *keyring, int64_t (*now_s)(void), struct lbr_store **ret,
                                     struct lbr_reason *reason);

void lbr_memory_store_set_faults(struct lbr_store *store, const struct lbr_memory_faults *faults);

/* Flips a bit of the part that is stored for `name`: LBR_PART_ACCOUNT, _COUNTERS (each copy) or _HISTORY. */
void lbr_memory_store_damage(struct lbr_store *store, const char *name, unsigned part);

#endif
