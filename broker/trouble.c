/* What the database's own words for a fault mean to root. */
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "db_link.h"

void lbr_trouble_set(struct lbr_trouble *trouble, enum lbr_store_cause cause, const char *detail)
{
	size_t at;

	trouble->cause = cause;
	trouble->hint = NULL;
	for (at = 0; at < sizeof(trouble->detail) - 1 && detail[at] != '\0'; at++) {
		unsigned char byte = (unsigned char)detail[at];

		trouble->detail[at] = (char)(byte < 0x80 && isprint(byte) ? byte : '?');
	}
	trouble->detail[at] = '\0';
}

void lbr_trouble_keep(struct lbr_trouble *kept, const struct lbr_trouble *met)
{
	if (kept->cause == LBR_STORE_FINE || (kept->cause == LBR_STORE_NO_SERVER && met->cause != LBR_STORE_NO_SERVER))
		*kept = *met;
}

/* PostgreSQL, appendix A. The first row whose code begins the SQLSTATE counts. */
static const struct {
	const char          *begin;
	enum lbr_store_cause cause;
	bool                 unknown;
} states[] = {
	{"LB001", LBR_STORE_ANOTHER_LINE, false},
	{"LB004", LBR_STORE_NEW_EPOCH, false},
	{"28", LBR_STORE_CREDENTIALS, false},
	{"42501", LBR_STORE_NO_RIGHTS, false},
	{"42", LBR_STORE_SCHEMA, false},
	{"3D", LBR_STORE_SCHEMA, false},
	{"3F", LBR_STORE_SCHEMA, false},
	{"53", LBR_STORE_FULL, false},
	{"55P03", LBR_STORE_NO_ANSWER, false}, /* lock_timeout */
	{"57014", LBR_STORE_NO_ANSWER, true},  /* cancelled: perhaps while it waited for the standby */
	{"57", LBR_STORE_LOST, true},          /* the server ends */
	{"08", LBR_STORE_LOST, true},
	{"25006", LBR_STORE_OLD_PRIMARY, false}, /* read only: a standby */
};

void lbr_trouble_of_state(const char *sqlstate, struct lbr_trouble *trouble, bool *ret_unknown)
{
	char detail[32];
	size_t i;

	*ret_unknown = false;
	(void)snprintf(detail, sizeof(detail), "SQLSTATE %s", sqlstate);
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strncmp(sqlstate, states[i].begin, strlen(states[i].begin)) != 0)
			continue;
		lbr_trouble_set(trouble, states[i].cause, detail);
		*ret_unknown = states[i].unknown;
		return;
	}
	lbr_trouble_set(trouble, LBR_STORE_BROKEN, detail);
}
