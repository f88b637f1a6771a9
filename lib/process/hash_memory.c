/* yescrypt reads and writes 16 MiB in random order, so with pages of 4 KiB it spends a quarter of its time finding them.
 * libxcrypt maps that memory itself and takes none from its caller, so its calls of mmap(2) and munmap(2) pass through here on
 * their way to the kernel. All of it is asked for at once: a fault for each page costs as much as clearing it. And every user may
 * read in /proc how much memory an agent had and how many pages it touched, so the hashes that judge one password share one region,
 * which is as large whichever hash is stored. */
#include <liberations/hash_memory.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__GLIBC__) && !defined(__USE_FILE_OFFSET64) && !defined(LBR_UNCONFINED) /* the sanitizers replace mmap themselves */

#define LARGE_PAGE ((size_t)2 << 20) /* the usual one; where it is another, some of the memory is in small ones */
#define LARGE (2 * LARGE_PAGE)       /* less is not worth it */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* The mapping ends where a large page ends: the tables that yescrypt uses most are its last. The caller unmaps no more than it
 * asked for, so what is too much goes back now: some in front and some behind, wherever the kernel put it, so that the calls are
 * always the same. */
static char *map_aligned(size_t asked, int protection, int flags)
{
	size_t small = (size_t)getpagesize(), length = (asked + small - 1) / small * small, spare = LARGE_PAGE + small, before;
	char *memory = mmap64(NULL, length + spare, protection, flags, -1, 0);

	if (memory == MAP_FAILED)
		return memory;
	before = LARGE_PAGE - 1 - (size_t)((uintptr_t)memory + length - 1) % LARGE_PAGE;
	if (before == 0)
		before = LARGE_PAGE;
	(void)munmap(memory, before);
	(void)munmap(memory + before + length, spare - before);
	return memory + before;
}

/* A kernel before Linux 5.14 does not fill memory on request; then each page is touched, or a reader of /proc would see how much of
 * it a hash needs. */
static void fill(char *memory, size_t length)
{
	size_t small = (size_t)getpagesize(), at;

	if (madvise(memory, length, MADV_POPULATE_WRITE) == 0 || errno != EINVAL)
		return;
	for (at = 0; at < length; at += small)
		((volatile char *)memory)[at] = 0;
}

/* Neither request can fail in a way that matters: without large pages, or where memory is short, the same memory comes page by
 * page. */
static void *map_filled(size_t length, int protection, int flags)
{
	char *memory = length >= LARGE ? map_aligned(length, protection, flags) : mmap64(NULL, length, protection, flags, -1, 0);
	int saved_errno = errno;

	if (memory != MAP_FAILED) {
		if (length >= LARGE)
			(void)madvise(memory, length, MADV_HUGEPAGE);
		fill(memory, length);
	}
	errno = saved_errno;
	return memory;
}

/* One region in which a thread computes one hash after the other. */
struct region {
	char  *memory;
	size_t size; /* 0: none */
	bool   lent;
};

static _Thread_local struct region region;
static _Thread_local unsigned depth; /* of begin without end */

static void unmap_region(void)
{
	if (region.size > 0)
		(void)syscall(SYS_munmap, region.memory, region.size);
	region = (struct region){.size = 0};
}

static void map_region(size_t size)
{
	size_t small = (size_t)getpagesize(), whole = (size + small - 1) / small * small;
	char *memory = map_filled(whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);

	if (memory != MAP_FAILED)
		region = (struct region){.memory = memory, .size = whole};
}

void lbr_hash_memory_begin(size_t most)
{
	if (depth++ == 0 && most > 0)
		map_region(most);
}

void lbr_hash_memory_end(void)
{
	if (--depth == 0)
		unmap_region();
}

/* Its end, where the large pages are. NULL: a larger hash, which does without the region, so that both together need no more
 * than it alone. */
static void *lend(size_t length)
{
	size_t small = (size_t)getpagesize();

	if (region.size == 0 || region.lent)
		return NULL;
	if (length > region.size) {
		unmap_region();
		return NULL;
	}
	region.lent = true;
	return region.memory + region.size - (length + small - 1) / small * small;
}

static bool is_in_region(const void *address)
{
	return region.size > 0 && (uintptr_t)address - (uintptr_t)region.memory < region.size;
}

static void *map_for_hash(size_t length, int protection, int flags)
{
	void *memory;

	/* libxcrypt asks for reserved pages first, rounded up beyond the region, and then for others. */
	if (region.size > 0 && (flags & MAP_HUGETLB) != 0) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	memory = lend(length);
	if (memory != NULL)
		return memory;
	return length >= LARGE ? map_filled(length, protection, flags) : mmap64(NULL, length, protection, flags, -1, 0);
}

__attribute__((visibility("default"))) void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	if (depth > 0 && address == NULL && fd == -1 && length > 0 && length <= SIZE_MAX - LARGE)
		return map_for_hash(length, protection, flags);
	return mmap64(address, length, protection, flags, fd, offset);
}

/* Directly, since the C library has no second name for it. */
__attribute__((visibility("default"))) int munmap(void *address, size_t length)
{
	if (!is_in_region(address))
		return (int)syscall(SYS_munmap, address, length);
	region.lent = false;
	return 0;
}

#else

void lbr_hash_memory_begin(size_t most)
{
	(void)most;
}

void lbr_hash_memory_end(void)
{
}

#endif
