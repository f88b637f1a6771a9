/* A packet of the keeper's, and the descriptor that may come with it. */
#ifndef PORTAL_RECEIVE_H
#define PORTAL_RECEIVE_H

#include <stddef.h>
#include <sys/types.h>

/* As recv(2). `*ret_given` is the one descriptor that came with it, closed on exec, and the caller's; 0: none did. */
ssize_t lbr_receive(int from, void *bytes, size_t size, int *ret_given);

#endif
