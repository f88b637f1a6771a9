/* What the command and its child tell each other, and what each of the room's files gives the others. */
#ifndef CLI_AUDIT_PARTS_H
#define CLI_AUDIT_PARTS_H

#include <stdbool.h>

#include <liberations/name.h>

#include "cli.h"

/* A packet to the child. It names no verb: the child was forked for one. */
struct audit_packet {
	unsigned char done;
	char          name[LBR_NAME_MAX + 1]; /* ending with a NUL; "": none */
};

/* The kind of a verb's records, as libaudit.h numbers them; 0: it leaves none. */
int cli_audit_kind(const struct cli *cli);

/* The child's work: `link` brings packets until its end, and then takes how many could not be sent; `kernel` is an audit socket. */
void cli_audit_serve(int link, int kernel, int kind, const char *verb, const char *tty) __attribute__((noreturn));

/* Returns true if this process may write records. */
bool cli_audit_allowed(void);

/* Closes every descriptor but these two, which become 0 and 1. Drops every capability but CAP_AUDIT_WRITE, and then every system
 * call that writing records does not need. False: the capabilities are not dropped, and the caller must exit. */
bool cli_audit_confine(int link, int kernel);

#endif
