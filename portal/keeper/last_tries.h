/* What a browser was told last: the name that it typed stays in its box, and a wait is told in the agent's own words. Kept for
 * a few minutes, in memory alone; a refusal costs an attempt, a page nothing. */
#ifndef PORTAL_LAST_TRIES_H
#define PORTAL_LAST_TRIES_H

#include <stdint.h>

#include "page_frames.h"
#include "portal_key.h"

#define LBR_LAST_TRIES_MAX 1024
#define LBR_LAST_TRY_MS 600000

struct lbr_last_try {
	unsigned char     browser[LBR_PORTAL_MAC_LEN];
	int64_t           until_ms; /* 0: free */
	enum lbr_portal_place place; /* at whose page it is told */
	enum lbr_said     said;
	enum lbr_language language;
	char              user[LBR_FORM_USER_MAX + 1], text[256];
};

struct lbr_last_tries {
	struct lbr_last_try entries[LBR_LAST_TRIES_MAX];
};

/* Notes a refusal; the oldest one gives way. A name that no page can show is left out. */
void lbr_last_tries_note(struct lbr_last_tries *tries, const struct lbr_last_try *one, int64_t now_ms);

/* Returns what this browser was refused last, or NULL. */
const struct lbr_last_try *lbr_last_tries_find(const struct lbr_last_tries *tries,
                                               const unsigned char browser[LBR_PORTAL_MAC_LEN], int64_t now_ms);

/* Forgets it: the browser is in. */
void lbr_last_tries_forget(struct lbr_last_tries *tries, const unsigned char browser[LBR_PORTAL_MAC_LEN]);

#endif
