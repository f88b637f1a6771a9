/* A service's file in /etc/pam.d, and what `protect` keeps about it in a directory that root alone can change. */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "cli.h"

#define PLACE_PAM "/etc/pam.d"
#define PLACE_PATH 512

struct service_file {
	char        path[PLACE_PATH]; /* where the file is, or is to be */
	bool        exists;           /* there; else the text is the vendor's, or empty */
	bool        found;            /* there, or in a directory of the distribution's */
	char       *text;             /* ends with a NUL; the caller frees it with cli_place_free */
	size_t      len;
	int         fd;
	struct stat st;
};

/* Reads the service's file. A link, a file that another user owns or may write, and one that is too long are refused. CLI_FAULT
 * or CLI_NO after one line on standard error. */
enum cli_status cli_place_read(const struct cli *cli, const char *service, struct service_file *ret);
/* The same for the end of a switch, when no person can settle it: reads a link's target too, and a file that another user owns or
 * may write. What is written is root's alone, and takes the place of the link. */
enum cli_status cli_place_read_any(const struct cli *cli, const char *service, struct service_file *ret);
void cli_place_free(struct service_file *place);

/* CLI_NO after one line on standard error: somebody changed the file since it was read. */
enum cli_status cli_place_check(const struct cli *cli, const struct service_file *place);

/* Puts a text in place of the file that was read, durably, and completely or not at all; owner, mode and extended attributes
 * stay. `text` NULL removes the file. CLI_NO: somebody changed the file meanwhile. Else as cli_place_read. `*ret_done`: it is in
 * force, also when CLI_FAULT says that it may be lost with the power. */
enum cli_status cli_place_write(const struct cli *cli, const struct service_file *place, const char *text, size_t len,
                                bool *ret_done);
/* Makes durable what an earlier run may have left half so. */
enum cli_status cli_place_settle(const struct cli *cli, const struct service_file *place);
/* An attribute that the new file gets from the old one: labels and rights, but no hash or signature of the old text. */
bool cli_place_attribute_stays(const char *name);

/* place_fail.c. CLI_FAULT after one line on standard error, with what to do about the errno number. */
enum cli_status cli_place_fail(const struct cli *cli, const char *path, int error);
enum cli_status cli_place_fail_kept(const struct cli *cli, int error);
/* Could the file be replaced, and is it the only one that must be? Changes nothing. CLI_FAULT or CLI_NO after one line on standard
 * error. */
enum cli_status cli_place_judge_replace(const struct cli *cli, const struct service_file *place);

/* Opens and locks the directory of what is kept; makes it first. `wait`: until another process has ended. `*ret_fd` is closed to
 * unlock it. CLI_NO: another process is at work. CLI_FAULT: errno says why. */
enum cli_status cli_kept_open(const struct cli *cli, bool wait, int *ret_fd);

/* Opens it to look, if it exists, and locks nothing; -1: it does not. */
int cli_kept_look(void);

/* "SERVICE.before" and so on: writes durably, reads (NULL: there is none that can be read whole; the caller frees it), removes;
 * tells whether there is one, which may be one that cannot be read. */
bool cli_kept_put(int fd, const char *service, const char *what, const char *text, size_t len);
char *cli_kept_get(int fd, const char *service, const char *what, size_t *ret_len);
bool cli_kept_has(int fd, const char *service, const char *what);
bool cli_kept_drop(int fd, const char *service, const char *what);

/* The directory, and the path of one, for people. */
const char *cli_kept_home(char ret[PLACE_PATH]);
const char *cli_kept_path(const char *service, const char *what, char ret[PLACE_PATH]);

#endif
