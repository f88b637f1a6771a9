/* Sockets that keep away from the host's descriptors 0, 1 and 2: a host that runs without them must not write into ours. */
#ifndef CLIENT_SOCKET_H
#define CLIENT_SOCKET_H

/* Connects to the stream socket at `path` within `wait_ms`. -1: errno says why. */
int lbr_socket_connect(const char *path, int wait_ms);

/* A connected pair, both close-on-exec. -1: errno says why; both are then -1. */
int lbr_socket_pair(int ret[2]);

#endif
