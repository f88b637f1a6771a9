/* A QR code as a terminal shows it, and as a camera sees that. zbarimg decodes. */
#ifndef TESTS_SUPPORT_CAMERA_H
#define TESTS_SUPPORT_CAMERA_H

#include <stdbool.h>

#include <liberations/otpauth.h>

#define SIDE_MAX 128 /* modules */

struct screen {
	int  width, height; /* modules */
	bool ink[SIDE_MAX + 1][SIDE_MAX];
};

/* Reads the lines of a drawing, which must all have one width. */
void camera_look_at(const char *text, enum lbr_qr_style style, struct screen *screen);

/* Draws and looks: nothing may be wider than 80 columns. False: it was left out, and nothing remained. */
bool camera_draw(const char *uri, enum lbr_qr_style style, unsigned margin, int inverted, struct screen *screen);

/* Takes a photograph, the terminal's own background around it, and expects this URI in it. */
void camera_scan(const struct screen *screen, bool dark_ink, const char *uri);

#endif
