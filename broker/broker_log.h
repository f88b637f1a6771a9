/* Log lines of the broker. */
#ifndef BROKER_LOG_H
#define BROKER_LOG_H

#include <stdint.h>

#include "db_line.h"

/* Opens the log. */
void lbr_broker_log_open(void);

/* Text from outside is cleaned. */
void lbr_broker_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line when this host's clock and the database's come to differ by more than 10 s, and one when they agree again. `skew_s`:
 * this host's less the database's. */
void lbr_broker_log_skew(int64_t skew_s);

/* This host was the first to meet a server whose line is another one. `change`: not SAME. */
void lbr_broker_log_adopted(enum lbr_line_change change, const char *server, uint64_t epoch, uint64_t floor_step);

#endif
