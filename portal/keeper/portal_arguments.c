/* The command line of liberations-portal. */
#include "portal_arguments.h"

#include <stddef.h>
#include <string.h>

#include "portal_settings.h"

#ifndef LBR_READERS
#define LBR_READERS "/usr/libexec"
#endif

const char lbr_portal_usage[] = "usage: liberations-portal [--check] [--config FILE] [--readers DIRECTORY]\n"
	"       liberations-portal --help | --version\n";

const char lbr_portal_help[] = "\n"
	"Serves the sign-in pages and the gate of the web applications in portal.conf(5).\n"
	"It stays in the foreground, under any supervisor.\n"
	"\n"
	"  --check               judge the configuration and its files, name every fault, end\n"
	"  --config FILE         another configuration than " LBR_DEFAULT_PORTAL_CONFIG "\n"
	"  --readers DIRECTORY   where the programs are that read HTTP (" LBR_READERS ")\n"
	"\n"
	"liberations-portal(8) says more.\n";

static bool take_flag(const char *word, struct lbr_portal_arguments *arguments)
{
	bool *flag = strcmp(word, "--check") == 0 ? &arguments->check
	           : strcmp(word, "--help") == 0 ? &arguments->help
	           : strcmp(word, "--version") == 0 ? &arguments->version : NULL;

	if (flag == NULL || *flag)
		return false;
	*flag = true;
	return true;
}

bool lbr_portal_arguments_read(int argc, char **argv, struct lbr_portal_arguments *ret)
{
	int at;

	*ret = (struct lbr_portal_arguments){ .config = LBR_DEFAULT_PORTAL_CONFIG, .readers = LBR_READERS };
	for (at = 1; at < argc; at++) {
		const char **value = strcmp(argv[at], "--config") == 0 ? &ret->config
		                   : strcmp(argv[at], "--readers") == 0 ? &ret->readers : NULL;

		if (value == NULL && take_flag(argv[at], ret))
			continue;
		if (value == NULL || at + 1 == argc || argv[at + 1][0] == '\0')
			return false;
		*value = argv[++at];
	}
	return true;
}
