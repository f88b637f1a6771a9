/* The programs that ask at the moment: a place for each, and how they are told to end. */
#ifndef BROKER_CLIENTS_H
#define BROKER_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

/* Before the first thread. */
void lbr_clients_begin(void);

/* Takes a place for this connection. -1: all are taken, or the broker is ending. */
int lbr_clients_enter(int fd);

/* Gives it back, and closes the connection. */
void lbr_clients_leave(int place);

/* Nothing more is read from anybody: what was sent whole is still answered, and who sends later is told so by the kernel. Returns
 * true once all have left, or false at `until_ms` (lbr_monotonic_ms). */
bool lbr_clients_end(int64_t until_ms);

#endif
