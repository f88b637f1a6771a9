/* Starting another program with descriptors and an environment that are known. */
#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* Starts `words[0]`, a path, with `words`, ending with NULL, and with PATH alone in its environment. `files` are its standard
 * input, output and error; -1 means /dev/null. No signal is blocked, and SIGPIPE has its default, although this command ignores
 * it. `apart`: it runs in / and leads a session, so that it can be killed with all that it starts. The caller waits for it.
 * Returns 0 or an errno number. */
int cli_child_start(char *const *words, const int files[3], bool apart, pid_t *ret);

/* Waits for the end of a process that was started or forked; returns its status, as waitpid(2) has it, or -1: no such process, as
 * for a `child` that fork(2) could not make. */
int cli_child_wait(pid_t child);

/* Both, without input and output, in a session of its own. True: its exit status is 0. */
bool cli_child_run(char *const *words);

/* In a forked child: the kernel kills it when its parent ends, even if it is stopped. False: `parent` has ended already; exit.
 * Call it after the last change of the user or the group, which would undo it. */
bool cli_child_end_with(pid_t parent);

/* Starts it without standard input and error, and opens what it prints. The caller closes `*ret_file`, then waits for it. Returns 0
 * or an errno number; `*ret_file` is then NULL. */
int cli_child_read(char *const *words, FILE **ret_file, pid_t *ret);

#endif
