/* What `protect` makes of a service's file of pam.d(5), and how that is undone. Pure: text in, text out.
 *
 * Every line that it adds is in a marked block. A line that a block replaces stays in it as a comment, so a block can be
 * undone without any other file. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "pam_stack.h"

#define PLAN_TEXT_MAX 65536 /* bytes of a service's file */
#define PLAN_LINES_MAX 2000
#define PLAN_NAME_MAX 64

#define PLAN_BEGIN "# liberations protect: begin; undo it with: liberations unprotect"
#define PLAN_END "# liberations protect: end"
#define PLAN_KEPT "#- "     /* before a line that a block replaces */
#define PLAN_JOINED "#\\ "  /* the same; the backslash at its end was taken away */

/* How a type of lines changes. */
enum form_way {
	FORM_LEAVE = 0, /* not at all */
	FORM_ALL,   /* everybody needs an account */
	FORM_TRY,   /* people without an account go on to the Unix lines */
	FORM_ROOT,  /* auth: root is asked as before, all others need an account; account: as FORM_TRY, and root skips it */
};

struct form {
	const char   *service;
	enum form_way auth, account, password;
	const char   *options; /* of the auth line, as in the example */
	const char   *account_options, *password_options;
	const char   *absent;  /* the whole file for a machine that has none, or NULL: then the service must have one */
};

/* Returns the form of a service; for one that is not in the table `*ret_generic` is true. */
const struct form *cli_form_find(const char *service, bool *ret_generic);
/* Everybody types into one field, and nothing but auth is asked. */
bool cli_form_is_locker(const struct form *form);
/* The type of lines that ask: passwd lets nobody in, it renews. */
enum pam_type cli_form_asks(const struct form *form);
/* NULL after the last one. */
const struct form *cli_form_at(size_t at);

enum plan_result {
	PLAN_CHANGES,   /* `text` is new */
	PLAN_SAME,      /* protect has written it already, or, undoing: it holds no block */
	PLAN_BY_HAND,   /* somebody else wrote pam_liberations into the lines that ask */
	PLAN_REFUSED,   /* see `why` */
};

enum plan_why {
	PLAN_WHY_NONE, PLAN_WHY_CR, PLAN_WHY_LINE, PLAN_WHY_LONG, PLAN_WHY_NO_AUTH, PLAN_WHY_TWO, PLAN_WHY_CONTROL, PLAN_WHY_JUMP,
	PLAN_WHY_AFTER, PLAN_WHY_BLOCK, PLAN_WHY_ELSEWHERE, PLAN_WHY_HALF, PLAN_WHY_JOIN, PLAN_WHY_MEMORY, PLAN_WHYS,
};

struct plan {
	enum plan_result result;
	enum plan_why    why;
	unsigned         line; /* in the old text; 0: none */
	char             name[PLAN_NAME_MAX]; /* PLAN_WHY_ELSEWHERE: the service whose lines are included */
	char            *text; /* the caller frees it */
	size_t           len;
};

struct plan_line {
	size_t        from, len; /* in the text, with its line ends */
	unsigned      number;
	int           kind;      /* 0: nothing, 1: a module, 2: an include, -1: not of pam.d(5) */
	enum pam_type type;      /* PAM_TYPES: of an @include */
	bool          ours, unix_module, simple; /* simple: required or requisite */
	int           jump;      /* the furthest */
	char          name[PLAN_NAME_MAX]; /* what it includes */
};

struct plan_lines {
	const char       *text;
	unsigned          count;
	struct plan_line *list; /* the caller frees it */
};

/* plan_lines.c: cuts a text into logical lines, as libpam does. False: `why` and `line` of `*ret` say what is wrong. */
bool cli_plan_read(const char *text, size_t len, struct plan_lines *lines, struct plan *ret);
/* The line in which a type asks Unix: an include that every distribution has, or pam_unix. -1: none; -2: refused. */
int cli_plan_unix(const struct plan_lines *lines, enum pam_type type, struct plan *ret);

/* Computes the new text of a service's file. */
void cli_plan_protect(const struct form *form, const char *service, const char *text, size_t len, struct plan *ret);
/* plan_undo.c: takes the blocks out again. */
void cli_plan_undo(const char *text, size_t len, struct plan *ret);

/* diff.c: writes a unified diff, three lines around each change. */
void cli_diff_write(FILE *to, const char *path, const char *old, const char *new);

#endif
