/* The carriers that this host knows: those that ship, and what liberations-carriers(5) adds. */
#ifndef CLI_CARRIERS_LOAD_H
#define CLI_CARRIERS_LOAD_H

#include "carriers.h"
#include "cli.h"

#ifndef LBR_CARRIERS
#define LBR_CARRIERS "/usr/share/liberations/carriers.conf"
#endif

/* Reads both files: the shipped one, then carriers.conf beside the configuration; either may be missing. Call it before root is
 * dropped: the second is opened with the rights of the caller for whom root works. CLI_FAULT after one line on standard error,
 * which shows nothing of a file. */
enum cli_status cli_carriers_load(const struct cli *cli, struct carriers *ret);

/* Says on standard error that a gateway ends, or is not known to work; nothing about one that works. */
void cli_carrier_warn(const struct cli *cli, const struct carrier *carrier);

#endif
