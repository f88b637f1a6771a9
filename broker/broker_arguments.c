/* The command line of liberations-store. */
#include "broker_arguments.h"

#include <stdio.h>
#include <string.h>

#include "store_settings.h"

static const char usage[] = "usage: liberations-store [--config FILE] [--admin]\n";

bool lbr_broker_arguments_read(int argc, char **argv, struct lbr_broker_arguments *ret)
{
	int at;

	*ret = (struct lbr_broker_arguments){.config = LBR_DEFAULT_STORE_CONFIG};
	for (at = 1; at < argc; at++) {
		if (strcmp(argv[at], "--config") == 0 && at + 1 < argc)
			ret->config = argv[++at];
		else if (strcmp(argv[at], "--admin") == 0)
			ret->admin = true;
		else
			break;
	}
	if (at == argc)
		return true;
	(void)fputs(usage, stderr);
	return false;
}
