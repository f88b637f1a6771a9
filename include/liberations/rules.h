/* The rules for a new password. Checked before the history, because they cost no hash.
 *
 * Any text that can be typed again is allowed, spaces and whole sentences included; there are no composition rules. A password is
 * refused if it is no such text, too
 * short or too long, resembles the current one or what is known about the person, consists only of words that attackers try
 * first, repeats a pattern or counts up, or is in the file of breached passwords. libpasswdqc and a built-in word list both
 * judge; either can refuse.
 */
#ifndef LIBERATIONS_RULES_H
#define LIBERATIONS_RULES_H

#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/settings.h>
#include <liberations/texts.h>

enum lbr_objection {
	LBR_OBJECTION_NONE = 0,
	LBR_OBJECTION_PASTE,    /* holds the marks that a terminal puts around a paste */
	LBR_OBJECTION_BYTES,    /* not UTF-8: another terminal would type other bytes */
	LBR_OBJECTION_KEYS,     /* holds control characters, or characters that show nothing */
	LBR_OBJECTION_SHORT,    /* fewer than min-length code points */
	LBR_OBJECTION_LONG,     /* more than 128 code points or 480 bytes */
	LBR_OBJECTION_SAME,     /* the current password */
	LBR_OBJECTION_USED,     /* one of the last ten */
	LBR_OBJECTION_NAME,     /* the user's name or contact data, and little else */
	LBR_OBJECTION_OLD,      /* too similar to the current password */
	LBR_OBJECTION_WORDS,    /* common words or the organisation's, and little else */
	LBR_OBJECTION_BREACHED, /* in the file of breached passwords */
	LBR_OBJECTION_SIMPLE,   /* repeats a pattern, counts up, or has too few different characters */
	LBR_OBJECTIONS
};

struct lbr_candidate {
	const struct lbr_secret *password; /* normalised */
	const struct lbr_secret *old;      /* normalised, the current password; NULL: not known */
	const char              *name;     /* of the account */
	const char              *contact;  /* an address, or "" */
};

/* Judges a candidate by everything except the history. `*ret` is LBR_OBJECTION_NONE only with LBR_OK, and only if
 * nothing objects. LBR_ERR_UNSAFE, _DAMAGED, _SYSTEM: the configured file of breached passwords cannot be used.
 * LBR_ERR_MEMORY. On any error the change must be refused: the password was not fully checked. */
enum lbr_error lbr_rules_judge(const struct lbr_candidate *candidate, const struct lbr_settings *settings,
                               enum lbr_objection *ret, struct lbr_reason *reason);

/* Judges only whether a password is text that can be typed again: PASTE, BYTES, KEYS or NONE. `password` as typed or normalised. */
enum lbr_objection lbr_rules_judge_text(const struct lbr_secret *password);

/* Checks that the configured file of breached passwords can be used; LBR_OK if none is configured. Errors as
 * lbr_rules_judge. */
enum lbr_error lbr_rules_check_breached(const struct lbr_settings *settings, struct lbr_reason *reason);

/* Returns the text that explains an objection to a person; its number, if any, is min-length. Not for LBR_OBJECTION_NONE. */
enum lbr_text lbr_rules_text(enum lbr_objection objection);

#endif
