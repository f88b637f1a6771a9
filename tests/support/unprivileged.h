/* The store belongs to a user that is not root: tests that run as root become one. */
#ifndef TESTS_UNPRIVILEGED_H
#define TESTS_UNPRIVILEGED_H

#define UNPRIVILEGED_UID 64201

/* As root: gives directory `dir` (NULL: none) to the unused uid and becomes it for good. As anybody else: does nothing.
 * Returns 0, or -1 with errno set. Call it in a process of its own. */
int become_unprivileged(const char *dir);

#endif
