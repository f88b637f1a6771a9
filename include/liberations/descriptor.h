/* A descriptor that goes to another process, with a packet of a Unix socket (unix(7), SCM_RIGHTS). */
#ifndef LIBERATIONS_DESCRIPTOR_H
#define LIBERATIONS_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Sends one packet, which is not empty, without waiting; with it goes a copy of `given`, which stays the caller's. False: the
 * other side is gone, or its queue is full. */
bool lbr_hand_descriptor(int to, const void *bytes, size_t len, int given);

/* Receives one packet as recv(2) does, but for a signal, which ends no wait. `*ret_given` is the one descriptor that came with it,
 * closed on exec, and the caller's; 0: none did. */
ssize_t lbr_take_descriptor(int from, void *bytes, size_t size, int *ret_given);

#endif
