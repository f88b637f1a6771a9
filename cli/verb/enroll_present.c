/* What the administrator's screen shows at enrollment: password and key above, then the QR code; in half blocks all of it fits
 * 80x24. Below a taller code the key is repeated. */
#include "enroll.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

#define DESK_MARGIN 4
#define SCREEN_LINES 24

/* The light modules of a QR code must look light. A terminal's own colours are unknown, so they are set: bright on black where
 * those modules are ink, black on bright where --inverted leaves them blank. Light themes may make the first sixteen colours mean
 * their opposite, so white and black of the 256 are taken where they exist. Only on a terminal, and not under NO_COLOR. */
static const char *colours(const struct cli *cli)
{
	const char *no_colour = getenv("NO_COLOR");
	bool inverted = cli_has(cli, CLI_INVERTED);

	if (!isatty(STDOUT_FILENO) || (no_colour != NULL && no_colour[0] != '\0'))
		return NULL;
	if (cli_terminal_has_256_colours())
		return inverted ? "\033[38;5;16;48;5;231m" : "\033[38;5;231;48;5;16m";
	return inverted ? "\033[30;107m" : "\033[97;40m";
}

static int print_lines(const char *text, const char *colour)
{
	const char *end;
	int lines = 0;

	for (; *text != '\0'; text = end + 1, lines++) {
		end = strchr(text, '\n');
		if (end == NULL)
			break;
		if (colour != NULL)
			fputs(colour, stdout);
		fwrite(text, 1, (size_t)(end - text), stdout);
		fputs(colour != NULL ? "\033[0m\n" : "\n", stdout);
	}
	return lines;
}

/* The columns of the first line, which all lines have. */
static unsigned width_of(const char *text)
{
	unsigned width = 0;

	for (; *text != '\n' && *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* With as much margin as the terminal has columns for. `*ret_width`: the columns that it takes. */
static enum lbr_error draw(const struct cli *cli, const char *uri, char text[LBR_QR_TEXT_MAX], unsigned *ret_width)
{
	bool plain = cli_has(cli, CLI_ASCII) || (isatty(STDOUT_FILENO) && !cli_terminal_is_utf8());
	enum lbr_qr_style style = plain ? LBR_QR_ASCII : LBR_QR_UTF8;
	unsigned margin = DESK_MARGIN, columns = cli_terminal_columns();
	enum lbr_error error;

	do {
		error = lbr_qr_text(uri, style, margin, cli_has(cli, CLI_INVERTED), text);
		*ret_width = width_of(text);
	} while (error == LBR_OK && columns > 0 && *ret_width > columns && margin-- > LBR_QR_MARGIN_MIN);
	return error;
}

/* A picture that a terminal wraps cannot be scanned; the key above it can be typed. */
static void print_qr(const struct cli *cli, const struct enrollment *new)
{
	static char text[LBR_QR_TEXT_MAX];
	unsigned columns = cli_terminal_columns(), width = 0;
	char has[16], needs[16];

	if (draw(cli, new->uri, text, &width) != LBR_OK) {
		cli_fail(cli, CLI_FAULT, TEXT_NO_QR, NULL);
	} else if (columns > 0 && width > columns) {
		snprintf(has, sizeof(has), "%u", columns);
		snprintf(needs, sizeof(needs), "%u", width);
		cli_fail(cli, CLI_FAULT, TEXT_NARROW, has, needs, NULL);
	} else if (print_lines(text, colours(cli)) >= SCREEN_LINES) { /* the question takes a line too */
		printf("%s\n", new->key_text);
	}
	lbr_wipe(text, sizeof(text));
}

bool cli_enroll_present(const struct cli *cli, const struct admin_session *session, const struct enrollment *new)
{
	const char *uri = isatty(STDOUT_FILENO) ? "" : new->uri; /* for a program: it is wider than a terminal */
	char until[CLI_TIME_MAX];

	cli_write(stdout, cli->language, TEXT_ENROLLED, new->account.name, session->settings.issuer, new->password.bytes,
	          cli_time_local(new->account.invited_until_s, until), new->key_text, uri, NULL);
	print_qr(cli, new);
	return cli_flush();
}
