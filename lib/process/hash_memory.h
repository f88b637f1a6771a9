/* The memory that a hash works in. */
#ifndef LIBERATIONS_HASH_MEMORY_H
#define LIBERATIONS_HASH_MEMORY_H

/* Between the two, whatever this thread maps in one large piece is asked to come in large pages. Neither fails: a system that has
 * none to give leaves everything as it is. */
void lbr_hash_memory_begin(void);
void lbr_hash_memory_end(void);

#endif
