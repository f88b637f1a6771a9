/* Records for the kernel's audit trail, where this was built with libaudit: what a verb did to an account, as useradd(8) and
 * passwd(1) leave them. The kernel takes them only from a process that holds CAP_AUDIT_WRITE, and the command gives up root before
 * it does its work; so a child that was forked before keeps that capability and nothing else. What goes wrong with a record never
 * changes how a verb ends. */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include <stdbool.h>

#include "cli.h"

#ifndef LBR_NO_AUDIT

/* Starts the child, if this process is root, the verb leaves records and the kernel takes them. Call it before root is dropped and
 * before a secret is in memory. `tty`: a path without characters that mean something in a record, or "". */
void cli_audit_begin(const struct cli *cli, const char *tty);

/* Leaves the record about the account `name`; of protect and unprotect, about the service `name`. NULL, or a word that cannot be a
 * name: the record says "?". */
void cli_audit_record(const char *name, bool done);

/* Ends the child, and returns how many records it could not hand to the kernel or has not yet. */
unsigned cli_audit_end(void);

#else

static inline void cli_audit_begin(const struct cli *cli, const char *tty)
{
	(void)cli;
	(void)tty;
}

static inline void cli_audit_record(const char *name, bool done)
{
	(void)name;
	(void)done;
}

static inline unsigned cli_audit_end(void)
{
	return 0;
}

#endif
#endif
