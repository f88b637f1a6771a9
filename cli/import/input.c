#include "input.h"

#include <pwd.h>
#include <string.h>

#define SIZE_MOST (64 << 20) /* bytes */

static void find_owner(struct import_input *input)
{
	const struct passwd *user = input->file.owner != 0 ? getpwuid(input->file.owner) : NULL;

	if (user != NULL && strlen(user->pw_name) < sizeof(input->owner_name))
		memcpy(input->owner_name, user->pw_name, strlen(user->pw_name) + 1);
}

enum cli_status cli_import_input_read(const struct cli *cli, const char *path, bool with_owner, struct import_input *ret)
{
	enum cli_status status;

	ret->owner_name[0] = '\0';
	status = cli_whole_file_read(cli, path, SIZE_MOST, &ret->file);
	if (status != CLI_DONE)
		return status;
	if (ret->file.len > SIZE_MOST)
		return cli_fail(cli, CLI_FAULT, TEXT_IMPORT_BIG, cli_safe(path), NULL);
	if (with_owner)
		find_owner(ret);
	return CLI_DONE;
}
