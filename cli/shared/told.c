/* The facts of a survey, kept and found. Read told.h first. */
#include "told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROWTH 64

static const char *const begins[] = { "host", "turn", "mark", "locker" };

void cli_told_take(void *context, const char *name, const char *value)
{
	struct told *told = context;
	struct told_fact *grown;

	if (told->count == told->room) {
		grown = reallocarray(told->facts, told->room + GROWTH, sizeof(*grown));
		if (grown == NULL) {
			told->lost = true;
			return;
		}
		told->facts = grown;
		told->room += GROWTH;
	}
	snprintf(told->facts[told->count].name, sizeof(told->facts->name), "%s", name);
	snprintf(told->facts[told->count].value, sizeof(told->facts->value), "%s", value);
	told->count++;
}

void cli_told_end(struct told *told)
{
	free(told->facts);
	told->facts = NULL;
	told->count = told->room = 0;
}

static const char *find(const struct told_fact *facts, size_t count, const char *name)
{
	size_t at;

	for (at = 0; at < count; at++)
		if (strcmp(facts[at].name, name) == 0)
			return facts[at].value;
	return NULL;
}

bool cli_told_has(const struct told *told, const char *name)
{
	return find(told->facts, told->count, name) != NULL;
}

const char *cli_told(const struct told *told, const char *name)
{
	const char *found = find(told->facts, told->count, name);

	return found != NULL ? found : "";
}

int64_t cli_told_number(const struct told *told, const char *name)
{
	return strtoll(cli_told(told, name), NULL, 10);
}

bool cli_told_flag(const struct told *told, const char *name)
{
	return strcmp(cli_told(told, name), "true") == 0;
}

static bool begins_a_record(const struct told_fact *fact)
{
	size_t at;

	for (at = 0; at < sizeof(begins) / sizeof(begins[0]); at++)
		if (strcmp(fact->name, begins[at]) == 0)
			return true;
	return false;
}

bool cli_told_next(const struct told *told, const char *begin, size_t *at, struct told_record *ret)
{
	size_t end;

	while (*at < told->count && strcmp(told->facts[*at].name, begin) != 0)
		++*at;
	if (*at >= told->count)
		return false;
	end = *at + 1;
	while (end < told->count && !begins_a_record(&told->facts[end]))
		end++;
	*ret = (struct told_record){ told->facts + *at, end - *at };
	*at = end;
	return true;
}

const char *cli_told_of(const struct told_record *record, const char *name)
{
	const char *found = find(record->facts, record->count, name);

	return found != NULL ? found : "";
}

int64_t cli_told_number_of(const struct told_record *record, const char *name)
{
	return strtoll(cli_told_of(record, name), NULL, 10);
}
