/* What every harness shares: one entry for libFuzzer and for the replay, and an end that both notice. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/keyring.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Optional, as libFuzzer's. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Ends the program with the sentence unless the condition holds: a finding. */
void fuzz_expect(bool condition, const char *sentence);

/* For a harness of several readers: the first byte chooses which of them gets the rest, and nothing without one. */
typedef void fuzz_reader(const char *text, size_t len);
void fuzz_choose(const uint8_t *data, size_t size, fuzz_reader *const readers[], size_t count);

/* The same keyring in every run. Never NULL, never freed. */
const struct lbr_keyring *fuzz_ring(void);

#endif
