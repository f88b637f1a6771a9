/* The words of `said=`: the keeper reads them too, and draws no page. */
#include "page.h"

#include <string.h>

static const char *const said_words[LBR_SAIDS] = {
	[LBR_SAID_NOTHING] = "",          [LBR_SAID_NO] = "no",         [LBR_SAID_LATE] = "late",
	[LBR_SAID_OVER] = "over",         [LBR_SAID_WAIT] = "wait",     [LBR_SAID_USED] = "used",
	[LBR_SAID_USED_RECOVERY] = "used-recovery", [LBR_SAID_PERHAPS] = "perhaps",
	[LBR_SAID_ENDED] = "ended",       [LBR_SAID_DISABLED] = "disabled", [LBR_SAID_BUSY] = "busy",
	[LBR_SAID_COOKIES] = "cookies",   [LBR_SAID_SET_UP] = "set-up", [LBR_SAID_CHANGED] = "changed",
	[LBR_SAID_REPLACED] = "replaced",
};

const char *lbr_said_word(enum lbr_said said)
{
	return (unsigned)said < LBR_SAIDS ? said_words[said] : "";
}

bool lbr_said_is_stored(enum lbr_said said)
{
	return said == LBR_SAID_SET_UP || said == LBR_SAID_CHANGED || said == LBR_SAID_REPLACED;
}

enum lbr_said lbr_said_of(const char *word)
{
	unsigned said;

	for (said = LBR_SAID_NO; said < LBR_SAIDS; said++)
		if (strcmp(said_words[said], word) == 0)
			return (enum lbr_said)said;
	return LBR_SAID_NOTHING;
}
