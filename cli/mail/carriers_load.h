/* The carriers that this host knows: those that ship, and what liberations-carriers(5) adds. */
#ifndef CLI_CARRIERS_LOAD_H
#define CLI_CARRIERS_LOAD_H

#include "carriers.h"
#include "cli.h"

/* Reads both files: the shipped one, then carriers.conf beside the configuration; either may be missing. CLI_FAULT after one line
 * on standard error, which shows nothing of a file. Call it before root is dropped: a configuration that the caller of sudo names is
 * looked beside with the caller's rights. */
enum cli_status cli_carriers_load(const struct cli *cli, struct carriers *ret);

#endif
