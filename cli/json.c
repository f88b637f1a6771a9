/* JSON, one object a line. */
#include "json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <liberations/secret.h>

#include "cli.h"

/* Each block stores its size in front of itself, so that all of it can be wiped. */
union block {
	size_t      size;
	max_align_t align;
};

static void *allocate(size_t size)
{
	union block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = malloc(sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->size = size;
	return block + 1;
}

static void wipe_and_free(void *memory)
{
	union block *block = memory;

	if (block == NULL)
		return;
	block--;
	lbr_wipe(block + 1, block->size);
	free(block);
}

void cli_json_prepare(void)
{
	json_set_alloc_funcs(allocate, wipe_and_free);
}

static bool lost; /* an answer that could not be built */

bool cli_json_line(json_t *object)
{
	char *line = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
	bool written = line != NULL && fputs(line, stdout) >= 0 && fputc('\n', stdout) != EOF && cli_flush();

	if (line == NULL)
		lost = true;
	wipe_and_free(line);
	json_decref(object);
	return written;
}

bool cli_json_lost(void)
{
	return lost;
}

json_t *cli_json_time(int64_t time_s)
{
	char text[CLI_TIME_MAX];

	if (time_s == 0 || time_s == INT64_MAX)
		return json_null();
	return json_string(cli_time_utc(time_s, text));
}

json_t *cli_json_uid(bool has_uid, uint32_t uid)
{
	return has_uid ? json_integer(uid) : json_null();
}

json_t *cli_json_differs(const struct recorded *recorded)
{
	return recorded->has_uid && !recorded->looked_up ? json_null() : json_boolean(recorded->differs);
}
