/* sshd's configuration as it would be with one file more. */
#ifndef CLI_SSHD_REHEARSE_H
#define CLI_SSHD_REHEARSE_H

#include <stdbool.h>

#include "place.h"

struct sshd_rehearsal {
	char home[PLACE_PATH];    /* root's alone */
	char config[PLACE_PATH];  /* what sshd is to read */
	char drop_in[PLACE_PATH];
};

/* Writes it: sshd_config(5) takes the first value, so the file is read at the place where `path` would be, among its neighbours.
 * False: see errno; then, too, cli_sshd_rehearsed removes what is there. */
bool cli_sshd_rehearse(const char *path, const char *text, struct sshd_rehearsal *ret);
void cli_sshd_rehearsed(const struct sshd_rehearsal *rehearsal);

#endif
