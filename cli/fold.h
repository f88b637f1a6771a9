/* Lines for a terminal or for paper: broken at a blank before they are too wide. */
#ifndef CLI_FOLD_H
#define CLI_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define FOLD_WIDTH 78
#define FOLD_WORD_MAX 256

struct fold {
	FILE    *to;
	unsigned column;  /* of the line so far, without the word */
	bool     paper;   /* folds wherever `to` leads, and lines that begin with a blank too */
	unsigned indent;  /* on paper: the blanks that the line begins with */
	unsigned margin;  /* where it goes on: below what follows those, or a gap behind a label */
	bool     folds;   /* false: neither paper nor a terminal, or a line there that begins with a blank */
	bool     narrow;  /* paper or a terminal */
	bool     is_plain; /* a terminal that is not UTF-8: ASCII alone */
	char     word[FOLD_WORD_MAX];
	size_t   len;     /* of the word, which has not been written yet */
	unsigned width;   /* of the word, in characters */
	bool     blank;   /* one blank stands before the word */
};

/* `to`, `column` and `paper` are set, the rest is zero. A piece never ends between a blank and the sign that belongs to it. The
 * last two wipe the word that they write: it may be a password. */
void cli_fold_begin(struct fold *fold);
void cli_fold_put(struct fold *fold, const char *text, size_t len);
void cli_fold_end(struct fold *fold);

#endif
