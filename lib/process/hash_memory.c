/* yescrypt reads and writes 16 MiB in random order, so with pages of 4 KiB it spends a quarter of its time finding them.
 * libxcrypt maps that memory itself and accepts none of ours, so its call of mmap(2) passes through here on its way to the
 * C library. */
#include <liberations/hash_memory.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

#if defined(__GLIBC__) && !defined(__USE_FILE_OFFSET64) && !defined(LBR_UNCONFINED) /* the sanitizers replace mmap themselves */

#define LARGE (4U << 20) /* bytes; less than two of the usual large pages is not worth it */

static _Thread_local bool hashing;

void lbr_hash_memory_begin(void)
{
	hashing = true;
}

void lbr_hash_memory_end(void)
{
	hashing = false;
}

__attribute__((visibility("default"))) void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	void *memory = mmap64(address, length, protection, flags, fd, offset);
	int saved_errno = errno;

	if (hashing && memory != MAP_FAILED && length >= LARGE)
		(void)madvise(memory, length, MADV_HUGEPAGE);
	errno = saved_errno;
	return memory;
}

#else

void lbr_hash_memory_begin(void)
{
}

void lbr_hash_memory_end(void)
{
}

#endif
