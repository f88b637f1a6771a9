/* A command line that is being typed: what of it is complete, and what its last word is to be. */
#ifndef CLI_COMPLETE_LINE_H
#define CLI_COMPLETE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli.h"
#include "option_table.h"

enum line_wants {
	LINE_WANTS_NOTHING,
	LINE_WANTS_VERB,       /* or --help and --version */
	LINE_WANTS_HELP_TOPIC, /* a verb, after `help` */
	LINE_WANTS_OPTION,
	LINE_WANTS_VALUE,      /* of `option` */
	LINE_WANTS_WORD,       /* the one after `words` others */
};

struct line {
	enum line_wants              wants;
	const struct verb           *verb;   /* NULL: none yet */
	const struct cli_option_row *option; /* whose value is wanted */
	const char                  *typed;  /* the beginning of what is wanted, "" at least */
	const char                  *before; /* the word up to there, as in "--sort=" */
	size_t                       before_len;
	cli_options                  given;  /* options that are complete */
	const char                  *config; /* the value of --config, or NULL */
	unsigned                     words;  /* that are complete, without options */
};

/* Reads the words after the command's name, the last being the one at the cursor; `count` is at least 1. */
void cli_line_read(const char *const *words, size_t count, struct line *ret);

/* Returns what the usage of the verb calls its word number `at`: "USER" or "SERVICE", in English, with its length; NULL: it takes
 * no such word. A name that ends in "..." stands for all that follow. */
const char *cli_line_name_of_word(const struct verb *verb, unsigned at, size_t *ret_len);

#endif
