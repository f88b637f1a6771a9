/* What the agent told a person, until its page was read. */
#include "kept_says.h"

#include <stddef.h>
#include <string.h>

#include <liberations/secret.h>

void lbr_kept_says_note(struct lbr_kept_says *kept, uint64_t hash, const struct lbr_talk *talk, int64_t now_ms)
{
	struct lbr_kept_say *entry, *oldest = kept->entries;

	for (entry = kept->entries; entry < kept->entries + LBR_KEPT_SAYS_MAX; entry++)
		if (entry->until_ms < oldest->until_ms)
			oldest = entry;
	*oldest = (struct lbr_kept_say){ .hash = hash, .until_ms = now_ms + LBR_KEPT_SAYS_MS, .count = talk->told_count };
	oldest->account = talk->dialogue.flow != LBR_DIALOGUE_SIGN_IN;
	memcpy(oldest->told, talk->told, sizeof(oldest->told));
	memcpy(oldest->destination, talk->destination, sizeof(oldest->destination));
	memcpy(oldest->back, talk->back, sizeof(oldest->back));
}

void lbr_kept_says_read(struct lbr_kept_say *say)
{
	lbr_wipe(say->told, sizeof(say->told));
	say->count = 0;
}

struct lbr_kept_say *lbr_kept_says_find(struct lbr_kept_says *kept, uint64_t hash, int64_t now_ms)
{
	struct lbr_kept_say *entry;

	for (entry = kept->entries; entry < kept->entries + LBR_KEPT_SAYS_MAX; entry++)
		if (entry->hash == hash && now_ms < entry->until_ms)
			return entry;
	return NULL;
}
