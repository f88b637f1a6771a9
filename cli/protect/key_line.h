/* A line of authorized_keys, as sshd(8) reads it. Pure. */
#ifndef CLI_KEY_LINE_H
#define CLI_KEY_LINE_H

#include <stdbool.h>

struct key_rules {
	const char *accepted; /* PubkeyAcceptedAlgorithms, as sshd prints it; "": not known */
	unsigned    rsa_bits; /* RequiredRSASize */
};

/* Whether the line is a key that sshd takes and that opens a shell: one with a command of its own, as cloud images have it for root
 * to say who to sign in as, opens none. */
bool cli_key_line_opens(const char *line, const struct key_rules *rules);

#endif
