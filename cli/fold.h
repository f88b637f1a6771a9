/* Lines for a terminal: broken at a blank before they are wider than it. */
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
	bool     folds;   /* false: not a terminal, or a line that begins with a blank */
	bool     is_terminal;
	char     word[FOLD_WORD_MAX];
	size_t   len;     /* of the word, which has not been written yet */
	unsigned width;   /* of the word, in characters */
	bool     blank;   /* one blank stands before the word */
};

/* `to` and `column` are set, the rest is zero. A piece never ends between a blank and the sign that belongs to it. The last two
 * wipe the word that they write: it may be a password. */
void cli_fold_begin(struct fold *fold);
void cli_fold_put(struct fold *fold, const char *text, size_t len);
void cli_fold_end(struct fold *fold);

#endif
