/* Speaking with the person at this terminal for a PAM stack. */
#ifndef CLI_TRY_H
#define CLI_TRY_H

#include <stdbool.h>
#include <stdio.h>

#include <security/pam_appl.h>

#include "cli.h"

/* A pam_conv(3) function; `to` is the stream on which prompts and texts appear. Answers come from standard input: at a
 * terminal with its echo off where PAM asks for that, else line by line. */
int cli_try_converse(int count, const struct pam_message **messages, struct pam_response **ret, void *to);

#endif
