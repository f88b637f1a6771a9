/* The file of the table of sessions: preallocated, mapped, one keeper's at a time. */
#ifndef PORTAL_TABLE_FILE_H
#define PORTAL_TABLE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>

#include "session_table.h"

#define LBR_TABLE_NAME "sessions"
#define LBR_TABLE_SLOTS_MAX (1U << 20)

struct lbr_table_file {
	int                      fd; /* -1: closed */
	unsigned char           *slots;
	size_t                   len; /* bytes of the slots */
	void                    *memory;
	struct lbr_session_table table;
	bool                     unsynced; /* sessions ended that are not durable yet */
	bool                     failing;  /* the disk, at the last try */
	int64_t                  settled_ms;
};

/* Opens STATE/sessions, which must be ours and closed to others; makes it if it is missing. It has `count` slots, or as many as
 * it had before if that were more: no setting signs people out. All of its space is taken now, so that a full disk
 * refuses here and nowhere else. `*ret_damaged` as lbr_session_table_open. LBR_ERR_UNSAFE, _ABSENT (no directory), _SYSTEM,
 * _MEMORY. LBR_ERR_BUSY: another keeper has it. On failure `ret` is closed. */
enum lbr_error lbr_table_file_open(struct lbr_table_file *ret, const char *state, uint32_t count, const struct lbr_portal_key *key,
                                   const struct lbr_session_rules *rules, unsigned *ret_damaged, struct lbr_reason *reason);

/* Makes what was changed durable: before a sign-out or an expulsion is answered. LBR_ERR_SYSTEM: it is `unsynced`, and the log
 * says so once. */
enum lbr_error lbr_table_file_sync(struct lbr_table_file *file);

/* Makes durable what is `unsynced`, at most once a second. */
void lbr_table_file_settle(struct lbr_table_file *file, int64_t now_ms);

/* Closes; what is not on the disk yet will be. */
void lbr_table_file_close(struct lbr_table_file *file);

#endif
