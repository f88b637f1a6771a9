/* Questions to the person at the terminal, and lines from standard input. */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include <stdbool.h>
#include <stdio.h>

#include <liberations/secret.h>

enum prompt_result {
	PROMPT_LINE,     /* a line, possibly empty */
	PROMPT_END,      /* end of input */
	PROMPT_TOO_LONG, /* the line did not fit or contained a NUL; it was read to its end and discarded */
	PROMPT_FAILED,   /* reading failed */
};

/* Reads one line, without its newline, from standard input, byte by byte, so that no buffer keeps it and nothing after it is
 * consumed. `echo` turns a terminal's echo on or off; it is restored when this returns or a signal ends the process. Prints
 * nothing. `ret` is empty unless PROMPT_LINE. */
enum prompt_result cli_prompt_read(bool echo, struct lbr_secret *ret);

/* Shows a text at this terminal as a login program does, followed by `end`; false if the stream failed. */
bool cli_prompt_show(FILE *to, const char *text, const char *end);

/* Shows a question and reads the answer. False: no answer; `ret` is then empty. */
bool cli_prompt_ask(FILE *to, const char *question, bool echo, struct lbr_secret *ret);

#endif
