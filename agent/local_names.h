/* The names that /etc/passwd gives to a uid: a user who got the uid of somebody who left may not ask about that account. */
#ifndef AGENT_LOCAL_NAMES_H
#define AGENT_LOCAL_NAMES_H

#include <stdbool.h>
#include <sys/types.h>

#define LBR_LOCAL_NAMES_SIZE 1024

/* Each name is followed by a colon. */
struct lbr_local_names {
	char text[LBR_LOCAL_NAMES_SIZE]; /* "": none is known, such as of a directory's user */
	bool overflow;                   /* there are more */
};

/* Reads the names of `uid`. Call it before the process is confined. A file that cannot be read has no names. */
void lbr_local_names_read(uid_t uid, struct lbr_local_names *ret);

/* Returns false if the uid has names, and `name` is none of them. */
bool lbr_local_names_allow(const struct lbr_local_names *names, const char *name);

#endif
