/* pam_authenticate. Only a remote lane here: no PAM_TTY is set. */
#include <stddef.h>

#include "table.h"

/* Accounts whose owner may come in, whatever account management says afterwards. */
#define OPEN "own old expired must-change throttled-console locked-console"
/* Accounts that a right temporary password opens for the first sign-in. */
#define INVITED "temporary pending"

static const struct table_answers two[] = {
	{"right", {"P", "C"}},
	{"wrong-code", {"P", "W"}},
	{"wrong-password", {"X", "C"}},
	{"both-wrong", {"X", "W"}},
	{"no-code", {"P", ""}},
	{"no-password", {"", "C"}},
	{"nothing", {"", ""}},
	{"whole-then-code", {"V", "C"}},
	{"first-time", {"P", "C", "N", "N"}},
	{"first-time-asked", {"P", "", "C", "N", "N"}},
	{"one-null", {"V", "-"}},
	{"one-error", {"V", "!"}},
	{"one-twice", {"V", "V"}},
	{"password-null", {"P", "-"}},
	{"password-twice", {"P", "P"}},
	{"broken", {"!"}},
	{NULL, {NULL}},
};

/* entry=auto: one answer, in whatever way it comes, is split. One who is invited is asked for more, which breaks off. */
static const struct table_rule auto_rules[] = {
	{"*", "broken", PAM_CONV_ERR},
	{OPEN, "right first-time one-null one-error one-twice", PAM_SUCCESS},
	{INVITED, "first-time first-time-asked", PAM_SUCCESS},
	{INVITED, "right no-code", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

/* expired=auth: what account management would have asked is asked here; one answer leaves nobody to ask. */
static const struct table_rule expired_rules[] = {
	{"*", "broken", PAM_CONV_ERR},
	{"expired must-change", "first-time", PAM_SUCCESS},
	{"expired must-change", "right", PAM_CONV_ERR},
	{"expired must-change", "*", PAM_AUTH_ERR},
	{OPEN, "right first-time one-null one-error one-twice", PAM_SUCCESS},
	{INVITED, "first-time first-time-asked", PAM_SUCCESS},
	{INVITED, "right no-code", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

static const struct table_rule separate_rules[] = {
	{"*", "broken one-null one-error password-null", PAM_CONV_ERR},
	{OPEN, "right first-time", PAM_SUCCESS},
	{INVITED, "first-time first-time-asked", PAM_SUCCESS},
	{INVITED, "right no-code", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

static const struct table_rule combined_rules[] = {
	{"*", "broken", PAM_CONV_ERR},
	{OPEN, "one-null one-error one-twice whole-then-code", PAM_SUCCESS},
	{"*", "*", PAM_AUTH_ERR},
};

/* No account here is no fault there; a damaged one is no unknown one. */
static const struct table_rule ignore_rules[] = {
	{"*", "broken", PAM_CONV_ERR},
	{"unknown", "*", PAM_USER_UNKNOWN},
	{OPEN, "right first-time one-null one-error one-twice", PAM_SUCCESS},
	{INVITED, "first-time first-time-asked", PAM_SUCCESS},
	{INVITED, "right no-code", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

/* With PAM_SILENT, or enroll=no: no first sign-in. */
static const struct table_rule silent_rules[] = {
	{"*", "broken", PAM_CONV_ERR},
	{OPEN, "right first-time one-null one-error one-twice", PAM_SUCCESS},
	{"*", "*", PAM_AUTH_ERR},
};

/* factors=password: no code is asked; the used one and its lock do not matter, a locked lane does. */
static const struct table_answers password_answers[] = {
	{"right", {"P"}}, {"wrong", {"X"}}, {"empty", {""}}, {"whole", {"V"}}, {"null", {"-"}}, {"broken", {"!"}},
	{"first-time", {"P", "C", "N", "N"}}, {"proven", {"P", "P", "C", "N", "N"}}, {NULL, {NULL}},
};
static const struct table_rule password_rules[] = {
	{"*", "broken null", PAM_CONV_ERR},
	{OPEN " used", "right first-time proven", PAM_SUCCESS},
	{INVITED, "first-time", PAM_SUCCESS},
	{"pending", "proven", PAM_SUCCESS}, /* the first try at the code was none */
	{INVITED, "right", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

/* The same with expired=auth: one who has the password alone gets no new one; old password and code are asked. */
static const struct table_rule password_expired_rules[] = {
	{"*", "broken null", PAM_CONV_ERR},
	{"expired must-change", "proven", PAM_SUCCESS},
	{"expired must-change", "right", PAM_CONV_ERR},
	{"expired must-change", "*", PAM_AUTH_ERR},
	{OPEN " used", "right first-time proven", PAM_SUCCESS},
	{INVITED, "first-time", PAM_SUCCESS},
	{"pending", "proven", PAM_SUCCESS}, /* the first try at the code was none */
	{INVITED, "right", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

/* factors=token password=stack: another module judged the password. */
static const struct table_answers token_answers[] = {
	{"right", {"C"}}, {"wrong", {"W"}}, {"empty", {""}}, {"password", {"P"}}, {"null", {"-"}}, {"broken", {"!"}},
	{"empty-wrong", {"", "X"}}, {"empty-password", {"", "P"}}, {"first-time", {"", "P", "C", "N", "N"}},
	{"code-first", {"C", "P", "N", "N"}}, {"code-then-wrong", {"C", "X"}}, {"code-twice", {"C", "C"}}, {NULL, {NULL}},
};
/* An empty token is followed by a question for the password, no matter who it is: the guide's second step. A right code of somebody
 * invited whose token is confirmed is followed by it as well. */
static const struct table_rule token_rules[] = {
	{"*", "broken null empty", PAM_CONV_ERR},
	{OPEN, "right code-first code-then-wrong code-twice", PAM_SUCCESS},
	{INVITED, "first-time", PAM_SUCCESS},
	{INVITED, "empty-password", PAM_CONV_ERR},
	{"temporary", "code-first", PAM_SUCCESS},
	{"temporary", "right", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

/* factors=token alone: nobody has judged a password, so nothing is right. */
static const struct table_rule refused_rules[] = {
	{"*", "broken null", PAM_CONV_ERR},
	{"*", "*", PAM_AUTH_ERR},
};

/* use_first_pass with nothing there. */
static const struct table_rule no_first_pass_rules[] = {
	{"*", "*", PAM_AUTH_ERR},
};

const struct table_part table_auth[] = {
	{"", 0, TABLE_AUTHENTICATE, two, auto_rules},
	{"language=fr messages=ascii qr=none", PAM_DISALLOW_NULL_AUTHTOK, TABLE_AUTHENTICATE, two, auto_rules},
	{"expired=auth", 0, TABLE_AUTHENTICATE, two, expired_rules},
	{"entry=separate", 0, TABLE_AUTHENTICATE, two, separate_rules},
	{"entry=combined", 0, TABLE_AUTHENTICATE, two, combined_rules},
	{"unknown=ignore", 0, TABLE_AUTHENTICATE, two, ignore_rules},
	{"", PAM_SILENT, TABLE_AUTHENTICATE, two, silent_rules},
	{"enroll=no", 0, TABLE_AUTHENTICATE, two, silent_rules},
	{"factors=password", 0, TABLE_AUTHENTICATE, password_answers, password_rules},
	{"factors=password expired=auth", 0, TABLE_AUTHENTICATE, password_answers, password_expired_rules},
	{"factors=token password=stack", 0, TABLE_AUTHENTICATE, token_answers, token_rules},
	{"factors=token", 0, TABLE_AUTHENTICATE, token_answers, refused_rules},
	{"use_first_pass", 0, TABLE_AUTHENTICATE, password_answers, no_first_pass_rules},
	{NULL, 0, TABLE_AUTHENTICATE, NULL, NULL},
};
