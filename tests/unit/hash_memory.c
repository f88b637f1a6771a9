/* Large pages for the hash, and for nothing else in the process. */
#include <liberations/password.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liberations/hash_memory.h>

#include "support/check_main.h"
#include "support/hashes.h"

#define DEFAULT_COST 5
#define PIECE (16U << 20)
#define LARGE_PAGE (2U << 20)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static unsigned advised, filled;
static bool refusing;
static uintptr_t end;

/* In front of the C library's: counts. */
int madvise(void *address, size_t length, int advice)
{
	if (length >= PIECE) {
		advised += advice == MADV_HUGEPAGE;
		filled += advice == MADV_POPULATE_WRITE;
		end = (uintptr_t)address + length;
		if (refusing) {
			errno = EINVAL;
			return -1;
		}
	}
	return (int)syscall(SYS_madvise, address, length, advice);
}

static bool is_built_without(void)
{
#if defined(__GLIBC__) && !defined(__USE_FILE_OFFSET64) && !defined(LBR_UNCONFINED)
	return false;
#else
	return true;
#endif
}

/* How much the process has mapped, in pages. */
static unsigned long mapped(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%lu", &pages), 1);
	fclose(file);
	return pages;
}

static void use_large_pages(void)
{
	lbr_password_use_memory(lbr_hash_memory_begin, lbr_hash_memory_end);
}

START_TEST(a_hash_works_in_large_pages)
{
	char hash[LBR_HASH_MAX];

	if (is_built_without())
		return;
	advised = 0;
	hash_of("correct horse", DEFAULT_COST, hash);
	ck_assert_uint_eq(advised, 1);
	ck_assert(matches("correct horse", hash));
	ck_assert_uint_eq(advised, 2);
}
END_TEST

START_TEST(the_memory_is_asked_for_at_once)
{
	char hash[LBR_HASH_MAX];

	if (is_built_without())
		return;
	filled = 0;
	hash_of("correct horse", DEFAULT_COST, hash);
	ck_assert_uint_eq(filled, 1);
	/* What libxcrypt asks for may end within the last small page. */
	ck_assert_uint_eq((end + (uintptr_t)getpagesize() - 1) / (uintptr_t)getpagesize() * (uintptr_t)getpagesize() % LARGE_PAGE, 0);
}
END_TEST

START_TEST(all_of_it_goes_back)
{
	char hash[LBR_HASH_MAX];
	unsigned long before;
	int round;

	if (is_built_without())
		return;
	hash_of("correct horse", DEFAULT_COST, hash);
	before = mapped();
	for (round = 0; round < 5; round++)
		hash_of("correct horse", DEFAULT_COST, hash);
	ck_assert_uint_eq(mapped(), before);
}
END_TEST

START_TEST(a_system_without_large_pages_hashes_all_the_same)
{
	char hash[LBR_HASH_MAX], again[LBR_HASH_MAX];

	refusing = true;
	hash_of("correct horse", DEFAULT_COST, hash);
	ck_assert(matches("correct horse", hash) && !matches("correct hors", hash));
	refusing = false;
	foreign_hash("correct horse", hash, again);
	ck_assert_str_eq(hash, again);
}
END_TEST

START_TEST(everything_else_stays_as_it_is)
{
	char hash[LBR_HASH_MAX];
	void *memory;

	hash_of("correct horse", LBR_COST_MIN, hash); /* what it leaves behind must not reach the next */
	advised = 0;
	memory = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(memory, MAP_FAILED);
	ck_assert_int_eq(munmap(memory, PIECE), 0);
	foreign_hash("correct horse", "$y$j9T$saltsalt", hash);
	ck_assert_uint_eq(advised, 0);
	errno = 0;
	ck_assert_ptr_eq(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("hash memory");
	TCase *tcase = tcase_create("large pages");

	tcase_add_checked_fixture(tcase, use_large_pages, NULL);
	tcase_add_test(tcase, a_hash_works_in_large_pages);
	tcase_add_test(tcase, the_memory_is_asked_for_at_once);
	tcase_add_test(tcase, all_of_it_goes_back);
	tcase_add_test(tcase, a_system_without_large_pages_hashes_all_the_same);
	tcase_add_test(tcase, everything_else_stays_as_it_is);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
