/* What --from may name. The exports of apps are told apart by their content. */
#include "found.h"

#include <string.h>

static const struct { const char *name; import_read *read; } kinds[] = {
	{ "google-authenticator", cli_import_google_authenticator }, { "oath", cli_import_oath },
	{ "shadow", cli_import_shadow }, { "opasswd", cli_import_opasswd }, { "otpauth", cli_import_otpauth },
	{ "otpauth-migration", cli_import_otpauth }, { "aegis", cli_import_otpauth }, { "andotp", cli_import_otpauth },
	{ "2fas", cli_import_otpauth }, { "freeotp", cli_import_otpauth }, { "bitwarden", cli_import_otpauth },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *cli_import_kind_name(size_t at)
{
	return at < KINDS ? kinds[at].name : NULL;
}

import_read *cli_import_reader(const char *kind)
{
	size_t at;

	for (at = 0; at < KINDS; at++)
		if (strcmp(kinds[at].name, kind) == 0)
			return kinds[at].read;
	return NULL;
}
