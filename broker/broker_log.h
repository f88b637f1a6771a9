/* Log lines of the broker: one when the database goes away or changes its reason, one when it is back. */
#ifndef BROKER_LOG_H
#define BROKER_LOG_H

#include "db_link.h"

/* Opens the log. */
void lbr_broker_log_open(void);

/* Text from outside is cleaned. */
void lbr_broker_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

void lbr_broker_log_away(const struct lbr_trouble *trouble);
void lbr_broker_log_back(const char *server);

#endif
