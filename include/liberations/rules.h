/* What a new password must be like. Judged before the history, because none of this costs a hash.
 *
 * Any characters, spaces, whole sentences; no rules of composition. Refused are: the length, likeness to the old
 * password and to what is known of the person, what is nothing but words that everybody tries, what repeats itself
 * or counts up, and what stands in the file of breached passwords. libpasswdqc and a word list of our own judge
 * together; either one refuses.
 */
#ifndef LIBERATIONS_RULES_H
#define LIBERATIONS_RULES_H

#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/settings.h>
#include <liberations/texts.h>

enum lbr_objection {
	LBR_OBJECTION_NONE = 0,
	LBR_OBJECTION_SHORT,    /* fewer than min-length code points */
	LBR_OBJECTION_LONG,     /* more than 128 code points or 480 bytes */
	LBR_OBJECTION_SAME,     /* the password in force */
	LBR_OBJECTION_USED,     /* one of the ten last */
	LBR_OBJECTION_NAME,     /* the user's name or contact data, and little besides */
	LBR_OBJECTION_OLD,      /* too like the password in force */
	LBR_OBJECTION_WORDS,    /* common words or the organisation's, and little besides */
	LBR_OBJECTION_BREACHED, /* in the file of breached passwords */
	LBR_OBJECTION_SIMPLE,   /* repeats itself, counts up, or has too few different characters */
	LBR_OBJECTIONS
};

struct lbr_candidate {
	const struct lbr_secret *password; /* normalised */
	const struct lbr_secret *old;      /* normalised, the password in force; NULL: not known */
	const char              *name;     /* of the account */
	const char              *contact;  /* an address, or "" */
};

/* Judges a candidate by everything but the history. `*ret` is LBR_OBJECTION_NONE only with LBR_OK, and only if
 * nothing objects. LBR_ERR_UNSAFE, _DAMAGED, _SYSTEM: the configured file of breached passwords cannot be used;
 * LBR_ERR_MEMORY. The change must then be refused: no file is no proof. */
enum lbr_error lbr_rules_judge(const struct lbr_candidate *candidate, const struct lbr_settings *settings,
                               enum lbr_objection *ret, struct lbr_reason *reason);

/* Whether the configured file of breached passwords can be used; LBR_OK if none is configured. Errors as
 * lbr_rules_judge. */
enum lbr_error lbr_rules_check_breached(const struct lbr_settings *settings, struct lbr_reason *reason);

/* The sentence that tells a person. Its number, where it has one, is min-length. Not for LBR_OBJECTION_NONE. */
enum lbr_text lbr_rules_text(enum lbr_objection objection);

#endif
