/* Temporary passwords: drawn at random, never chosen, and shown once. */
#ifndef CLI_TEMPORARY_H
#define CLI_TEMPORARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/token.h>

#include "admin_session.h"
#include "person.h"

#define CLI_LIFE_MIN_S 3600U
#define CLI_LIFE_MAX_S (21U * 86400)

struct temporary {
	struct lbr_secret password;
	char              hash[LBR_HASH_MAX];
	int64_t           set_s, until_s;
};

/* Draws and hashes one, valid for `life_s` seconds. The caller wipes it. Errors as lbr_random_password, lbr_password_hash. */
enum lbr_error cli_temporary_draw(unsigned hash_cost, unsigned life_s, struct temporary *ret);

/* Makes it valid from now on. */
void cli_temporary_date(struct temporary *temporary, unsigned life_s);

/* Puts it into the account, which becomes invited. */
void cli_temporary_put(const struct temporary *temporary, struct lbr_account *account);

/* Draws a new, unconfirmed token into the account. The caller wipes `key`. Errors as lbr_random. */
enum lbr_error cli_temporary_draw_token(const struct admin_session *session, struct lbr_account *account,
                                        unsigned char key[LBR_TOKEN_KEY_LEN]);

/* Shows one temporary password; false if standard output failed. */
typedef bool cli_temporary_show(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary,
                                void *context);

/* How many of the accounts shown have a confirmed token, and so need a code, and how many do not yet. */
struct shown_count {
	size_t confirmed, pending;
};

/* Prints one line: columns at a terminal, else tab-separated, or JSON. `context` is a struct shown_count, or NULL. */
cli_temporary_show cli_temporary_print;

struct reissue {
	unsigned            life_s;       /* 0: as long as the invitation that it replaces, else as configured */
	bool                invited_only; /* refuse an account whose person already chose a password */
	bool                new_token;    /* void the old token and the recovery codes */
	const struct person *person;      /* whose Unix user is recorded if the account has none */
	struct ahead       *ahead;        /* where temporary passwords are drawn ahead; NULL: each when it is needed */
	cli_temporary_show *show;
	void               *context;
};

/* Gives an existing account a new temporary password. Shows it before committing it: if it could not be shown, nothing changes and
 * `*ret_shown_all` is false. Returns the status, after an error message unless it is CLI_DONE. */
enum cli_status cli_temporary_reissue(const struct cli *cli, struct admin_session *session, const char *name,
                                      const struct reissue *reissue, bool *ret_shown_all);

/* Says what was not stored although its temporary password was shown. Returns the status. */
enum cli_status cli_temporary_fail_unserved(const struct cli *cli, const char *name, enum lbr_error error,
                                            const struct lbr_reason *reason);

#endif
