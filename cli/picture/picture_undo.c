/* Removes pictures that came to nothing. The command leaves root for good before it knows whether anything will come of them, and
 * the owner of the accounts has no right to a directory of the caller's; so a child with the caller's rights waits. */
#include "picture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "on_behalf.h"

#define PATH_MOST 4096

/* Splits a path in place: the directory, and the name in it. */
static const char *split(char *path, const char **ret_directory)
{
	char *slash = strrchr(path, '/');

	*ret_directory = slash == NULL ? "." : slash == path ? "/" : path;
	if (slash == NULL)
		return path;
	*slash = '\0';
	return slash + 1;
}

static void remove_file(int file, const char *path)
{
	char copy[PATH_MOST];
	const char *directory, *name;
	struct stat made, found;
	int at;

	if (file < 0 || (size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		return;
	name = split(copy, &directory);
	at = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return;
	if (fstat(file, &made) == 0 && fstatat(at, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && made.st_dev == found.st_dev &&
	    made.st_ino == found.st_ino)
		(void)unlinkat(at, name, 0);
	close(at);
}

void cli_picture_undo(const int files[PICTURES], const char *const paths[PICTURES])
{
	int at;

	for (at = 0; at < PICTURES; at++)
		remove_file(files[at], paths[at]);
}

void cli_picture_undo_live(int told, const int files[PICTURES], const char *const paths[PICTURES])
{
	char word;
	int at;

	for (at = STDIN_FILENO; at <= STDERR_FILENO; at++)
		close(at); /* a program that reads the command's output waits for the command alone */
	if (read(told, &word, 1) == 0 && cli_on_behalf_become())
		cli_picture_undo(files, paths);
	_exit(0);
}
