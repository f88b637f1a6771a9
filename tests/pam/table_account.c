/* pam_acct_mgmt without a sign-in (cron, keys, su from root), and pam_chauthtok without one (passwd). */
#include <stddef.h>

#include "table.h"

#define UNREADABLE "damaged damaged-counters no-counters"

static const struct table_answers none[] = {
	{"none", {NULL}},
	{NULL, {NULL}},
};

static const struct table_rule account_rules[] = {
	{"disabled", "*", PAM_ACCT_EXPIRED},
	{"unknown " UNREADABLE, "*", PAM_PERM_DENIED},
	{"*", "*", PAM_SUCCESS},
};

static const struct table_rule account_ignore_rules[] = {
	{"disabled", "*", PAM_ACCT_EXPIRED},
	{"unknown", "*", PAM_USER_UNKNOWN},
	{UNREADABLE, "*", PAM_PERM_DENIED},
	{"*", "*", PAM_SUCCESS},
};

static const struct table_rule account_always_rules[] = {
	{"disabled", "*", PAM_ACCT_EXPIRED},
	{"unknown " UNREADABLE, "*", PAM_PERM_DENIED},
	{"expired must-change temporary pending ended ended-pending", "*", PAM_NEW_AUTHTOK_REQD},
	{"*", "*", PAM_SUCCESS},
};

const struct table_part table_account[] = {
	{"", 0, TABLE_ACCOUNT, none, account_rules},
	{"", PAM_SILENT, TABLE_ACCOUNT, none, account_rules},
	{"expired=auth", 0, TABLE_ACCOUNT, none, account_rules},
	{"unknown=ignore", 0, TABLE_ACCOUNT, none, account_ignore_rules},
	{"expired=always", 0, TABLE_ACCOUNT, none, account_always_rules},
	{NULL, 0, TABLE_ACCOUNT, NULL, NULL},
};

static const struct table_answers change[] = {
	{"right", {"P", "C", "N", "N"}},
	{"wrong-password", {"X", "C", "N", "N"}},
	{"wrong-code", {"P", "W", "N", "N"}},
	{"empty-code", {"P", "", "N", "N"}},
	{"empty-password", {"", "C", "N", "N"}},
	{"no-new", {"P", "C"}},
	{"null-new", {"P", "C", "-"}},
	{"short", {"P", "C", "S", "S", "S"}},
	{"same", {"P", "C", "P", "P", "P"}},
	{"unlike", {"P", "C", "N", "M", "N", "M", "N", "M"}},
	{"third-try", {"P", "C", "S", "N", "M", "N", "N"}},
	{"nothing", {NULL}},
	{NULL, {NULL}},
};

/* Whose password may change now: long enough in force, or to be changed. A pending token waits for a sign-in. */
#define CHANGEABLE "old expired must-change temporary"

static const struct table_rule change_rules[] = {
	{"*", "nothing", PAM_AUTHTOK_ERR}, /* asked before anybody knows the account */
	{UNREADABLE, "*", PAM_TRY_AGAIN},
	{"*", "wrong-password wrong-code empty-code empty-password", PAM_AUTHTOK_RECOVERY_ERR},
	{CHANGEABLE, "right third-try", PAM_SUCCESS},
	{CHANGEABLE, "*", PAM_AUTHTOK_ERR},
	/* The minimum age is told to one who proved to be that person. */
	{"own throttled-console locked-console", "*", PAM_AUTHTOK_ERR},
	{"*", "*", PAM_AUTHTOK_RECOVERY_ERR},
};

static const struct table_rule change_ignore_rules[] = {
	{"unknown", "*", PAM_USER_UNKNOWN},
	{UNREADABLE, "*", PAM_TRY_AGAIN},
	{"*", "nothing", PAM_AUTHTOK_ERR},
	{"*", "wrong-password wrong-code empty-code empty-password", PAM_AUTHTOK_RECOVERY_ERR},
	{CHANGEABLE, "right third-try", PAM_SUCCESS},
	{CHANGEABLE, "*", PAM_AUTHTOK_ERR},
	{"own throttled-console locked-console", "*", PAM_AUTHTOK_ERR},
	{"*", "*", PAM_AUTHTOK_RECOVERY_ERR},
};

/* Only what has expired: nothing to do is no failure. */
static const struct table_rule change_expired_rules[] = {
	{UNREADABLE, "*", PAM_TRY_AGAIN},
	{"own old used own-pending disabled throttled throttled-console locked locked-console", "*", PAM_SUCCESS},
	{"*", "nothing", PAM_AUTHTOK_ERR},
	{"*", "wrong-password wrong-code empty-code empty-password", PAM_AUTHTOK_RECOVERY_ERR},
	{CHANGEABLE, "right third-try", PAM_SUCCESS},
	{CHANGEABLE, "*", PAM_AUTHTOK_ERR},
	{"*", "*", PAM_AUTHTOK_RECOVERY_ERR},
};

const struct table_part table_change[] = {
	{"", 0, TABLE_CHANGE, change, change_rules},
	{"unknown=ignore", 0, TABLE_CHANGE, change, change_ignore_rules},
	{"", PAM_CHANGE_EXPIRED_AUTHTOK, TABLE_CHANGE, change, change_expired_rules},
	{NULL, 0, TABLE_CHANGE, NULL, NULL},
};
