/* For whom root works: sudo, doas and pkexec run this command as root for somebody whose sudoers line may allow one verb, and
 * nothing else. */
#ifndef CLI_ON_BEHALF_H
#define CLI_ON_BEHALF_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli.h"

/* Returns true if this process is root because another user may call it, whose uid is then in `*ret`; (uid_t)-1: unknown.
 * A setuid program's environment comes from its caller and is not read. If one variable names root and another a user, the user
 * is the caller, since doas.conf(5) may let a variable of sudo's through. */
bool cli_on_behalf(uid_t *ret);

/* Judges the options that name files. Those that would make root run, make or trust what the caller chose are refused; the
 * configuration is opened with the caller's rights, once, into `cli->config_fd`. CLI_NOT_ALLOWED after one line on standard
 * error. */
enum cli_status cli_on_behalf_judge(struct cli *cli);

/* Takes the caller's rights for good, or keeps its own where no caller exists. False: it could not. */
bool cli_on_behalf_become(void);

/* Opens a file for reading with the caller's rights; as open(2), with more `flags` or 0. */
int cli_on_behalf_open(const char *path, int flags);

/* The same for writing: as open(2), with O_WRONLY and O_CREAT among `flags`. What it makes belongs to the caller. */
int cli_on_behalf_create(const char *path, int flags, mode_t mode);

#endif
