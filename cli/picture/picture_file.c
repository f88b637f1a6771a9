/* The files of the pictures: made before root is left, kept once an account exists. */
#include "picture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "html.h"
#include "on_behalf.h"
#include "qr_svg.h"
#include "reason.h"
#include "write_all.h"

#define FILE_MODE 0600

static const char *path_of(const struct cli *cli, enum picture_kind kind)
{
	return kind == PICTURE_SVG ? cli->svg : cli->png;
}

static enum cli_status fail(const struct cli *cli, enum picture_kind kind, int error)
{
	if (error == EEXIST)
		return cli_fail(cli, CLI_FAULT, TEXT_NEW_FILE_EXISTS, cli_safe(path_of(cli, kind)), NULL);
	return cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(path_of(cli, kind)), cli_errno(cli->language, error), NULL);
}

static enum cli_status create(const struct cli *cli, struct pictures *pictures)
{
	int kind;

	for (kind = 0; kind < PICTURES; kind++) {
		if (path_of(cli, (enum picture_kind)kind) == NULL)
			continue;
		pictures->files[kind] = cli_on_behalf_create(path_of(cli, (enum picture_kind)kind),
		                                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
		if (pictures->files[kind] < 0)
			return fail(cli, (enum picture_kind)kind, errno);
	}
	return CLI_DONE;
}

/* Signals stay blocked in the child: what ends the command at a terminal goes to both, and it cleans up after that. */
static enum cli_status start_undo(const struct cli *cli, struct pictures *pictures)
{
	const char *const paths[PICTURES] = { cli->svg, cli->png };
	int ends[2] = { -1, -1 }, error;
	sigset_t every, before;

	sigfillset(&every);
	sigprocmask(SIG_BLOCK, &every, &before);
	pictures->child = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
	if (pictures->child == 0) {
		close(ends[1]);
		cli_picture_undo_live(ends[0], pictures->files, paths);
	}
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ends[0] >= 0)
		close(ends[0]);
	pictures->undo = ends[1];
	if (pictures->child > 0)
		return CLI_DONE;
	cli_picture_undo(pictures->files, paths);
	return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, error), NULL);
}

enum cli_status cli_pictures_open(const struct cli *cli, struct pictures *ret)
{
	enum cli_status status;

	*ret = (struct pictures)CLI_PICTURES_NONE;
	if (cli->svg == NULL && cli->png == NULL)
		return CLI_DONE;
	status = create(cli, ret);
	if (ret->files[PICTURE_SVG] < 0 && ret->files[PICTURE_PNG] < 0)
		return status;
	return start_undo(cli, ret) == CLI_DONE ? status : CLI_FAULT;
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

static enum cli_status write_one(const struct cli *cli, enum picture_kind kind, int file, const char *uri, const char *title)
{
	static char picture[PICTURE_MAX];
	enum cli_status status = CLI_DONE;
	size_t len = 0;

	if (draw(kind, uri, title, picture, &len) != LBR_OK)
		status = cli_fail(cli, CLI_FAULT, TEXT_NO_PICTURE, cli_safe(path_of(cli, kind)), NULL);
	else if (!cli_write_all(file, picture, len) || fdatasync(file) != 0)
		status = fail(cli, kind, errno);
	lbr_wipe(picture, sizeof(picture));
	return status;
}

enum cli_status cli_pictures_write(const struct cli *cli, const struct pictures *pictures, const char *uri, const char *title)
{
	enum cli_status status = CLI_DONE;
	int kind;

	for (kind = 0; kind < PICTURES && status == CLI_DONE; kind++)
		if (pictures->files[kind] >= 0)
			status = write_one(cli, (enum picture_kind)kind, pictures->files[kind], uri, title);
	return status;
}

void cli_pictures_keep(const struct pictures *pictures)
{
	if (pictures->undo >= 0)
		(void)cli_write_all(pictures->undo, "k", 1);
}

void cli_pictures_say(const struct cli *cli, const struct pictures *pictures)
{
	int kind;

	for (kind = 0; kind < PICTURES; kind++)
		if (pictures->files[kind] >= 0)
			cli_write(stdout, cli->language, TEXT_PICTURE_KEPT, cli_safe(path_of(cli, (enum picture_kind)kind)), NULL);
}

void cli_pictures_close(struct pictures *pictures)
{
	int kind;

	for (kind = 0; kind < PICTURES; kind++)
		if (pictures->files[kind] >= 0)
			close(pictures->files[kind]);
	if (pictures->undo >= 0)
		close(pictures->undo);
	while (pictures->child > 0 && waitpid(pictures->child, NULL, 0) < 0 && errno == EINTR)
		;
}
