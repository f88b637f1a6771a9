/* A letter as a page of HTML. */
#ifndef CLI_LETTER_PAGE_H
#define CLI_LETTER_PAGE_H

#include "letter.h"

#define LETTER_PAGE_MAX 16384

/* Makes the page, with the head of the whole file before the first. Returns its length, 0: it could not be made. The caller wipes
 * `ret`. */
size_t cli_letter_make_page(const struct cli *cli, const struct letters *letters, const struct lbr_account *account,
                            const struct temporary *temporary, char ret[LETTER_PAGE_MAX]);

#endif
