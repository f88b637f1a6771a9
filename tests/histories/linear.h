/* Whether a history is linearizable: whether all that was told could have been told if each operation had been done at one moment
 * between its question and its answer. Wing and Gong's search, with a memory of where it has been. */
#ifndef TESTS_LINEAR_H
#define TESTS_LINEAR_H

#include "model.h"

/* Begins with no account of that person. What was perhaps done is done at any moment after its question, or never. */
bool is_linearizable(const struct history *history);

/* For a report. */
void print_history(const struct history *history);

#endif
