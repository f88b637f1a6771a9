/* Which kind of record a verb leaves: what shadow-utils and faillock(8) leave for the same. liberations(8) has this as a table. */
#include "audit_parts.h"

#include <stddef.h>
#include <string.h>

#include <libaudit.h>

/* The first row that fits; `option`: it fits with this option alone. notify and message change no account. */
static const struct { const char *verb; cli_options option; int kind; } kinds[] = {
	{ "enroll", 0, AUDIT_ADD_USER }, { "invite", CLI_RENEW, AUDIT_USER_CHAUTHTOK }, { "invite", 0, AUDIT_ADD_USER },
	{ "restore", 0, AUDIT_ADD_USER }, { "remove", 0, AUDIT_DEL_USER },
	{ "passwd", 0, AUDIT_USER_CHAUTHTOK }, { "reset-token", 0, AUDIT_USER_CHAUTHTOK },
	{ "recovery-codes", 0, AUDIT_USER_CHAUTHTOK },
	{ "disable", 0, AUDIT_ACCT_LOCK }, { "enable", 0, AUDIT_ACCT_UNLOCK },
	{ "protect", 0, AUDIT_USYS_CONFIG }, { "unprotect", 0, AUDIT_USYS_CONFIG },
	{ "notify", 0, 0 }, { "message", 0, 0 },
};

int cli_audit_kind(const struct cli *cli)
{
	size_t at;

	for (at = 0; at < sizeof(kinds) / sizeof(kinds[0]); at++)
		if (strcmp(kinds[at].verb, cli->verb->name) == 0 &&
		    (kinds[at].option == 0 || (cli->options & kinds[at].option) != 0))
			return kinds[at].kind;
	return AUDIT_USER_MGMT;
}
