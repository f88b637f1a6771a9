/* What the agent told a person at a sign-in or a change, until its page was read: in memory, for the one session that began with
 * it. */
#ifndef PORTAL_KEPT_SAYS_H
#define PORTAL_KEPT_SAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "talks.h"

#define LBR_KEPT_SAYS_MAX 256
#define LBR_KEPT_SAYS_MS 600000

struct lbr_kept_say {
	uint64_t        hash; /* of the session, as in its chain; `until_ms` 0: free */
	int64_t         until_ms;
	bool            account; /* then to the account, not to `back` */
	unsigned        count; /* 0: it was read */
	struct lbr_told told[LBR_PAGE_SAYS_MAX];
	char            destination[LBR_DESTINATION_LEN + 1], back[LBR_RETURN_MAX + 1];
};

struct lbr_kept_says {
	struct lbr_kept_say entries[LBR_KEPT_SAYS_MAX];
};

/* Keeps the texts of `talk` and its return path for the session with that hash; the oldest entry gives way. */
void lbr_kept_says_note(struct lbr_kept_says *kept, uint64_t hash, const struct lbr_talk *talk, int64_t now_ms);

/* The page was read: its texts are wiped. The way on is kept, for a second click. */
void lbr_kept_says_read(struct lbr_kept_say *say);

/* Returns what is kept for a session, or NULL. */
struct lbr_kept_say *lbr_kept_says_find(struct lbr_kept_says *kept, uint64_t hash, int64_t now_ms);

#endif
