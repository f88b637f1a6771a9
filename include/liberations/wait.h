/* Waiting on one descriptor. */
#ifndef LIBERATIONS_WAIT_H
#define LIBERATIONS_WAIT_H

#include <stdint.h>

#include <liberations/error.h>

/* Waits until `fd` is ready for `events` (poll(2)), or until `deadline_ms` of the monotonic clock has passed; a signal ends no
 * wait. LBR_ERR_BUSY: it has passed. LBR_ERR_SYSTEM: poll(2) failed. */
enum lbr_error lbr_wait_for(int fd, short events, int64_t deadline_ms);

#endif
