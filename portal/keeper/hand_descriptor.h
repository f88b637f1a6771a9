/* A packet with a descriptor. */
#ifndef PORTAL_HAND_DESCRIPTOR_H
#define PORTAL_HAND_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Sends one packet, which is not empty, without waiting; with it goes a copy of `given`, which stays the caller's. False: the
 * other side is gone, or its queue is full. */
bool lbr_hand_descriptor(int to, const void *bytes, size_t len, int given);

#endif
