/* The command line of liberations-portal. */
#ifndef PORTAL_ARGUMENTS_H
#define PORTAL_ARGUMENTS_H

#include <stdbool.h>

struct lbr_portal_arguments {
	const char *config;  /* LBR_DEFAULT_PORTAL_CONFIG unless --config */
	const char *readers; /* where the programs are that read HTTP */
	bool        check, help, version;
};

extern const char lbr_portal_usage[], lbr_portal_help[];

/* Reads it. False: it is not understood. `ret` points into `argv`. */
bool lbr_portal_arguments_read(int argc, char **argv, struct lbr_portal_arguments *ret);

#endif
