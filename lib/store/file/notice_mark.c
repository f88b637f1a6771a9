/* Marking a notice as sent, and dropping it. The one sender of the spool alone writes here. */
#include "notice_spool.h"

#include <stdint.h>
#include <string.h>

enum lbr_error lbr_notice_mark_sent(struct lbr_notices *notices, const struct lbr_notice *notice, int64_t now_s,
                                  struct lbr_reason *reason)
{
	struct lbr_notice settled = *notice, kept;

	/* What is damaged is written anew; what a later release wrote is not damaged. */
	if (lbr_notice_read(notices, notice->name, notice->kind, &kept, reason) == LBR_ERR_NEWER)
		return LBR_ERR_NEWER;
	settled.raised_s = 0;
	settled.sent_s = now_s;
	memset(settled.service, 0, sizeof(settled.service));
	memset(settled.rhost, 0, sizeof(settled.rhost));
	return lbr_notice_write(notices, &settled, false, reason);
}

enum lbr_error lbr_notice_reseal(struct lbr_notices *notices, const struct lbr_notice *notice, struct lbr_reason *reason)
{
	return lbr_notice_write(notices, notice, true, reason);
}

enum lbr_error lbr_notices_drop(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                                struct lbr_reason *reason)
{
	char file[LBR_NOTICE_FILE_MAX];
	enum lbr_error error = lbr_notice_file(name, kind, file);

	if (lbr_notices_are_shared(notices, name))
		return lbr_shared_date_drop(notices->store, name, kind, reason);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_SUCH_NAME));
	return lbr_file_remove(notices->dir, file, reason);
}
