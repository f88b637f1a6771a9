/* The files of the pictures: made before root is left, kept once an account exists. */
#include "picture.h"

#include <errno.h>
#include <stdio.h>

#include "html.h"
#include "qr_svg.h"
#include "reason.h"
#include "write_all.h"

static const char *path_of(const struct cli *cli, enum picture_kind kind)
{
	return kind == PICTURE_SVG ? cli->svg : cli->png;
}

enum cli_status cli_pictures_open(const struct cli *cli, struct kept_files *ret)
{
	const char *const paths[PICTURES] = { cli->svg, cli->png };
	size_t at;
	int error;

	*ret = (struct kept_files)CLI_KEPT_NONE;
	if (cli->svg == NULL && cli->png == NULL)
		return CLI_DONE;
	error = cli_kept_create(paths, PICTURES, ret, &at);
	return error == 0 ? CLI_DONE : cli_kept_fail(cli, paths[at] != NULL ? paths[at] : cli->png, error);
}

static enum lbr_error draw(enum picture_kind kind, const char *uri, const char *title, char ret[PICTURE_MAX], size_t *ret_len)
{
	struct lbr_html html;
	enum lbr_error error;

	if (kind == PICTURE_PNG)
		return cli_picture_png(uri, ret, ret_len);
	lbr_html_begin(&html, ret, PICTURE_MAX);
	lbr_qr_svg(&html, uri, title);
	error = lbr_html_end(&html);
	*ret_len = html.len;
	return error;
}

static enum cli_status write_one(const struct cli *cli, enum picture_kind kind, const struct kept_file *file, const char *uri,
                                 const char *title)
{
	static char picture[PICTURE_MAX];
	enum cli_status status = CLI_DONE;
	size_t len = 0;

	if (draw(kind, uri, title, picture, &len) != LBR_OK)
		status = cli_fail(cli, CLI_FAULT, TEXT_NO_PICTURE, cli_safe(path_of(cli, kind)), NULL);
	else if (!cli_write_all(file->fd, picture, len) || !cli_kept_sync(file))
		status = cli_kept_fail(cli, path_of(cli, kind), errno);
	lbr_wipe(picture, sizeof(picture));
	return status;
}

enum cli_status cli_pictures_write(const struct cli *cli, const struct kept_files *pictures, const char *uri, const char *title)
{
	enum cli_status status = CLI_DONE;
	int kind;

	for (kind = 0; kind < PICTURES && status == CLI_DONE; kind++)
		if (pictures->file[kind].fd >= 0)
			status = write_one(cli, (enum picture_kind)kind, &pictures->file[kind], uri, title);
	return status;
}

void cli_pictures_say(const struct cli *cli, const struct kept_files *pictures)
{
	int kind;

	for (kind = 0; kind < PICTURES; kind++)
		if (pictures->file[kind].fd >= 0)
			cli_write(stdout, cli->language, TEXT_PICTURE_KEPT, cli_safe(path_of(cli, (enum picture_kind)kind)), NULL);
}
