/* The key URI that authenticator apps scan, and its QR code as text.
 * Source: github.com/google/google-authenticator/wiki/Key-Uri-Format */
#ifndef LIBERATIONS_OTPAUTH_H
#define LIBERATIONS_OTPAUTH_H

#include <liberations/error.h>
#include <liberations/settings.h>
#include <liberations/token.h>

#define LBR_URI_MAX 768       /* bytes with the NUL: issuer and name fully percent-encoded */
#define LBR_URI_QR_SMALL 106  /* bytes that fit QR version 5-L, which fits 80x24 */
#define LBR_QR_TEXT_MAX 24576 /* bytes with the NUL */

/* Writes "otpauth://totp/ISSUER:NAME?secret=KEY[&issuer=ISSUER]", percent-encoded (space as %20). The issuer parameter is
 * included only if the whole then fits LBR_URI_QR_SMALL bytes. Digits, period and algorithm are the defaults and left out.
 * LBR_ERR_SYNTAX: issuer or name is empty, or contains a colon or control character. LBR_ERR_RANGE: too long. `ret` is
 * wiped on failure; it holds a secret, so the caller wipes it. */
enum lbr_error lbr_otpauth_uri(const char *issuer, const char *name, const unsigned char key[LBR_TOKEN_KEY_LEN],
                               char ret[LBR_URI_MAX]);

#define LBR_QR_COLUMNS 80   /* terminal width: a wrapped picture cannot be scanned */
#define LBR_QR_MARGIN_MIN 1 /* modules: the margin left in ASCII at version 5, the largest that fits */
#define LBR_QR_MARGIN_MAX 16

/* Draws `uri` as lines of text, each ending with '\n', all of one width, without escape sequences. Level L. UTF8: half
 * blocks (U+2580, U+2584, U+2588 and space), where a character is one module wide and two high. ASCII: "##" for ink and "  "
 * for blank, two characters per module. Light modules, including the quiet zone, are ink and dark modules are blank, which
 * suits light ink on a dark terminal. `inverted` swaps ink and blank, for dark ink on a light terminal or on paper. `margin` is
 * the quiet zone on each side, in modules (2 in prompts, 4 for the administrator; at most LBR_QR_MARGIN_MAX).
 *
 * No line is wider than LBR_QR_COLUMNS. A wider picture first loses the issuer parameter, if it is smaller without it, then
 * margin, down to LBR_QR_MARGIN_MIN.
 * LBR_ERR_RANGE: still too wide, or too long for a QR code, or the margin. LBR_ERR_MEMORY. NONE gives "". `ret` is wiped
 * on failure; the caller wipes it. libqrencode frees its own working memory without wiping it: call this in a process that soon
 * ends. */
enum lbr_error lbr_qr_text(const char *uri, enum lbr_qr_style style, unsigned margin, int inverted,
                           char ret[LBR_QR_TEXT_MAX]);

#endif
