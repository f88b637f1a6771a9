/* Whether a program that a test runs is installed. */
#ifndef TESTS_INSTALLED_H
#define TESTS_INSTALLED_H

#include <stdbool.h>

/* Whether execvp() would find the program. If not, prints that the test is skipped for want of the Debian package. */
bool installed_for(const char *test, const char *program, const char *package);

#endif
