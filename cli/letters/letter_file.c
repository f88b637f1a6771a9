/* The file of letters: nobody else's to read, and never half a letter. */
#include "letter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "letter_page.h"
#include "on_behalf.h"
#include "reason.h"
#include "write_all.h"

#define FILE_MODE 0600

/* An existing file is used only if it is empty and no other user can read it, under this name or another. */
static bool is_fit(int fd)
{
	struct stat st;
	uid_t owner;

	(void)cli_on_behalf(&owner);
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 && st.st_nlink == 1 && st.st_uid == owner &&
	       (st.st_mode & 0777) == FILE_MODE;
}

static enum cli_status take_existing(const struct cli *cli, const char *path, struct kept_file *file)
{
	file->fd = cli_on_behalf_create(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	if (file->fd >= 0 && is_fit(file->fd))
		return CLI_DONE;
	return cli_kept_fail(cli, path, EEXIST);
}

enum cli_status cli_letters_create(struct cli *cli, struct letters *letters)
{
	const char *path = cli->letters_to;
	size_t at;
	int error = cli_kept_create(&path, 1, &letters->kept, &at);

	if (error != 0)
		cli_kept_close(&letters->kept);
	if (error == EEXIST)
		return take_existing(cli, path, &letters->kept.file[0]);
	return error == 0 ? CLI_DONE : cli_kept_fail(cli, path, error);
}

/* Once it has a letter, whose account is made next, the file stays. */
static bool is_durable(const struct letters *letters)
{
	if (letters->count > 0)
		return fdatasync(letters->kept.file[0].fd) == 0;
	if (!cli_kept_sync(&letters->kept.file[0]))
		return false;
	cli_kept_keep(&letters->kept);
	return true;
}

bool cli_letter_write(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary, void *context)
{
	struct letters *letters = context;
	static char page[LETTER_PAGE_MAX];
	size_t len = cli_letter_make_page(cli, letters, account, temporary, page);
	bool written = len > 0 && cli_write_all(letters->kept.file[0].fd, page, len) && is_durable(letters);

	lbr_wipe(page, sizeof(page));
	if (written) {
		letters->len += (off_t)len;
		letters->count++;
	} else if (ftruncate(letters->kept.file[0].fd, letters->len) != 0) {
		(void)cli_fail(cli, CLI_FAULT, TEXT_NAMED, cli_safe(cli->letters_to), cli_errno(cli->language, errno), NULL);
	}
	return written;
}
