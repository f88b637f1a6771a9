/* Reading a line, with the terminal's echo off where a secret is typed. */
#include "prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <liberations/texts.h>

#define CAUGHT_MAX 5
static const int caught[CAUGHT_MAX] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
static volatile sig_atomic_t arrived;

struct quiet {
	bool             changed;
	struct termios   before;
	struct sigaction actions[CAUGHT_MAX];
	sigset_t         mask;
};

static void note_signal(int number)
{
	arrived = number;
}

/* The signals are unblocked only while ppoll waits, so none is lost between a check and a read. */
static void catch_signals(struct quiet *quiet)
{
	struct sigaction action = { .sa_handler = note_signal };
	sigset_t block;
	size_t at;

	sigemptyset(&block);
	sigemptyset(&action.sa_mask);
	arrived = 0;
	for (at = 0; at < CAUGHT_MAX; at++)
		sigaddset(&block, caught[at]);
	sigprocmask(SIG_BLOCK, &block, &quiet->mask);
	for (at = 0; at < CAUGHT_MAX; at++) {
		sigaction(caught[at], NULL, &quiet->actions[at]);
		if (quiet->actions[at].sa_handler != SIG_IGN)
			sigaction(caught[at], &action, NULL);
	}
}

static bool silence(struct quiet *quiet, bool echo)
{
	struct termios silent;

	quiet->changed = false;
	if (echo)
		return true;
	if (tcgetattr(STDIN_FILENO, &quiet->before) != 0)
		return errno == ENOTTY;
	silent = quiet->before;
	silent.c_lflag = (silent.c_lflag & ~(tcflag_t)ECHO) | ECHONL;
	quiet->changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
	return quiet->changed;
}

/* The signal caught is raised again once the terminal and the handlers are restored. */
static void restore(struct quiet *quiet)
{
	size_t at;

	if (quiet->changed)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet->before);
	for (at = 0; at < CAUGHT_MAX; at++)
		sigaction(caught[at], &quiet->actions[at], NULL);
	if (arrived != 0)
		raise(arrived);
	sigprocmask(SIG_SETMASK, &quiet->mask, NULL);
}

/* Reads one byte into `ret`: 1; 0 at the end; -1 on failure or a signal. */
static int read_byte(const sigset_t *mask, char *ret)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;

	if (ppoll(&input, 1, NULL, mask) < 0)
		return -1;
	do {
		got = read(STDIN_FILENO, ret, 1);
	} while (got < 0 && errno == EINTR && arrived == 0);
	return (int)got;
}

static enum prompt_result read_line(const sigset_t *mask, struct lbr_secret *line)
{
	bool fits = true;
	char byte = '\0';
	int got;

	while ((got = read_byte(mask, &byte)) == 1 && byte != '\n') {
		if (byte == '\0' || line->len == LBR_SECRET_MAX)
			fits = false;
		else
			line->bytes[line->len++] = byte;
	}
	lbr_wipe(&byte, sizeof(byte));
	line->bytes[line->len] = '\0';
	if (got < 0)
		return PROMPT_FAILED;
	if (!fits)
		return PROMPT_TOO_LONG;
	return got == 0 && line->len == 0 ? PROMPT_END : PROMPT_LINE;
}

enum prompt_result cli_prompt_read(bool echo, struct lbr_secret *ret)
{
	enum prompt_result result;
	struct quiet quiet;

	do {
		lbr_secret_wipe(ret);
		catch_signals(&quiet);
		result = silence(&quiet, echo) ? read_line(&quiet.mask, ret) : PROMPT_FAILED;
		if (result != PROMPT_LINE)
			lbr_secret_wipe(ret);
		restore(&quiet);
	} while (result == PROMPT_FAILED && arrived == SIGTSTP); /* stopped and continued: the question is still open */
	return result;
}

/* A PAM stack's message may contain text chosen by a remote side; a QR code in a prompt has lines of its own. */
bool cli_prompt_show(FILE *to, const char *text, const char *end)
{
	char *copy = strdup(text != NULL ? text : "");
	size_t size;

	if (copy == NULL)
		return false;
	size = strlen(copy);
	lbr_text_sanitise(copy, true);
	fputs(copy, to);
	fputs(end, to);
	lbr_wipe(copy, size);
	free(copy);
	return fflush(to) == 0;
}

bool cli_prompt_ask(FILE *to, const char *question, bool echo, struct lbr_secret *ret)
{
	enum prompt_result result = PROMPT_FAILED;

	lbr_secret_wipe(ret);
	if (cli_prompt_show(to, question, ""))
		result = cli_prompt_read(echo, ret);
	if (!isatty(STDIN_FILENO))
		fputc('\n', to);
	return result == PROMPT_LINE;
}
