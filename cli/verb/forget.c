#include "forget.h"

#include <liberations/notice.h>
#include <liberations/notices.h>

void cli_forget_notices(const struct admin_session *session, const char *name)
{
	struct lbr_notices *notices = NULL;
	int kind;

	if (lbr_notices_open(session->settings.state, session->keyring, &notices, NULL) != LBR_OK)
		return;
	for (kind = 0; kind < LBR_NOTICE_KINDS; kind++)
		(void)lbr_notices_drop(notices, name, (enum lbr_notice_kind)kind, NULL);
	lbr_notices_close(notices);
}
