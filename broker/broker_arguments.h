/* How liberations-store was started. */
#ifndef BROKER_ARGUMENTS_H
#define BROKER_ARGUMENTS_H

#include <stdbool.h>

struct lbr_broker_arguments {
	const char *config;
	bool        admin; /* answers one client, on its standard input, whatever it asks */
};

/* False: wrong, and said so on stderr. */
bool lbr_broker_arguments_read(int argc, char **argv, struct lbr_broker_arguments *ret);

#endif
