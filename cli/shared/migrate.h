/* `store migrate`: accounts from this host's files into the shared store, and back.
 *
 * All of one side is read, and every fault told, before anything changes. Then the files are closed to everybody (moving.h), and
 * accounts go over one by one. What was interrupted goes on at the next run, which looks at both sides instead of repeating. */
#ifndef CLI_SHARED_MIGRATE_H
#define CLI_SHARED_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/moving.h>
#include <liberations/name.h>
#include <liberations/notices.h>
#include <liberations/store.h>

#include "admin_session.h"
#include "cli.h"

/* One account of the side to which accounts go, as far as it takes to know it again. */
struct migrate_known {
	unsigned char nonce[LBR_SEALED_NONCE_LEN]; /* of its token */
	uint64_t      recovery_set;
	bool          disabled;
	char          name[LBR_NAME_MAX + 1];
	char          folded[];
};

#define MIGRATE_ROUNDS_MAX 8 /* for an account that others keep changing */

struct migrate_sum {
	size_t   accounts, moved, there, skipped, local; /* `there`: an interrupted run moved them */
	unsigned conflicts, faults;
};

struct migration {
	struct cli          *cli;
	struct admin_session session;  /* its store is the shared one */
	struct lbr_store    *files;
	struct lbr_notices  *dates_here, *dates_there; /* of notices, in this host's files and in the shared store */
	int                  lock;     /* of the state directory, against a second run */
	char                 local[sizeof(((struct lbr_settings *)NULL)->local)];
	struct lbr_moving    moving;
	bool                 resumed;  /* the files were closed by an earlier run */
	bool                 passed;   /* where that one stopped */
	void                *known;
	void                *dated;    /* the names of those who have dates of notices where accounts come from */
	struct migrate_sum   sum;
	size_t               done;     /* for the progress */
	enum lbr_error       stopped;  /* why the run ends before its end */
};

/* Returns true if --skip has `name`. */
bool cli_migrate_skips(const struct migration *course, const char *name);

/* Where accounts come from, and where they go. */
struct lbr_store *cli_migrate_source(const struct migration *course);
struct lbr_store *cli_migrate_target(const struct migration *course);

/* migrate_known.c */

/* Keeps `entry`, which is the tree's from here on, unless an equal one is there. NULL, or no room: false, and the run stops. */
bool cli_migrate_keep(struct migration *course, void **tree, void *entry, int (*compare)(const void *, const void *));

/* Learns every account of the side to which they go; before the files are cleared, of the shared store. False: it cannot be read,
 * as was told. */
bool cli_migrate_learn(struct migration *course);
void cli_migrate_forget(struct migration *course);

/* Returns the account there of this name, or whose name looks like it; NULL: there is none. */
const struct migrate_known *cli_migrate_find(const struct migration *course, const char *name);

/* Returns true if the account is the very one of which that is the copy: of the same person may be two, with two phones. */
bool cli_migrate_is_same(const struct migrate_known *known, const struct lbr_account *account);

/* Returns true if the shared store had an account of this very name when it was learnt, before the files are cleared. */
bool cli_migrate_is_there(const struct migration *course, const char *name);

/* migrate_plan.c: reads every account that is to go, and tells every fault. */
void cli_migrate_plan(struct migration *course);

/* migrate_there.c, migrate_back.c: each moves what was planned. */
void cli_migrate_there(struct migration *course);
void cli_migrate_back(struct migration *course);

/* migrate_move.c: what both directions share. */

/* The last code that may have been accepted so far counts as used. */
int64_t cli_migrate_least_step(const struct migration *course);
/* Makes of what was loaded what is stored on the other side. Errors as lbr_token_reseal. */
enum lbr_error cli_migrate_make(const struct migration *course, struct lbr_view *view, struct lbr_reason *reason);
enum lbr_error cli_migrate_create(struct lbr_store *target, const struct lbr_view *view, struct lbr_reason *reason);
/* Tells why the run ends here. */
void cli_migrate_stop(struct migration *course, const char *name, enum lbr_error error, const struct lbr_reason *reason);
/* Counts and tells what became of one account: moved, or `already`; EXISTS: a conflict; ABSENT: removed meanwhile, which is
 * nothing; any other error ends the run. */
void cli_migrate_settle(struct migration *course, const char *name, enum lbr_error error, const struct lbr_reason *reason,
                        bool already);

/* migrate_dates.c: opens both; learns who has any, before the first account goes; copies those of one account to the other side
 * once it is there; closes both. What another host sends after that first look is forgotten: at worst, somebody is told it
 * twice. */
enum lbr_error cli_migrate_dates_open(struct migration *course, struct lbr_reason *reason);
bool cli_migrate_dates_learn(struct migration *course);
enum lbr_error cli_migrate_dates_copy(const struct migration *course, const char *name, struct lbr_reason *reason);
void cli_migrate_dates_close(struct migration *course);

/* migrate_say.c */
void cli_migrate_say_one(const struct migration *course, const char *name, const char *result);
/* Counts a conflict and tells, if `other` is not NULL, whose login made the account of that name in the shared store, where that is
 * known. */
void cli_migrate_say_conflict(struct migration *course, const char *name, const char *other);
enum cli_status cli_migrate_say_sum(const struct migration *course);

#endif
