/* pam_sm_open_session(3) and pam_sm_close_session(3): the sign-in is over, and the agent may go. */
#include "call.h"

#include <stdbool.h>
#include <stddef.h>

#include <liberations/release.h>

#include "link.h"

LBR_RELEASE_NOTE(LBR_VERSION);

static int let_agent_go(pam_handle_t *pamh)
{
	struct lbr_link *link = lbr_link_of(pamh, false);

	if (link != NULL)
		lbr_link_close(link);
	return PAM_SUCCESS;
}

LBR_ENTRY_POINT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return let_agent_go(pamh);
}

LBR_ENTRY_POINT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return let_agent_go(pamh);
}
