/* What `protect` asks of systemd. */
#ifndef CLI_PROTECT_SYSTEMD_H
#define CLI_PROTECT_SYSTEMD_H

#include <stdbool.h>

/* True: systemd runs this machine. */
bool cli_systemd_runs(void);

/* systemctl(1), quiet; `another`: a second unit, or NULL. True: it succeeds. False also where systemd does not run. */
bool cli_systemctl(const char *verb, const char *unit, const char *another);

#endif
