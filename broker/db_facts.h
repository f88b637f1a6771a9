/* What a survey found: names and values, for people and for judgments of the command. */
#ifndef BROKER_DB_FACTS_H
#define BROKER_DB_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include <liberations/store_wire.h>

#define LBR_FACT_NAME_MAX 48
#define LBR_FACT_VALUE_MAX LBR_STORE_DETAIL_MAX

struct lbr_fact {
	char name[LBR_FACT_NAME_MAX], value[LBR_FACT_VALUE_MAX];
};

struct lbr_facts {
	size_t           count, room;
	struct lbr_fact *list;
};

/* Each adds one; without memory it is left out. The value is cut, and cleaned of what is no visible ASCII. */
void lbr_fact_add(struct lbr_facts *facts, const char *name, const char *value);
void lbr_fact_add_number(struct lbr_facts *facts, const char *name, int64_t number);

/* Adds every column of every row, in the text format, under its name; what is null is left out. */
void lbr_facts_add_rows(struct lbr_facts *facts, const PGresult *rows);

void lbr_facts_end(struct lbr_facts *facts);

#endif
