/* One mail: a short text and the header lines around it. */
#ifndef CLI_MAIL_H
#define CLI_MAIL_H

#include <stddef.h>
#include <stdint.h>

#include <liberations/settings.h>

#define CLI_MAIL_TEXT_MAX 1024 /* bytes of the text with its NUL */
#define CLI_MAIL_SHORT 160     /* characters: one text message */

/* The whole message, in UTF-8, lines ended as sendmail(8) wants them. `to` passes lbr_address_is_sound, `text` is one line
 * without control characters. NULL: no memory or no randomness; else the caller frees it. */
char *cli_mail_compose(const struct lbr_settings *settings, const char *to, const char *text, int64_t now_s,
                       size_t *ret_len);

/* Characters, not bytes. */
size_t cli_mail_characters(const char *text);

#endif
