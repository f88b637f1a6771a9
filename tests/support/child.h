/* Runs another program on given input: the independent judge of a test. */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Feeds `len` bytes of `input` to `argv`; returns its standard output, NUL-terminated, for the caller to free. NULL: the
 * program is missing or did not end with 0. Memory files, so neither side waits for the other. */
static inline char *run_child(const char *const argv[], const void *input, size_t len)
{
	int in = memfd_create("in", 0), out = memfd_create("out", 0), status = -1;
	char *text = NULL;
	off_t size;
	pid_t child;

	if (in < 0 || out < 0 || write(in, input, len) != (ssize_t)len || lseek(in, 0, SEEK_SET) != 0)
		return NULL;
	child = fork();
	if (child == 0) {
		if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
			_exit(126);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && status == 0) {
		size = lseek(out, 0, SEEK_END);
		text = calloc(1, (size_t)size + 1);
		if (text != NULL && pread(out, text, (size_t)size, 0) != size) {
			free(text);
			text = NULL;
		}
	}
	close(in);
	close(out);
	return text;
}

#endif
