/* The servers of store.conf as libpq wants them, and the password in its file. */
#ifndef BROKER_SERVERS_H
#define BROKER_SERVERS_H

#include <stdbool.h>

#include <liberations/error.h>
#include <liberations/secret.h>

struct lbr_servers {
	char hosts[512], ports[128]; /* each with commas between */
};

/* Reads "HOST[:PORT], HOST[:PORT]" or a directory; an IPv6 address stands in brackets. False: not such a list. */
bool lbr_servers_read(const char *text, struct lbr_servers *ret);

/* Reads the first line of the file; "" gives none. The caller wipes it. Errors as lbr_config_file_read. */
enum lbr_error lbr_password_read(const char *path, struct lbr_secret *ret);

#endif
