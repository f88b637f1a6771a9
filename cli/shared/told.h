/* What a survey of the database told (liberations/store_desk.h): names and values, in the order in which they came. A name may come
 * again: each host begins with "host", each turn with "turn", each mark of this host with "mark". */
#ifndef CLI_SHARED_TOLD_H
#define CLI_SHARED_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/store_wire.h>

struct told_fact {
	char name[LBR_STORE_NAME_MAX], value[LBR_STORE_DETAIL_MAX];
};

struct told {
	struct told_fact *facts;
	size_t            count, room;
	bool              lost;   /* no memory for one of them */
	enum lbr_error    error;  /* how it ended; `reason` says why */
	struct lbr_reason reason;
};

/* lbr_store_fact of a struct told. */
void cli_told_take(void *told, const char *name, const char *value);
void cli_told_end(struct told *told);

/* The first fact of that name. "", 0, false: there is none. */
const char *cli_told(const struct told *told, const char *name);
int64_t cli_told_number(const struct told *told, const char *name);
bool cli_told_flag(const struct told *told, const char *name);
bool cli_told_has(const struct told *told, const char *name);

/* The record that begins with the next fact `begin` at `*at` or behind it, and its place. False: there is none. */
struct told_record {
	const struct told_fact *facts;
	size_t                  count;
};
bool cli_told_next(const struct told *told, const char *begin, size_t *at, struct told_record *ret);
const char *cli_told_of(const struct told_record *record, const char *name);
int64_t cli_told_number_of(const struct told_record *record, const char *name);

#endif
