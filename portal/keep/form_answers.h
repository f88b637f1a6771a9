/* One form, one attempt: what became of each form, for a minute. A second click, or a proxy that repeats a POST, gets the first
 * answer; the first one's code is used by then, and judged again it would hide that the person is in.
 *
 * A full table forgets refusals first, the oldest before the others. Anyone can have forms refused; an answer that its person
 * earned, by what was right in the form, gives way to such answers alone.
 */
#ifndef PORTAL_FORM_ANSWERS_H
#define PORTAL_FORM_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>

#define LBR_FORM_ANSWERS_MAX 1024
#define LBR_FORM_ANSWER_MS 60000
#define LBR_FORM_ANSWER_LEN 2560 /* bytes of an answer: the keeper's frame that sends a browser on */

enum lbr_form_state { LBR_FORM_FRESH = 0, LBR_FORM_WAIT, LBR_FORM_KNOWN };

struct lbr_form_answer {
	unsigned char hash[32];     /* of the number and its cookie; the caller makes it */
	int64_t       until_ms;     /* forgotten from then on; while it is judged: INT64_MAX */
	bool          earned;       /* no refusal */
	size_t        len;          /* 0: being judged */
	unsigned char bytes[LBR_FORM_ANSWER_LEN];
};

struct lbr_form_answers {
	struct lbr_form_answer entries[LBR_FORM_ANSWERS_MAX];
};

/* Looks a form up. FRESH: it is noted as being judged, and `*ret` is its place. WAIT: it is being judged. KNOWN: `*ret` is
 * where its answer stands, until the next call. LBR_ERR_BUSY: all places hold forms that are being judged. All zero is an empty
 * table. */
enum lbr_error lbr_form_answers_find(struct lbr_form_answers *answers, const unsigned char hash[32], int64_t now_ms,
                                     enum lbr_form_state *ret_state, unsigned *ret);

/* Keeps the answer of a form that was FRESH for LBR_FORM_ANSWER_MS. LBR_ERR_RANGE: too long, or no such form; it is forgotten
 * then. */
enum lbr_error lbr_form_answers_keep(struct lbr_form_answers *answers, unsigned place, bool earned, const void *bytes, size_t len,
                                     int64_t now_ms);

/* Forgets a form that was not judged after all: it may be sent again. */
void lbr_form_answers_drop(struct lbr_form_answers *answers, unsigned place);

#endif
