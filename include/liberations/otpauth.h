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

/* "otpauth://totp/ISSUER:NAME?secret=KEY[&issuer=ISSUER]", percent-encoded (space as %20); the issuer parameter only
 * while the whole stays within LBR_URI_QR_SMALL bytes. Digits, period and algorithm are the defaults and left out.
 * LBR_ERR_SYNTAX: a colon, a control character or nothing at all in issuer or name. LBR_ERR_RANGE: too long. `ret` is
 * wiped on failure; it holds a secret, the caller wipes it. */
enum lbr_error lbr_otpauth_uri(const char *issuer, const char *name, const unsigned char key[LBR_TOKEN_KEY_LEN],
                               char ret[LBR_URI_MAX]);

#define LBR_QR_COLUMNS 80   /* of the terminals that a picture is drawn for: a wrapped one is none */
#define LBR_QR_MARGIN_MIN 1 /* modules: what ASCII leaves to version 5, the largest that it can draw */
#define LBR_QR_MARGIN_MAX 16

/* Draws `uri` as lines of text, each closed by '\n', all of one width, without escape sequences. Level L. UTF8: half
 * blocks (U+2580, U+2584, U+2588 and space), a character is one module wide and two high. ASCII: "##" for ink and "  "
 * for blank, two characters a module. Light modules, the quiet zone with them, are ink and dark modules are blank:
 * right for light ink on a dark terminal. `inverted` swaps ink and blank, for dark ink on a light terminal or on
 * paper. `margin` modules of quiet zone on each side (2 in prompts, 4 at the desk; at most LBR_QR_MARGIN_MAX).
 *
 * No line is wider than LBR_QR_COLUMNS. What would be loses first the issuer parameter, where the picture is smaller without
 * it, then of its margin, down to LBR_QR_MARGIN_MIN.
 * LBR_ERR_RANGE: wider all the same, or does not fit a QR code, or the margin. LBR_ERR_MEMORY. NONE gives "". `ret` is
 * wiped on failure; the caller wipes it. libqrencode's own working memory is freed by it unwiped: call this where the
 * process soon ends. */
enum lbr_error lbr_qr_text(const char *uri, enum lbr_qr_style style, unsigned margin, int inverted,
                           char ret[LBR_QR_TEXT_MAX]);

#endif
