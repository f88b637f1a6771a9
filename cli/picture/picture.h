/* A QR code as a picture, in files of the caller's: SVG, PNG, or both. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include <stddef.h>

#include "kept_file.h"

#define PICTURE_MAX 65536 /* bytes; the longest URI needs half of them */

enum picture_kind { PICTURE_SVG = 0, PICTURE_PNG, PICTURES };

/* Makes the files that --svg and --png name, by kind, as cli_kept_create does. CLI_FAULT after one line; in any case the caller
 * ends it with cli_kept_close. */
enum cli_status cli_pictures_open(const struct cli *cli, struct kept_files *ret);

/* Draws the key URI into them, durably. `title` is what a screen reader says. CLI_FAULT after one line. */
enum cli_status cli_pictures_write(const struct cli *cli, const struct kept_files *pictures, const char *uri, const char *title);

/* Says which they are, on standard output. */
void cli_pictures_say(const struct cli *cli, const struct kept_files *pictures);

/* picture_png.c: draws `uri` as PNG, level M, four modules of margin, black on white. LBR_ERR_RANGE: too long for a QR code, or for
 * `ret`. LBR_ERR_MEMORY. `ret` is wiped on failure; the caller wipes it. libqrencode and libpng free their own working memory
 * without wiping it: call this in a process that soon ends. */
enum lbr_error cli_picture_png(const char *uri, char ret[PICTURE_MAX], size_t *ret_len);

#endif
