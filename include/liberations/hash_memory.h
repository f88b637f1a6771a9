/* The memory in which a hash is computed: in large pages, and the same for every hash, for a program that asks for it.
 *
 * The object that implements this replaces the C library's mmap(2) and munmap(2), so it is not in any archive: a program links
 * lib/process/hash_memory.o by name and passes both functions to lbr_password_use_memory.
 */
#ifndef LIBERATIONS_HASH_MEMORY_H
#define LIBERATIONS_HASH_MEMORY_H

#include <stddef.h>

/* Between these two calls, each mapping of this thread that has no address and no file is taken to be for a hash. If `most` is not
 * 0, one region of that many bytes is mapped and filled at once, and lent to each mapping that fits, one at a time; what it held
 * is still in it. A larger mapping gives the region up and is mapped as without one. Without a region, each large mapping is
 * requested in large pages. Pairs may be nested; then `most` of the outermost one counts. Neither function can fail: without
 * large pages, or without memory for a region, they change nothing that a hash depends on. */
void lbr_hash_memory_begin(size_t most);
void lbr_hash_memory_end(void);

#endif
