/* A QR code as SVG within a page. */
#ifndef PORTAL_QR_SVG_H
#define PORTAL_QR_SVG_H

#include "html.h"

/* Adds the picture of `uri`: level M, four modules of margin, black on a white rectangle of its own, which dark mode and forced
 * colours leave alone. `title` is what a screen reader says. On failure `html` bears LBR_ERR_RANGE (too long for a QR code) or
 * _MEMORY. The picture holds the key, as the page around it does: its caller wipes. */
void lbr_qr_svg(struct lbr_html *html, const char *uri, const char *title);

#endif
