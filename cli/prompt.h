/* Questions to the person at the terminal, and lines from standard input. */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include <stdbool.h>
#include <stdio.h>

#include <liberations/secret.h>

enum prompt_result {
	PROMPT_LINE,     /* a line came; it may be empty */
	PROMPT_END,      /* the input is over */
	PROMPT_TOO_LONG, /* the line did not fit or held a NUL; it was read to its end and forgotten */
	PROMPT_FAILED,   /* reading failed */
};

/* Reads one line, without its newline, from standard input, byte by byte, so that no buffer keeps it and nothing behind
 * it is taken. A terminal's echo is on or off as `echo` says, and as before when this returns or a signal ends the
 * process. Nothing is printed. `ret` is empty unless PROMPT_LINE. */
enum prompt_result cli_prompt_read(bool echo, struct lbr_secret *ret);

/* What a login program does at this terminal: shows a text, and `end` behind it; false if the stream failed. */
bool cli_prompt_show(FILE *to, const char *text, const char *end);

/* Shows a question and reads its answer; false, and nothing in `ret`, if none came. */
bool cli_prompt_ask(FILE *to, const char *question, bool echo, struct lbr_secret *ret);

#endif
