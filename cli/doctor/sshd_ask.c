/* Has sshd(8) print its configuration. */
#include "sshd_ask.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "finding.h"

/* Debian's: made when the service starts, which has not happened yet where systemd listens for it. */
#define SSHD_EMPTY "/run/sshd"
#define OWN_MODE 0700 /* not the mode that a service gives it */

static int ask(const char *file, char *connection, char ret[SSHD_SETTINGS_MAX])
{
	static char program[] = SSHD, test[] = "-T", with[] = "-f", of[] = "-C";
	char name[FINDING_PATH];
	char *words[7] = { program, test, NULL };
	int count = 2;
	FILE *printed;
	pid_t child;

	snprintf(name, sizeof(name), "%s", file != NULL ? file : "");
	if (file != NULL) {
		words[count++] = with;
		words[count++] = name;
	}
	if (connection != NULL) {
		words[count++] = of;
		words[count++] = connection;
	}
	if (cli_child_read(words, &printed, &child) != 0)
		return -1;
	ret[fread(ret, 1, SSHD_SETTINGS_MAX - 1, printed)] = '\0';
	fclose(printed);
	return cli_child_wait(child);
}

/* systemd gives the directory of a service that starts meanwhile the mode 0755, and its sshd needs it from then on. */
static void remove_unless_taken(void)
{
	struct stat st;

	if (lstat(SSHD_EMPTY, &st) == 0 && (st.st_mode & 07777) == OWN_MODE)
		(void)rmdir(SSHD_EMPTY);
}

/* Without that directory sshd does not even print. */
int cli_sshd_ask(const char *file, char *connection, char ret[SSHD_SETTINGS_MAX])
{
	int status = ask(file, connection, ret);

	if (status != 0 && geteuid() == 0 && mkdir(SSHD_EMPTY, OWN_MODE) == 0) {
		status = ask(file, connection, ret);
		remove_unless_taken();
	}
	return status;
}
