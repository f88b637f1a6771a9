/* A detached thread. */
#ifndef BROKER_THREAD_H
#define BROKER_THREAD_H

#include <stdbool.h>

/* False: it was not started. */
bool lbr_thread_start(void *(*run)(void *), void *context);

#endif
