/* What shadow(5) says beside an account: root must read it before it becomes the owner of the accounts. */
#ifndef CLI_UNIX_FACTS_H
#define CLI_UNIX_FACTS_H

#include <stdbool.h>
#include <stdint.h>

struct unix_facts {
	bool    known;      /* there is such an entry, and it could be read; else the rest is empty */
	int64_t end_s;      /* of the Unix account, which stops sign-ins; 0: none */
	bool    ended;
	bool    locked, ages; /* the Unix password, which stop nobody who has an account here */
};

/* Looks up the name at `now_s`. */
struct unix_facts cli_unix_facts(const char *name, int64_t now_s);

#endif
