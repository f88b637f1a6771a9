/* A small harness for tests that need processes of their own: each runs in a forked child, several at a time. */
#ifndef TESTS_PAM_PROOF_H
#define TESTS_PAM_PROOF_H

struct proof {
	const char *name;
	void      (*run)(void);
};

/* Ends the test as failed unless `condition` holds; the sentence says what was seen. */
#define expect(condition, ...)                                                                                              \
	do {                                                                                                                \
		if (!(condition))                                                                                           \
			proof_fail(__FILE__, __LINE__, #condition, __VA_ARGS__);                                            \
	} while (0)

void proof_fail(const char *file, int line, const char *condition, const char *format, ...)
	__attribute__((format(printf, 4, 5), noreturn));

/* Ends the test as skipped. */
void proof_skip(const char *why) __attribute__((noreturn));

/* Adds what is selected (selection.h) of a list closed by a NULL name. */
void proof_add(const struct proof *list);

/* Runs what was added, prints one line a test, adds `passed` and `failed` of others, closes with
 * "N passed, N failed, N skipped". Returns the exit status. */
int proof_run(int passed, int failed);

#endif
