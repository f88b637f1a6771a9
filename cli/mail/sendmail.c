/* Handing one message to the mail system. */
#include "sendmail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#include "child.h"

#define KILLED_WAIT_S 2
#define COMMAND_WORDS_MAX (LBR_PATH_MAX / 2) /* each has a blank behind it */

/* A pipe that already holds the whole message: it is far shorter than any pipe, so writing never waits for a reader. */
static int fill_pipe(const char *message, size_t len, int *ret_fd)
{
	int ends[2], error = 0;
	ssize_t put;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
		error = errno;
	put = error == 0 ? write(ends[1], message, len) : -1;
	if (error == 0 && put != (ssize_t)len)
		error = put < 0 ? errno : EMSGSIZE;
	close(ends[1]);
	if (error != 0)
		close(ends[0]);
	else
		*ret_fd = ends[0];
	return error;
}

/* False: it did not end in time. */
static bool wait_for(pid_t child, unsigned wait_s, int *ret_status)
{
	int64_t until_ms = lbr_monotonic_ms() + (int64_t)wait_s * 1000;
	struct timespec pause = { 0, 1000000 };
	pid_t ended;

	for (;;) {
		ended = waitpid(child, ret_status, WNOHANG);
		if (ended == child)
			return true;
		if ((ended < 0 && errno != EINTR) || lbr_monotonic_ms() >= until_ms)
			return false;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 50000000)
			pause.tv_nsec *= 2;
	}
}

/* Kills it with everything it started. A process that became another user cannot be killed from here and is left alone. */
static void end(pid_t child)
{
	int status;

	(void)kill(-child, SIGKILL);
	(void)kill(child, SIGKILL);
	(void)wait_for(child, KILLED_WAIT_S, &status);
}

static enum cli_mailed run(char *const *words, unsigned wait_s, const char *message, size_t len, int *ret_number)
{
	int fd = -1, status = 0;
	pid_t child = -1;

	*ret_number = fill_pipe(message, len, &fd);
	if (*ret_number == 0) {
		*ret_number = cli_child_start(words, (const int[]){ fd, -1, STDERR_FILENO }, true, &child);
		close(fd);
	}
	if (*ret_number != 0)
		return CLI_MAIL_NOT_STARTED;
	if (!wait_for(child, wait_s, &status)) {
		end(child);
		return CLI_MAIL_HUNG;
	}
	*ret_number = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	if (!WIFEXITED(status))
		return CLI_MAIL_SIGNAL;
	return *ret_number == 0 ? CLI_MAIL_TAKEN : CLI_MAIL_STATUS;
}

enum cli_mailed cli_sendmail(const struct lbr_settings *settings, const char *to, const char *message, size_t len,
                             int *ret_number)
{
	char words[6][LBR_PATH_MAX];
	char *const list[] = { words[0], words[1], words[2], words[3], words[4], words[5], NULL };

	snprintf(words[0], sizeof(words[0]), "%s", settings->sendmail);
	snprintf(words[1], sizeof(words[1]), "-i");
	snprintf(words[2], sizeof(words[2]), "-f");
	snprintf(words[3], sizeof(words[3]), "%s", settings->mail_from);
	snprintf(words[4], sizeof(words[4]), "--");
	snprintf(words[5], sizeof(words[5]), "%s", to);
	return run(list, settings->sendmail_wait_s, message, len, ret_number);
}

enum cli_mailed cli_provider_send(const struct lbr_settings *settings, const char *number, const char *line, size_t len,
                                  int *ret_number)
{
	char copy[LBR_PATH_MAX], to[LBR_ADDRESS_MAX], *rest = copy, *word;
	char *list[COMMAND_WORDS_MAX + 2] = { NULL };
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", settings->command);
	snprintf(to, sizeof(to), "%s", number);
	while (count < COMMAND_WORDS_MAX && (word = strsep(&rest, " \t")) != NULL)
		if (word[0] != '\0')
			list[count++] = word;
	list[count] = to;
	return run(list, settings->sendmail_wait_s, line, len, ret_number);
}
