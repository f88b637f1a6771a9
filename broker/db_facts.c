#include "db_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROWTH 64

void lbr_fact_add(struct lbr_facts *facts, const char *name, const char *value)
{
	struct lbr_fact *fact, *list = facts->list;
	char *at;

	if (facts->count == facts->room) {
		list = reallocarray(facts->list, facts->room + GROWTH, sizeof(*list));
		if (list == NULL)
			return;
		facts->list = list;
		facts->room += GROWTH;
	}
	fact = &list[facts->count++];
	memset(fact, 0, sizeof(*fact));
	(void)snprintf(fact->name, sizeof(fact->name), "%s", name);
	(void)snprintf(fact->value, sizeof(fact->value), "%s", value);
	for (at = fact->value; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

void lbr_fact_add_number(struct lbr_facts *facts, const char *name, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, number);
	lbr_fact_add(facts, name, text);
}

void lbr_facts_add_rows(struct lbr_facts *facts, const PGresult *rows)
{
	int at, column;

	for (at = 0; at < PQntuples(rows); at++)
		for (column = 0; column < PQnfields(rows); column++)
			if (!PQgetisnull(rows, at, column))
				lbr_fact_add(facts, PQfname(rows, column), PQgetvalue(rows, at, column));
}

void lbr_facts_end(struct lbr_facts *facts)
{
	free(facts->list);
	memset(facts, 0, sizeof(*facts));
}
