/* The Match blocks of sshd's configuration, each with a connection that it is for. */
#ifndef CLI_SSHD_MATCH_H
#define CLI_SSHD_MATCH_H

#include <stdbool.h>
#include <stdio.h>

#define SSHD_HOME "/etc/ssh/"     /* from where relative names of an Include begin */
#define SSHD_BLANKS " \t\r\n=\"" /* between the words of its configuration */
#define SSHD_WORD_MAX 128
#define SSHD_PATH_MAX 512

/* The words of `sshd -C`. A criterion that is not named in the block has a value that no real connection needs. */
struct sshd_connection {
	bool known; /* false: no such connection was found: a group without members, a criterion that is not known */
	char user[SSHD_WORD_MAX], host[SSHD_WORD_MAX], address[SSHD_WORD_MAX], local_address[SSHD_WORD_MAX];
	char local_port[SSHD_WORD_MAX], domain[SSHD_WORD_MAX];
};

typedef void sshd_match_found(void *context, const struct sshd_connection *to, const char *path, unsigned number);

/* Calls `found` for each block of the file `path`, NULL for sshd's own, and of the files that it includes, in sshd's order;
 * `number` is the line. Looks up groups, so call it before root is left. */
void cli_sshd_matches(const char *path, sshd_match_found *found, void *context);

/* Would sshd's own configuration include that file, if it were there? */
bool cli_sshd_reads(const char *wanted);

/* The first line outside of Match blocks that has the keyword of `line`, in the files that sshd reads. False: none, and the path is
 * left alone. */
bool cli_sshd_sets(const char *line, char ret_path[SSHD_PATH_MAX], unsigned *ret_number);

#endif
