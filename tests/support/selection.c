#include "selection.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **words;
static bool *used; /* which of them selected something */
static int word_count;
static bool lists;

void selection_begin(int argc, char **argv)
{
	int i;

	words = argv + 1;
	word_count = argc > 1 ? argc - 1 : 0;
	used = calloc((size_t)word_count + 1, sizeof(*used));
	if (used == NULL)
		abort();
	for (i = 0; i < word_count; i++)
		lists = lists || strcmp(words[i], "--list") == 0;
}

bool selection_has(const char *name)
{
	bool found = word_count == 0;
	int i;

	if (lists) {
		puts(name);
		return false;
	}
	for (i = 0; i < word_count; i++)
		if (fnmatch(words[i], name, 0) == 0)
			found = used[i] = true;
	return found;
}

bool selection_is_over(int *ret_status)
{
	int i;

	*ret_status = 0;
	for (i = 0; i < word_count && !lists; i++)
		if (!used[i]) {
			fprintf(stderr, "%s: no test has this name; --list prints the names\n", words[i]);
			*ret_status = 2;
		}
	free(used);
	return lists || *ret_status != 0;
}
