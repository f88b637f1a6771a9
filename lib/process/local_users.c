#include <liberations/local_users.h>

#include <errno.h>

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
