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
 * those modules are ink, black on bright where --inverted leaves them blank. Only on a terminal, and not under NO_COLOR. */
static const char *colours(const struct cli *cli)
{
	const char *no_colour = getenv("NO_COLOR");

	if (!isatty(STDOUT_FILENO) || (no_colour != NULL && no_colour[0] != '\0'))
		return NULL;
	return cli_has(cli, CLI_INVERTED) ? "\033[30;107m" : "\033[97;40m";
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

static enum lbr_error print_qr(const struct cli *cli, const struct enrollment *new)
{
	bool plain = cli_has(cli, CLI_ASCII) || (isatty(STDOUT_FILENO) && !cli_terminal_is_utf8());
	enum lbr_qr_style style = plain ? LBR_QR_ASCII : LBR_QR_UTF8;
	static char text[LBR_QR_TEXT_MAX];
	enum lbr_error error = lbr_qr_text(new->uri, style, DESK_MARGIN, cli_has(cli, CLI_INVERTED), text);

	if (error == LBR_OK && print_lines(text, colours(cli)) >= SCREEN_LINES) /* the question takes a line too */
		printf("%s\n", new->key_text);
	lbr_wipe(text, sizeof(text));
	return error;
}

bool cli_enroll_present(const struct cli *cli, const struct admin_session *session, const struct enrollment *new)
{
	const char *uri = isatty(STDOUT_FILENO) ? "" : new->uri; /* for a program: it is wider than a terminal */
	char until[CLI_TIME_MAX];

	cli_write(stdout, cli->language, TEXT_ENROLLED, new->account.name, session->settings.issuer, new->password.bytes,
	          cli_time_local(new->account.invited_until_s, until), new->key_text, uri, NULL);
	if (print_qr(cli, new) != LBR_OK)
		cli_fail(cli, CLI_FAULT, TEXT_NO_QR, NULL); /* the key above can be typed instead */
	return cli_flush();
}
