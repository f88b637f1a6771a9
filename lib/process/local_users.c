#include <liberations/local_users.h>

#include <errno.h>
#include <grp.h>
#include <string.h>

/* The C library leaves a line that does not fit unread, and would refuse it for ever. */
static bool skip_line(FILE *file)
{
	int byte;

	do
		byte = getc(file);
	while (byte != EOF && byte != '\n');
	return byte == '\n';
}

bool lbr_local_user_next(FILE *file, char text[LBR_LOCAL_USER_MAX], struct passwd *ret)
{
	struct passwd *found;
	int error;

	do
		error = fgetpwent_r(file, ret, text, LBR_LOCAL_USER_MAX, &found);
	while (error == ERANGE && skip_line(file));
	return error == 0;
}

bool lbr_local_group_find(const char *name, gid_t *ret)
{
	FILE *file = fopen("/etc/group", "re");
	const struct group *group;
	bool found = false;

	if (file == NULL)
		return false;
	while (!found && (group = fgetgrent(file)) != NULL) {
		found = strcmp(group->gr_name, name) == 0;
		if (found)
			*ret = group->gr_gid;
	}
	(void)fclose(file);
	return found;
}
