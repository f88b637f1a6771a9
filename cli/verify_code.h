/* Checking a code for the administrator, without accepting it. */
#ifndef CLI_VERIFY_CODE_H
#define CLI_VERIFY_CODE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <liberations/token.h>

#include "cli.h"

struct code_check {
	bool    is_code;  /* it has the form of one */
	bool    right;    /* within the window */
	int64_t step;     /* the step it belongs to; 0: none */
	bool    found;    /* it is a code of this token, within a day of now */
	int64_t offset_s; /* if found: how far the phone is ahead (negative: behind), in whole steps */
};

struct code_check cli_verify_code(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, unsigned window,
                           int64_t now_s);

/* Prints one line: not a code of this token, or "the clock is N s off". */
void cli_verify_code_say_wrong(const struct cli *cli, FILE *to, const struct code_check *check);

#endif
