/* The table of sessions: fixed slots in memory that the caller maps from one preallocated file. Pure: time is an argument, and
 * what must reach the disk before an answer is said in the result.
 *
 * A session is found by its id, belongs to one site, and ends by itself when it was idle too long or is too old; both are
 * compared when it is used. The sessions of one sign-in at several sites are a family: they are as old as the sign-in, are idle
 * as one, count as one, and one sign-out ends them. No one's session gives way to a stranger's. It is not made for several threads.
 */
#ifndef PORTAL_SESSION_TABLE_H
#define PORTAL_SESSION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>

#include "session_slot.h"

#define LBR_SESSION_NONE UINT32_MAX
#define LBR_SESSION_SEEN_S 60 /* how old the time of the last request in a slot may be */

struct lbr_session_rules {
	int64_t  idle_s, absolute_s, recheck_ms;
	unsigned per_person;
};

/* What is known of a slot beside its bytes; the memory is the caller's. */
struct lbr_session_live {
	uint64_t hash, person; /* the first bytes of the id's hash; a keyed hash of the name */
	uint64_t family;       /* its first bytes */
	uint32_t next;         /* in the chain of the id, or of the free slots */
	uint32_t next_person;  /* in the chain of the name */
	bool     taken, checked;
	int64_t  seen_s, checked_ms;
};

/* Why a session ended by itself. */
enum lbr_session_over { LBR_SESSION_IDLE = 0, LBR_SESSION_OLD, LBR_SESSION_CROWDED };

typedef void lbr_session_tell_over(void *context, enum lbr_session_over why, const struct lbr_web_session *session);

struct lbr_session_table {
	const struct lbr_portal_key *key;
	struct lbr_session_rules     rules;
	unsigned char               *slots; /* `count` times LBR_SESSION_SLOT_LEN bytes */
	uint32_t                     count, used;
	unsigned                     foreign; /* slots of another release, emptied at the opening */
	uint8_t                      newest;  /* the highest version among them */
	struct lbr_session_live     *live;    /* `count` */
	uint32_t                    *by_hash, *by_person; /* `count` chains each */
	uint32_t                     free, tidied; /* the next slot that lbr_session_tidy looks at */
	lbr_session_tell_over       *tell_over; /* hears of each session that ends by itself, once of a CROWDED family; or NULL */
	void                        *tell_context;
};

/* Returns the bytes of memory that a table of `count` slots (1 to 2^20) needs beside the slots. */
size_t lbr_session_table_size(uint32_t count);

/* Begins with what the slots hold. Damaged ones, and two of one id, are emptied and counted in `*ret_damaged`; those of
 * another release, in `table->foreign`. `memory` is aligned for any type; all that is handed over stays the caller's and must
 * outlive the table. */
void lbr_session_table_open(struct lbr_session_table *table, const struct lbr_portal_key *key,
                            const struct lbr_session_rules *rules,
                            unsigned char *slots, uint32_t count, void *memory, unsigned *ret_damaged);

/* Begins a session with a fresh random `id`. All zero, `session->family` begins a family; if the person has the most already, the
 * one that was idle longest ends. Else it joins a living family of that person, and takes the place of the one at its site.
 * `born_s` and `seen_s` are set here. In a full table, sessions that are over give way, and for a family that begins the person's
 * own that was idle longest. LBR_ERR_BUSY: it is full of others' living ones. LBR_ERR_SYNTAX: no name. LBR_ERR_ABSENT: no such
 * family lives. `*ret` is its slot. */
enum lbr_error lbr_session_begin(struct lbr_session_table *table, int64_t now_s, int64_t now_ms,
                                 const unsigned char id[LBR_SESSION_ID_LEN], const struct lbr_web_session *session, uint32_t *ret);

enum lbr_session_answer {
	LBR_SESSION_DEAD = 0, /* none, another site's, idle, too old, damaged; the slot of one that is over is empty now */
	LBR_SESSION_RECHECK,  /* ask the agent for the account's standing first */
	LBR_SESSION_LIVE,
};

/* Finds a session and, if it lives, notes the time. `*ret_index` and `*ret` are meant for LIVE and RECHECK only; else NONE and
 * zero. `now_s` is the real time, `now_ms` the monotonic one. A clock that was set back ends nothing. */
enum lbr_session_answer lbr_session_find(struct lbr_session_table *table, int64_t now_s, int64_t now_ms,
                                         const unsigned char id[LBR_SESSION_ID_LEN], const unsigned char site[LBR_SITE_ID_LEN],
                                         uint32_t *ret_index, struct lbr_web_session *ret);

/* Does the same by the hash of the id (session_slot.h), for who knows no id. */
enum lbr_session_answer lbr_session_find_hashed(struct lbr_session_table *table, int64_t now_s, int64_t now_ms,
                                                const unsigned char hash[32], const unsigned char site[LBR_SITE_ID_LEN],
                                                uint32_t *ret_index, struct lbr_web_session *ret);

/* Notes that the agent confirmed the standing of that slot's account. */
void lbr_session_checked(struct lbr_session_table *table, uint32_t index, int64_t now_ms);

/* Ends a session; the caller syncs before it answers. An empty slot stays empty. */
void lbr_session_end(struct lbr_session_table *table, uint32_t index);

/* Ends a session and all others of its family: a sign-out. Returns how many. */
unsigned lbr_session_end_family(struct lbr_session_table *table, uint32_t index);

/* Ends all sessions of a name, on every site, but the family of the one in slot `except` (NONE: no exception). Returns how many. */
unsigned lbr_session_end_all(struct lbr_session_table *table, const char *user, uint32_t except);

/* Ends what is over or damaged among the next `most` slots; the call after it goes on behind them. What ends here opened nothing
 * before. */
void lbr_session_tidy(struct lbr_session_table *table, int64_t now_s, uint32_t most);

/* Lists a person's living sessions: calls `each` for every one; false stops. */
void lbr_session_list(struct lbr_session_table *table, int64_t now_s, const char *user,
                      bool (*each)(void *context, uint32_t index, const struct lbr_web_session *session), void *context);

/* Lists a person's living families: calls `each` once for every one, with the session of it that was used last; false stops. */
void lbr_session_list_families(struct lbr_session_table *table, int64_t now_s, const char *user,
                               bool (*each)(void *context, uint32_t index, const struct lbr_web_session *session), void *context);

#endif
