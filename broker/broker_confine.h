/* What the broker does to its own process: it speaks to a database over the network, so it gives up whatever that does not need. */
#ifndef BROKER_CONFINE_H
#define BROKER_CONFINE_H

#include <liberations/error.h>

#include "store_settings.h"

#define LBR_BROKER_CLIENTS_MAX 512 /* programs that ask at the same time */

/* Empties the environment, and bounds the process. First of all, with one thread. LBR_ERR_SYSTEM. */
enum lbr_error lbr_broker_harden(struct lbr_reason *reason);

/* Gives up files and system calls, once everything is open that must be written, as the user who stays, before the first other
 * thread. What is left: reading beneath /etc, where the resolver's file is, and where the files of store.conf are; connections to
 * the network and to sockets of this host; threads. Any other call ends the process. A kernel that lacks one of the two is no
 * error, and the log says so. LBR_ERR_SYSTEM: the kernel refused; exit. */
enum lbr_error lbr_broker_confine(const struct lbr_store_settings *settings, struct lbr_reason *reason);

/* broker_calls.c: the system calls alone. LBR_ERR_ABSENT: this kernel or processor filters none. LBR_ERR_SYSTEM. */
enum lbr_error lbr_broker_confine_calls(struct lbr_reason *reason);

#endif
