/* yescrypt reads and writes 16 MiB in random order, so with pages of 4 KiB it spends a quarter of its time finding them.
 * libxcrypt maps that memory itself and accepts none of ours, so its call of mmap(2) passes through here on its way to the
 * C library. All of it is asked for at once: a fault for each page costs as much as clearing it. */
#include <liberations/hash_memory.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__GLIBC__) && !defined(__USE_FILE_OFFSET64) && !defined(LBR_UNCONFINED) /* the sanitizers replace mmap themselves */

#define LARGE_PAGE ((size_t)2 << 20) /* the usual one; where it is another, some of the memory is in small ones */
#define LARGE (2 * LARGE_PAGE)       /* less is not worth it */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static _Thread_local bool hashing;

void lbr_hash_memory_begin(void)
{
	hashing = true;
}

void lbr_hash_memory_end(void)
{
	hashing = false;
}

/* The mapping ends where a large page ends: the tables that yescrypt uses most are its last. The caller unmaps no more than it
 * asked for, so what is too much goes back now. */
static char *map_aligned(size_t asked, int protection, int flags)
{
	size_t small = (size_t)getpagesize(), length = (asked + small - 1) / small * small, whole = length + LARGE_PAGE, before;
	char *memory = mmap64(NULL, whole, protection, flags, -1, 0);

	if (memory == MAP_FAILED)
		return memory;
	before = LARGE_PAGE - 1 - (size_t)((uintptr_t)memory + length - 1) % LARGE_PAGE;
	if (before > 0)
		(void)munmap(memory, before);
	(void)munmap(memory + before + length, LARGE_PAGE - before);
	return memory + before;
}

/* Neither request can fail in a way that matters: without large pages, or with a kernel that fills none at once, the same memory
 * comes page by page. */
static void *map_for_hash(size_t length, int protection, int flags)
{
	char *memory = map_aligned(length, protection, flags);
	int saved_errno = errno;

	if (memory != MAP_FAILED) {
		(void)madvise(memory, length, MADV_HUGEPAGE);
		(void)madvise(memory, length, MADV_POPULATE_WRITE);
	}
	errno = saved_errno;
	return memory;
}

__attribute__((visibility("default"))) void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	if (hashing && address == NULL && fd == -1 && length >= LARGE && length <= SIZE_MAX - LARGE)
		return map_for_hash(length, protection, flags);
	return mmap64(address, length, protection, flags, fd, offset);
}

#else

void lbr_hash_memory_begin(void)
{
}

void lbr_hash_memory_end(void)
{
}

#endif
