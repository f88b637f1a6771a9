/* The servers of store.conf, one by one. */
#ifndef BROKER_SERVERS_H
#define BROKER_SERVERS_H

#include <stdbool.h>
#include <stddef.h>

#define LBR_SERVERS_MAX 16

struct lbr_server {
	char host[256]; /* a name, an address without brackets, or the directory of a socket: that begins with '/' */
	char port[8];
};

struct lbr_servers {
	unsigned          count;
	struct lbr_server at[LBR_SERVERS_MAX];
};

/* Reads "HOST[:PORT], ..."; an IPv6 address is in brackets, and a directory is a host too. False: not such a list. */
bool lbr_servers_read(const char *text, struct lbr_servers *ret);

/* Writes it as store.conf names it, with its port; what does not fit is left out of the host, and dots say so. */
void lbr_server_name(const struct lbr_server *server, char *ret, size_t size);

/* Returns true if one of them is reached over the network. */
bool lbr_servers_are_remote(const struct lbr_servers *servers);

#endif
