/* `metrics`: counts and ages of all accounts, without a name, for Prometheus. */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "admin_session.h"
#include "standing.h"

#define METRICS_SOON_S (14 * 86400)
#define METRICS_BUCKETS 6 /* the last one has no bound */
#define METRICS_KEYS 16   /* more keys than a store is ever sealed with */

/* The upper bounds of the ages of the last sign-ins. */
extern const int64_t cli_metrics_bounds_s[METRICS_BUCKETS - 1];

struct metrics {
	const struct lbr_settings *settings;
	int64_t  now_s;
	bool     readable; /* the store, all of it */
	uint64_t accounts, damaged, active, never, soon, notices;
	uint64_t states[STANDING_FACTS], locked[LBR_LANES];
	uint64_t signed_in[METRICS_BUCKETS]; /* each account once, in the first bucket that takes it */
	int64_t  signed_in_sum_s;
	int64_t  oldest_invitation_s, oldest_notice_s; /* ages; 0: none */
	char     keys[METRICS_KEYS][LBR_KEY_ID_LEN + 1]; /* that seal tokens */
	unsigned key_count;
};

/* metrics_count.c: adds one account; as lbr_store_each, with a struct metrics as `context`. Reads no clock, keeps no name. */
int cli_metrics_count(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                      const struct lbr_reason *reason);

/* metrics_print.c: the text form of Prometheus, version 0.0.4, or one JSON object for each sample. */
void cli_metrics_print(const struct metrics *metrics, bool json);

#endif
