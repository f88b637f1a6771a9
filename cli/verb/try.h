/* The conversation of a PAM stack with the person at this terminal. */
#ifndef CLI_TRY_H
#define CLI_TRY_H

#include <stdbool.h>
#include <stdio.h>

#include <security/pam_appl.h>

#include "cli.h"

/* A pam_conv(3) function; `to` is the stream for prompts and texts. Answers are read from standard input: at a terminal with
 * its echo off where PAM requires it, else line by line. */
int cli_try_converse(int count, const struct pam_message **messages, struct pam_response **ret, void *to);

#endif
