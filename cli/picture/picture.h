/* A QR code as a picture, in files of the caller's: SVG, PNG, or both. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cli.h"

#define PICTURE_MAX 65536 /* bytes; the longest URI needs half of them */

enum picture_kind { PICTURE_SVG = 0, PICTURE_PNG, PICTURES };

struct pictures {
	int   files[PICTURES]; /* -1: not wanted */
	int   undo;            /* tells the child what to do; -1: there is none */
	pid_t child;
};

#define CLI_PICTURES_NONE { .files = { -1, -1 }, .undo = -1 }

/* Makes the files that --svg and --png name, with the caller's rights, readable by their owner alone. Call it before root is left
 * and before any secret is in memory: a child stays behind, which takes the caller's rights and removes the files, unless
 * cli_pictures_keep is called before this process ends, however it ends. CLI_FAULT after one line. */
enum cli_status cli_pictures_open(const struct cli *cli, struct pictures *ret);

/* Draws the key URI into them, durably. `title` is what a screen reader says. CLI_FAULT after one line. */
enum cli_status cli_pictures_write(const struct cli *cli, const struct pictures *pictures, const char *uri, const char *title);

/* From here on the files stay. */
void cli_pictures_keep(const struct pictures *pictures);

/* Says which they are, on standard output. */
void cli_pictures_say(const struct cli *cli, const struct pictures *pictures);

/* Removes what is not kept, and waits until it is gone. */
void cli_pictures_close(struct pictures *pictures);

/* picture_png.c: draws `uri` as PNG, level M, four modules of margin, black on white. LBR_ERR_RANGE: too long for a QR code, or for
 * `ret`. LBR_ERR_MEMORY. `ret` is wiped on failure; the caller wipes it. libqrencode and libpng free their own working memory
 * without wiping it: call this in a process that soon ends. */
enum lbr_error cli_picture_png(const char *uri, char ret[PICTURE_MAX], size_t *ret_len);

/* picture_undo.c: removes the files, unless another one has taken the name meanwhile. */
void cli_picture_undo(const int files[PICTURES], const char *const paths[PICTURES]);

/* The child's whole life: waits until the pipe `told` says that the files stay, or ends, and then removes them. */
void cli_picture_undo_live(int told, const int files[PICTURES], const char *const paths[PICTURES]) __attribute__((noreturn));

#endif
