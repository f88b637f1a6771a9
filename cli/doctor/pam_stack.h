/* A service of pam.d(5) as libpam reads it: includes put in place, control values spelt out. */
#ifndef CLI_PAM_STACK_H
#define CLI_PAM_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "finding.h"

#define PAM_CODES 32        /* what a module may return */
#define PAM_STACK_MAX 256   /* lines of one service */
#define PAM_WORDS_MAX 24
#define PAM_LINE_TEXT 1024

enum pam_type { PAM_TYPE_AUTH = 0, PAM_TYPE_ACCOUNT, PAM_TYPE_PASSWORD, PAM_TYPE_SESSION, PAM_TYPES };

/* A positive action jumps over so many lines. */
enum pam_action { PAM_ACT_PASS = 0, PAM_ACT_OK = -1, PAM_ACT_DONE = -2, PAM_ACT_BAD = -3, PAM_ACT_DIE = -4, PAM_ACT_RESET = -5 };

/* What a module returns, by libpam's numbers. */
enum pam_code {
	CODE_SUCCESS = 0, CODE_PERM_DENIED = 6, CODE_AUTH_ERR = 7, CODE_AUTHINFO_UNAVAIL = 9, CODE_USER_UNKNOWN = 10,
	CODE_MAXTRIES = 11, CODE_NEW_AUTHTOK = 12, CODE_ACCT_EXPIRED = 13, CODE_CONV_ERR = 19, CODE_AUTHTOK_ERR = 20,
	CODE_AUTHTOK_RECOVER_ERR = 21, CODE_TRY_AGAIN = 24,
	CODE_PASSED = 25, /* what a module returns that has nothing to say */
	CODE_MODULE_UNKNOWN = 28,
	CODE_CONV_AGAIN = 30, /* from here on: not over yet */
};

struct pam_line {
	enum pam_type type;
	unsigned      level;      /* of substacks around it */
	bool          substack;   /* opens one: the lines that follow have a higher level */
	bool          may_miss;   /* "-auth": a module that is not installed is passed over */
	int           actions[PAM_CODES];
	char          path[FINDING_PATH]; /* the file that has it */
	unsigned      number;
	char          text[PAM_LINE_TEXT]; /* cut into words */
	const char   *module;     /* as written; NULL for a substack */
	int           count;
	const char   *words[PAM_WORDS_MAX];
};

struct pam_stack {
	const char      *service;
	unsigned         count;
	struct pam_line *lines;   /* PAM_STACK_MAX of them */
	unsigned         own;     /* so many come from the service's own file; the others from `other` */
};

/* Reads the control field, "required" or "[success=1 default=ignore]", into a line's actions. False: libpam would refuse it. */
bool cli_pam_control_read(const char *control, int ret[PAM_CODES]);

/* Cuts one logical line into `ret`. 0: empty; 1: a module; 2: an include, whose file is `*ret_file`; -1: not of pam.d(5). */
int cli_pam_line_read(const char *text, struct pam_line *ret, const char **ret_file);

/* How a physical line goes on in the next one, after one that did or did not. libpam joins lines over a backslash that blanks
 * follow, and over an empty line or a comment between the two; what looks like two lines is one then, with no module for the
 * second. */
enum pam_join { PAM_JOIN_NONE = 0, PAM_JOIN_NEXT, PAM_JOIN_HIDDEN };
enum pam_join cli_pam_join(const char *line, size_t len, enum pam_join before);

/* Returns true if the line is of that module, whatever its directory: "pam_unix.so". */
bool cli_pam_is(const struct pam_line *line, const char *module);
bool cli_pam_is_ours(const struct pam_line *line);
bool cli_pam_has_word(const struct pam_line *line, const char *word);

/* Reads a service from `directories` (ending with NULL), and tells `to` what is wrong with it. False: there is no such service. */
bool cli_pam_stack_read(const char *const *directories, const char *service, struct pam_stack *ret, struct findings *to);

/* pam_judge.c: judges a service that was read. `named`: the caller named it, so it is judged even without pam_liberations. */
void cli_pam_judge(const struct pam_stack *stack, bool named, struct findings *to);

/* The path of pam_liberations where libpam loads it from. */
const char *cli_pam_own_module(void);

/* doctor_pam.c: true if the file can be read and a line of it, without its newline, is one. */
bool cli_pam_any_line(const char *path, bool (*is)(const char *line));

/* doctor_release.c: whether the program or module `path`, if it exists, is of this command's release. */
void cli_release_judge(const char *path, struct findings *to);

/* pam_outcomes.c: writes the codes that the line's module may return, and returns their number. */
unsigned cli_pam_outcomes(const struct pam_line *line, int ret[PAM_CODES]);

/* pam_walk.c: what a walk over all outcomes of one type's lines found about a line. */
enum pam_fault {
	PAM_FAULT_BEFORE = 1,   /* says yes before pam_liberations has judged */
	PAM_FAULT_OVER = 2,     /* jumps over pam_liberations, and the answer can be yes */
	PAM_FAULT_OVERRULED = 4, /* ours: it refuses, and the answer can be yes */
	PAM_FAULT_GATE = 8,     /* lets some people through without ours */
	PAM_FAULT_AGES = 16,    /* pam_unix, asked after ours said yes */
	PAM_FAULT_OUTSIDE = 32, /* jumps out of its stack */
};

struct pam_walked {
	int           ours;     /* the first line with pam_liberations; -1: none */
	bool          succeeds; /* there is a way to yes */
	bool          lost;     /* no memory: nothing was walked */
	unsigned char faults[PAM_STACK_MAX]; /* of each line, bits of enum pam_fault */
};
void cli_pam_walk(const struct pam_stack *stack, enum pam_type type, struct pam_walked *ret);

#endif
