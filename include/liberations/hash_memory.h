/* Large pages for the memory in which a hash is computed, for a program that asks for them.
 *
 * The object that implements this replaces the C library's mmap(2), so it is not in any archive: a program links
 * lib/process/hash_memory.o by name and passes both functions to lbr_password_use_memory.
 */
#ifndef LIBERATIONS_HASH_MEMORY_H
#define LIBERATIONS_HASH_MEMORY_H

/* Between these two calls, each large mapping that this thread makes is requested in large pages. Neither can fail: on a system
 * without large pages they change nothing. */
void lbr_hash_memory_begin(void);
void lbr_hash_memory_end(void);

#endif
