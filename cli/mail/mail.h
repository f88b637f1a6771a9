/* One mail: a short text with its header lines. */
#ifndef CLI_MAIL_H
#define CLI_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/settings.h>

#define CLI_MAIL_TEXT_MAX 1024 /* bytes of the text with its NUL */
#define CLI_MAIL_SHORT 160     /* characters: fits one text message */

/* `subject`: whether the mail has one, the issuer; a gateway would put it into the text. Returns the whole
 * message in UTF-8, with line endings as sendmail(8) expects them. `to` must pass lbr_address_is_sound, `text`
 * must be one line without control characters. NULL: no memory or no randomness; else the caller frees it. */
char *cli_mail_compose(const struct lbr_settings *settings, const char *to, const char *text, bool subject, int64_t now_s,
                       size_t *ret_len);

/* Counts characters, not bytes. */
size_t cli_mail_characters(const char *text);

#endif
