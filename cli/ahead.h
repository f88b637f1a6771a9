/* Temporary passwords drawn ahead, on every processor that this process may use: a hash takes long on purpose, and the store's
 * commits wait for the disk meanwhile. One caller takes them. */
#ifndef CLI_AHEAD_H
#define CLI_AHEAD_H

#include <stddef.h>

#include "temporary.h"

struct ahead;

/* Begins to draw `count` of them at `hash_cost`, some at a time. Where the system gives no memory or no thread, NULL or an `ahead`
 * that draws when asked. The caller ends it; call it once root is dropped. */
struct ahead *cli_ahead_begin(unsigned hash_cost, size_t count);

/* Takes one whose life begins now. The caller wipes it. At most `count` times. NULL is no `ahead`: LBR_ERR_MEMORY. Errors as
 * cli_temporary_draw. */
enum lbr_error cli_ahead_take(struct ahead *ahead, unsigned life_s, struct temporary *ret);

/* Ends the threads, and wipes what nobody took. NULL is allowed. */
void cli_ahead_end(struct ahead *ahead);

#endif
