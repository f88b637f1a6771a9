/* What sshd(8) says of its configuration: `sshd -T`. */
#ifndef CLI_SSHD_ASK_H
#define CLI_SSHD_ASK_H

#define SSHD "/usr/sbin/sshd"
#define SSHD_SETTINGS_MAX 65536

/* `file`: NULL, or the configuration to read; `connection`: NULL, or what -C takes. Returns its exit status, as waitpid(2) has it;
 * -1: it did not start. */
int cli_sshd_ask(const char *file, char *connection, char ret[SSHD_SETTINGS_MAX]);

#endif
