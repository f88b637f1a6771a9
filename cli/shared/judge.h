/* What is wrong with the shared accounts, from what was told: pure. */
#ifndef CLI_SHARED_JUDGE_H
#define CLI_SHARED_JUDGE_H

#include "finding.h"
#include "told.h"

struct both_sides {
	const struct told *root, *host; /* as both logins see the database; may be the same */
	const char        *key;         /* the ids of this host's seal keys, with commas between */
	const char        *policy; /* the digest of this host's rules */
	int64_t            now_us;      /* this host's clock; since 1970 */
	bool               plain;       /* desk.h: the side of root is missing */
};

/* judge_server.c: server, schema, confirmation, clocks, TLS, rights. */
void cli_judge_server(const struct both_sides *sides, struct findings *to);

/* judge_hosts.c: what was lost, keys, releases. */
void cli_judge_hosts(const struct both_sides *sides, struct findings *to);

/* judge_server.c: whether this server is behind one that the same login has seen: an old primary beside the new one. What it lacks
 * is not lost. */
bool cli_judge_behind(const struct told *told);

/* What this host was told of, and the database does not have. */
struct loss {
	unsigned commits;
	int64_t  from_us, to_us; /* between these times, by the database's clock */
};

/* judge_hosts.c: by what this login saw of the database, or else by what `root` did. False: nothing. */
bool cli_judge_loss(const struct told *root, const struct told *host, struct loss *ret);

/* What a host has reported, and nobody has accepted since: of the next one behind `*at`. `loss->to_us` is when it said so, and of
 * several connections the first to say so counts. False: there are no more. */
bool cli_judge_reported(const struct told *root, size_t *at, const char **ret_host, struct loss *ret);

#endif
