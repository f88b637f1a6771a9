/* Temporary passwords: drawn here, never chosen; shown once. */
#ifndef CLI_TEMPORARY_H
#define CLI_TEMPORARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/token.h>

#include "admin_session.h"
#include "person.h"

struct temporary {
	struct lbr_secret password;
	char              hash[LBR_HASH_MAX];
	int64_t           set_s, until_s;
};

/* Draws and hashes one that serves `life_s` seconds. The caller wipes it. Errors as lbr_random_password, lbr_password_hash. */
enum lbr_error cli_temporary_draw(const struct admin_session *session, unsigned life_s, struct temporary *ret);

/* The account becomes invited by it. */
void cli_temporary_put(const struct temporary *temporary, struct lbr_account *account);

/* Draws a new token, to be confirmed, into the account. `key` is the caller's to wipe. Errors as lbr_random. */
enum lbr_error cli_temporary_draw_token(const struct admin_session *session, struct lbr_account *account,
                                        unsigned char key[LBR_TOKEN_KEY_LEN]);

/* Shows one; false if standard output failed. */
typedef bool cli_temporary_show(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary,
                                void *context);

/* What those need who were shown theirs: a code, or nothing yet. */
struct shown_count {
	size_t confirmed, pending;
};

/* One line: columns at a terminal, else tab-separated, or JSON. `context` is a struct shown_count, or NULL. */
cli_temporary_show cli_temporary_print;

struct reissue {
	unsigned            life_s;
	bool                invited_only; /* refuse whoever has a password of their own */
	bool                new_token;    /* the old one and the recovery codes are void */
	const struct person *person;      /* whose Unix user is recorded if the account has none */
	cli_temporary_show *show;
	void               *context;
};

/* Gives an account that is there a new temporary password. It is shown before it is committed: what could not be shown changes
 * nothing, and `*ret_shown_all` is then false. The status, after a complaint unless it is CLI_DONE. */
enum cli_status cli_temporary_reissue(const struct cli *cli, struct admin_session *session, const char *name,
                                      const struct reissue *reissue, bool *ret_shown_all);

#endif
