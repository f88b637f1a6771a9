#include "switch_end.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FILE_END ".until"
#define SAME_TIME_S 2 /* two clocks that are read one after the other */

bool cli_switch_end_is_of(const char *file, char ret[SWITCH_SERVICE_MAX])
{
	const char *dot = strrchr(file, '.');

	if (dot == NULL || dot == file || strcmp(dot, FILE_END) != 0)
		return false;
	snprintf(ret, SWITCH_SERVICE_MAX, "%.*s", (int)(dot - file), file);
	return true;
}

/* The one of before both were told apart has no word. */
static const char *word_of(unsigned parts)
{
	return parts == SWITCH_SERVICE ? " service" : parts == SWITCH_DROP_IN ? " drop-in" : "";
}

static unsigned parts_of(const char *word)
{
	return strcmp(word, "service") == 0 ? SWITCH_SERVICE : strcmp(word, "drop-in") == 0 ? SWITCH_DROP_IN : SWITCH_BOTH;
}

void cli_switch_end_write(const struct switch_clock *clock, unsigned seconds, unsigned parts, char ret[SWITCH_LINE_MAX])
{
	snprintf(ret, SWITCH_LINE_MAX, "%s %" PRId64 " %" PRId64 "%s\n", clock->boot, clock->boot_s + seconds,
	         clock->now_s + seconds, word_of(parts));
}

void cli_switch_end_read(const struct switch_clock *clock, const char *text, struct switch_end *ret)
{
	char boot[64] = "", word[16] = "";
	int64_t end_s = 0, until_s = 0, now_s;
	bool whole = text != NULL && sscanf(text, "%63s %" SCNd64 " %" SCNd64 " %15s", boot, &end_s, &until_s, word) >= 3;

	*ret = (struct switch_end){ .until_s = until_s > 0 ? until_s : 1, .overdue = true, .parts = parts_of(word) };
	if (!whole || strcmp(boot, clock->boot) != 0 || end_s < 0 || end_s - clock->boot_s > SWITCH_MAX_S)
		return;
	ret->left_s = end_s - clock->boot_s;
	ret->overdue = ret->left_s < -SWITCH_GRACE_S;
	now_s = clock->now_s + ret->left_s;
	if (now_s > 0 && (until_s > now_s + SAME_TIME_S || until_s < now_s - SAME_TIME_S)) /* the clock was set since */
		ret->until_s = now_s;
}
