#include "suggest.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SHORT_WORD 4

static unsigned least(unsigned one, unsigned other)
{
	return one < other ? one : other;
}

/* Damerau's distance, in which no byte is moved twice. Three rows of its table suffice. */
static unsigned distance(const char *one, size_t one_len, const char *other, size_t other_len)
{
	unsigned rows[3][LBR_NAME_MAX + 1];
	size_t at, to;

	for (to = 0; to <= other_len; to++)
		rows[0][to] = (unsigned)to;
	for (at = 1; at <= one_len; at++) {
		unsigned *row = rows[at % 3], *before = rows[(at + 2) % 3], *earlier = rows[(at + 1) % 3];

		row[0] = (unsigned)at;
		for (to = 1; to <= other_len; to++) {
			bool same = one[at - 1] == other[to - 1];

			row[to] = least(least(before[to], row[to - 1]) + 1, before[to - 1] + !same);
			if (at > 1 && to > 1 && one[at - 1] == other[to - 2] && one[at - 2] == other[to - 1])
				row[to] = least(row[to], earlier[to - 2] + 1);
		}
	}
	return rows[one_len % 3][other_len];
}

void cli_suggest_begin(struct suggestion *suggestion, const char *typed)
{
	*suggestion = (struct suggestion){ .typed = typed, .distance = strlen(typed) < SHORT_WORD ? 2 : 3 };
}

void cli_suggest_try(struct suggestion *suggestion, const char *candidate)
{
	size_t typed_len = strlen(suggestion->typed), len = strlen(candidate);
	unsigned found;

	if (typed_len == 0 || typed_len > LBR_NAME_MAX || len == 0 || len > LBR_NAME_MAX)
		return;
	found = distance(suggestion->typed, typed_len, candidate, len);
	/* A short word in which every byte differs resembles nothing. */
	if (found >= typed_len || found > suggestion->distance)
		return;
	if (found == suggestion->distance && (suggestion->best[0] == '\0' || strcmp(candidate, suggestion->best) >= 0))
		return;
	suggestion->distance = found;
	memcpy(suggestion->best, candidate, len + 1);
}
