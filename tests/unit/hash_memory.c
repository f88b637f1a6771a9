/* The memory of hashes: large pages, and one region for all that judge a password; nothing else in the process changes. */
#include <liberations/password.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liberations/hash_memory.h>

#include "support/check_main.h"
#include "support/hashes.h"

#define DEFAULT_COST 5
#define PIECE (16U << 20)
#define LARGE_PAGE (2U << 20)
#define SMALLEST (1U << 20)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static unsigned advised, filled, mappings; /* of what a hash may have for itself */
static unsigned refused; /* so many mappings fail from now on */
static size_t largest;
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

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset)
{
	if (length >= SMALLEST && fd == -1 && address == NULL) {
		if (refused > 0) {
			refused--;
			errno = ENOMEM;
			return MAP_FAILED;
		}
		mappings++;
		largest = length > largest ? length : largest;
	}
	return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
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

static bool judge(const char *typed, const char *hash, unsigned policy)
{
	struct lbr_secret password = secret(typed);

	mappings = 0;
	largest = 0;
	return lbr_password_matches(&password, hash, policy);
}

START_TEST(audit_f03_one_region_serves_every_hash_of_a_judgement)
{
	static const char *const others[] = {"$6$saltsaltsaltsalt", "$6$rounds=1000$saltsaltsaltsalt", "$gy$j75$saltsalt"};
	char hash[LBR_HASH_MAX];
	unsigned policy, cost;
	size_t at, size;

	if (is_built_without())
		return;
	for (policy = LBR_COST_MIN; policy <= 6; policy++) {
		lbr_password_decoy(policy, hash);
		ck_assert(!judge("correct horse", hash, policy));
		ck_assert_uint_eq(mappings, 1);
		size = largest;
		ck_assert_uint_ge(size, (size_t)SMALLEST << (policy - LBR_COST_MIN));
		for (cost = LBR_COST_MIN; cost <= policy; cost++) {
			hash_of("correct horse", cost, hash);
			ck_assert(judge("correct horse", hash, policy));
			ck_assert_msg(mappings == 1 && largest == size, "cost %u under %u: %u mappings", cost, policy, mappings);
			ck_assert(!judge("correct hors", hash, policy));
			ck_assert(mappings == 1 && largest == size);
		}
		for (at = 0; at < sizeof(others) / sizeof(others[0]); at++) {
			foreign_hash("correct horse", others[at], hash);
			ck_assert(judge("correct horse", hash, policy));
			ck_assert_msg(mappings == 1 && largest == size, "%s under %u", others[at], policy);
		}
		ck_assert(!judge("", "*", policy));
		ck_assert(mappings == 1 && largest == size);
	}
}
END_TEST

START_TEST(audit_f03_the_region_goes_back)
{
	char hash[LBR_HASH_MAX];
	unsigned long before;

	if (is_built_without())
		return;
	hash_of("correct horse", 1, hash);
	ck_assert(judge("correct horse", hash, DEFAULT_COST));
	before = mapped();
	ck_assert(judge("correct horse", hash, DEFAULT_COST) && !judge("correct hors", hash, DEFAULT_COST));
	hash_of("correct horse", DEFAULT_COST + 1, hash);
	ck_assert(judge("correct horse", hash, DEFAULT_COST));
	ck_assert_uint_eq(mapped(), before);
}
END_TEST

START_TEST(without_a_region_a_hash_takes_its_own_memory)
{
	char hash[LBR_HASH_MAX];

	if (is_built_without())
		return;
	hash_of("correct horse", DEFAULT_COST, hash);
	refused = 1;
	ck_assert(judge("correct horse", hash, DEFAULT_COST));
	ck_assert_uint_eq(refused, 0);
	ck_assert_uint_eq(mappings, 1);
}
END_TEST

/* Where the region and the hash together would be too much. */
START_TEST(a_more_expensive_hash_gives_the_region_up)
{
	char hash[LBR_HASH_MAX];
	struct rlimit whole, least;

	if (is_built_without())
		return;
	hash_of("correct horse", DEFAULT_COST + 1, hash);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &whole), 0);
	least = whole;
	least.rlim_cur = mapped() * (unsigned long)getpagesize() + 2 * PIECE + PIECE / 2;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &least), 0);
	ck_assert(judge("correct horse", hash, DEFAULT_COST));
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &whole), 0);
	ck_assert(!judge("correct hors", hash, DEFAULT_COST));
}
END_TEST

static void *judge_often(void *context)
{
	struct lbr_secret password = secret("correct horse");
	int round;

	for (round = 0; round < 10; round++)
		if (!lbr_password_matches(&password, context, 3))
			return context;
	return NULL;
}

START_TEST(each_thread_has_a_region_of_its_own)
{
	char hash[LBR_HASH_MAX];
	pthread_t threads[4];
	void *wrong;
	size_t at;

	hash_of("correct horse", 1, hash);
	for (at = 0; at < sizeof(threads) / sizeof(threads[0]); at++)
		ck_assert_int_eq(pthread_create(&threads[at], NULL, judge_often, hash), 0);
	for (at = 0; at < sizeof(threads) / sizeof(threads[0]); at++) {
		ck_assert_int_eq(pthread_join(threads[at], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
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
	tcase = tcase_create("one region");
	tcase_add_checked_fixture(tcase, use_large_pages, NULL);
	tcase_add_test(tcase, audit_f03_one_region_serves_every_hash_of_a_judgement);
	tcase_add_test(tcase, audit_f03_the_region_goes_back);
	tcase_add_test(tcase, without_a_region_a_hash_takes_its_own_memory);
	tcase_add_test(tcase, a_more_expensive_hash_gives_the_region_up);
	tcase_add_test(tcase, each_thread_has_a_region_of_its_own);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
