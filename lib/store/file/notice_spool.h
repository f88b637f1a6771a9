/* The inner parts of the notice spool. Private to lib/. */
#ifndef LIB_NOTICE_SPOOL_H
#define LIB_NOTICE_SPOOL_H

#include <stdbool.h>

#include <liberations/notices.h>

#include "file.h"
#include "shared_dates.h"

#define LBR_NOTICE_SEPARATOR ':' /* never occurs in an account's file name */
#define LBR_NOTICE_FILE_MAX (LBR_NAME_FILE_MAX + 32)

struct lbr_notices {
	const struct lbr_keyring *keyring;
	struct lbr_store         *store; /* NULL, or it keeps those of most people */
	int                       dir;
};

/* Writes the file name "NAME:KIND", NAME percent-encoded. Errors as lbr_name_encode. */
enum lbr_error lbr_notice_file(const char *name, enum lbr_notice_kind kind, char ret[LBR_NOTICE_FILE_MAX]);

/* Replaces the file. Only the one sender may. `again`: one that was read, and LBR_ERR_ABSENT if it was dropped since. */
enum lbr_error lbr_notice_write(const struct lbr_notices *notices, const struct lbr_notice *notice, bool again,
                                struct lbr_reason *reason);

#endif
