/* The web portal's configuration, as the command finds it. */
#ifndef CLI_PORTAL_ADDRESS_H
#define CLI_PORTAL_ADDRESS_H

#include "cli.h"
#include "portal_settings.h"

#define CLI_PORTAL_CONFIG_MAX (LBR_PATH_MAX + 16)

/* Writes the path of portal.conf: beside another configuration file than the usual one, its own portal's. */
void cli_portal_config(const struct cli *cli, char ret[CLI_PORTAL_CONFIG_MAX]);

/* Writes the address of the one site where people sign in. "": no portal is configured, its configuration has a fault, or there are
 * several such sites. */
void cli_portal_address(const struct cli *cli, char ret[LBR_ORIGIN_MAX]);

#endif
