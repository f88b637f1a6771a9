/* A scratch directory with a page of turns, and processes that hold them. */
#ifndef TESTS_TURNS_STAGE_H
#define TESTS_TURNS_STAGE_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"

#include "../../lib/process/turns_page.h"

#include <liberations/monotonic.h>
#include <liberations/turns.h>

#define PROCESSORS 2
#define TURNS (2 * PROCESSORS)

static char place[64], file[80];
static struct lbr_turns *turns;

static inline void make_place(void)
{
	(void)snprintf(place, sizeof(place), "/tmp/liberations-turns.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
	(void)snprintf(file, sizeof(file), "%s/turns", place);
}

static inline void remove_place(void)
{
	(void)unlink(file);
	(void)rmdir(place);
}

static inline void open_turns(void)
{
	struct lbr_reason reason = {.text = ""};

	ck_assert_msg(lbr_turns_open(place, PROCESSORS, &turns, &reason) == LBR_OK, "%s", reason.text);
}

/* Every case begins with an empty page. */
static inline void begin(void)
{
	(void)unlink(file);
	open_turns();
}

/* Without waiting. */
static inline bool try_take(enum lbr_turn_class class, struct lbr_turn *ret)
{
	struct lbr_deadline now = {.until_ms = 0};

	return lbr_turn_take(turns, class, &now, ret, NULL) == LBR_OK;
}

/* As long as it may take on a machine that does much else. */
static inline bool take_patiently(enum lbr_turn_class class, struct lbr_turn *ret)
{
	struct lbr_deadline late = {.until_ms = lbr_monotonic_ms() + 60000};

	return lbr_turn_take(turns, class, &late, ret, NULL) == LBR_OK;
}

static inline unsigned count_takeable(enum lbr_turn_class class)
{
	struct lbr_turn held[LBR_TURNS_MAX];
	unsigned count = 0, at;

	while (count < LBR_TURNS_MAX && try_take(class, &held[count]))
		count++;
	for (at = 0; at < count; at++)
		lbr_turn_give_back(turns, &held[at]);
	return count;
}

/* Memory that children share with the test. */
static inline void *share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(memory, MAP_FAILED);
	return memory;
}

static inline void wait_until(_Atomic unsigned *count, unsigned wanted)
{
	while (atomic_load(count) < wanted)
		(void)usleep(500);
}

/* A child in `body`, which never returns. */
static inline pid_t start_child(void (*body)(void *context), void *context)
{
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		open_turns();
		body(context);
		_exit(0);
	}
	return child;
}

static inline void must_end_well(pid_t child)
{
	int status = 0;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ended with %x", (unsigned)status);
}

#endif
