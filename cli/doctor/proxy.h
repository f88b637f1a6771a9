/* What `doctor` says of nginx and Apache: their files as a tree, and the judges of each. */
#ifndef CLI_DOCTOR_PROXY_H
#define CLI_DOCTOR_PROXY_H

#include "doctor.h"
#include "proxy_tree.h"

typedef unsigned proxy_reader(const char *text, size_t len, const char *path, struct proxy_tree *tree, struct proxy_node *into);

struct proxy_kind {
	const char   *check;
	proxy_reader *read;
	const char   *include, *include_too; /* the directives that name other files */
	bool          has_root;              /* ServerRoot: where a relative name begins */
};

/* proxy_files.c: reads `path` and all that it includes. What cannot be read is a finding. False: nothing to judge. */
bool cli_proxy_load(struct doctor *on, const struct proxy_kind *kind, const char *path, struct proxy_tree *ret);

/* proxy_service.c: which module judges the auth lines of a service of pam.d(5), those of files that it includes as well. */
enum proxy_service { SERVICE_ABSENT, SERVICE_OTHER, SERVICE_OURS };
enum proxy_service cli_proxy_service(const struct doctor *on, const char *name);

/* proxy_fix.c: the commands that repair. PROXY_FIX holds a script, and a path in which each byte is a quote. */
#define PROXY_FIX (4 * FINDING_PATH + 1088)
/* Writes a command of at most 64 bytes with `path` as its last word, whatever characters the name has. */
const char *cli_proxy_command(const char *command, const char *path, char ret[PROXY_FIX]);
/* Opens an editor at that line. */
const char *cli_proxy_edit(const char *path, unsigned line, char ret[PROXY_FIX]);
/* Repairs the directive `node`: `script` is a sed(1) program for its line. NULL, or one that a shell would misread: an editor. */
const char *cli_proxy_fix(const struct proxy_node *node, const char *script, char ret[PROXY_FIX]);
/* Puts `text` in front of the directive. */
const char *cli_proxy_fix_before(const struct proxy_node *node, const char *text, char ret[PROXY_FIX]);

/* A path or a word that a shell and sed take as it is. */
bool cli_proxy_is_plain(const char *text);

/* Whether a server that listens there is out of reach of other machines: "127.0.0.1:80", "[::1]:80", "unix:/run/x". */
bool cli_proxy_is_local(const char *address);

/* doctor_nginx.c, doctor_apache.c: called as root. */
void cli_doctor_nginx(struct doctor *on);
void cli_doctor_apache(struct doctor *on);

#endif
