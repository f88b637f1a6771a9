/* Changing a password: the rules, the ten last, the commit. */
#ifndef LIBERATIONS_CHANGE_H
#define LIBERATIONS_CHANGE_H

#include <liberations/store.h>
#include <liberations/settings.h>

enum lbr_objection {
	LBR_OBJECTION_NONE = 0,
	LBR_OBJECTION_SHORT,     /* fewer than min-length code points */
	LBR_OBJECTION_LONG,      /* more than 128 code points or 480 bytes */
	LBR_OBJECTION_SAME,      /* the password in force */
	LBR_OBJECTION_USED,      /* one of the ten last */
	LBR_OBJECTION_NAME,      /* the user's name */
};

/* Judges a candidate by the rules that need no stored secret. `password` is normalised. Pure. */
enum lbr_objection lbr_change_judge(const struct lbr_secret *password, const char *name, const struct lbr_settings *settings);

/* Compares the candidate with the password in force and every kept one: always one hash for each, outside any lock.
 * LBR_ERR_DAMAGED ...: the history cannot be read, the change must be refused. */
enum lbr_error lbr_change_check_history(struct lbr_store *store, const char *name, const struct lbr_secret *password,
                                        const struct lbr_settings *settings, enum lbr_objection *ret,
                                        struct lbr_reason *reason);

/* What else the commit settles. */
struct lbr_change {
	const char              *name;
	uint64_t                 generation;    /* of the account that was verified: another one is STALE */
	const struct lbr_secret *password;      /* normalised, judged */
	int64_t                  confirm_step;  /* > 0: the token becomes confirmed, this step accepted */
	bool                     is_sign_in;    /* the last step of a first sign-in: its time is recorded */
	int64_t                  now_s;
};

/* Hashes outside the lock, then commits: counters (if confirm_step), account, history. The account becomes own (and
 * confirmed). `*ret_generation` is the new generation on LBR_OK. LBR_ERR_STALE, _SYSTEM ...: nothing changed, except that the step may be burned. */
enum lbr_error lbr_change_commit(struct lbr_store *store, const struct lbr_settings *settings,
                                 const struct lbr_change *change, uint64_t *ret_generation, struct lbr_reason *reason);

#endif
