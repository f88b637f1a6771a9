/* Which tests of a program run: all of them, or those that its arguments name, as in tests/support/harness.py. */
#ifndef TESTS_SELECTION_H
#define TESTS_SELECTION_H

#include <stdbool.h>

/* Keeps the arguments: names, shell patterns, or --list. */
void selection_begin(int argc, char **argv);

/* Whether the test of this name runs; after --list it prints the name instead. Every name must be asked for once. */
bool selection_has(const char *name);

/* When every name was asked for: whether the program is done, and with which exit status. That is 0 after --list, and 2 if an
 * argument selects nothing, which is told on standard error. */
bool selection_is_over(int *ret_status);

#endif
