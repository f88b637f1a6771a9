/* A key of root's that opens a shell. */
#ifndef CLI_ROOT_KEY_H
#define CLI_ROOT_KEY_H

#include <stdbool.h>

#include "key_line.h"

/* `files`: AuthorizedKeysFile of sshd_config(5). `strict`: StrictModes; a file that somebody else may write holds no key. */
bool cli_root_has_key(const char *home, const char *files, bool strict, const struct key_rules *rules);

#endif
