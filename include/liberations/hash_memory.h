/* The memory that a hash works in: large pages, for a program that asks for them.
 *
 * The object that implements this stands in front of the C library's mmap(2), so it is in no archive: a program links
 * lib/process/hash_memory.o by name, and hands both functions to lbr_password_use_memory.
 */
#ifndef LIBERATIONS_HASH_MEMORY_H
#define LIBERATIONS_HASH_MEMORY_H

/* Between the two, whatever this thread maps in one large piece is asked to come in large pages. Neither fails: a system that
 * has none to give leaves everything as it is. */
void lbr_hash_memory_begin(void);
void lbr_hash_memory_end(void);

#endif
