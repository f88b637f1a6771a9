/* A key of root's that opens a shell. */
#ifndef CLI_ROOT_KEY_H
#define CLI_ROOT_KEY_H

#include <stdbool.h>

/* `files`: AuthorizedKeysFile of sshd_config(5). `strict`: StrictModes; a file that somebody else may write holds no key. */
bool cli_root_has_key(const char *home, const char *files, bool strict);

/* Whether a line of authorized_keys is a key that opens a shell: one with a command of its own, as cloud images have it for root to
 * say who to sign in as, opens none. */
bool cli_root_key_opens(const char *line);

#endif
