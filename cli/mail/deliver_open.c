/* What a sender needs. */
#include "deliver.h"

#include <liberations/store.h>

#include "carriers_load.h"

enum cli_status cli_delivering_open_spool(struct delivering *delivering)
{
	struct lbr_reason reason = { .text = "" };
	const struct admin_session *session = &delivering->session;
	enum lbr_error error = lbr_notices_make(session->settings.state, &reason);

	if (error == LBR_OK && delivering->notices == NULL)
		error = lbr_notices_open(session->settings.state, session->keyring, &delivering->notices, &reason);
	if (error == LBR_OK)
		lbr_notices_share(delivering->notices, session->store);
	if (error == LBR_OK)
		error = lbr_messages_open(session->settings.state, session->keyring, &delivering->spool, &reason);
	if (error == LBR_OK)
		return CLI_DONE;
	if (error == LBR_ERR_BUSY)
		return cli_fail(delivering->cli, CLI_NO, TEXT_SENDING_ALREADY, delivering->cli->verb->name, NULL);
	cli_fail_reason(delivering->cli, NULL, error, &reason);
	return CLI_FAULT;
}

enum cli_status cli_delivering_open(struct delivering *delivering)
{
	enum cli_status status = cli_carriers_load(delivering->cli, &delivering->carriers);

	if (status == CLI_DONE)
		status = cli_admin_open(delivering->cli, &delivering->session);
	if (status != CLI_DONE)
		return status;
	status = cli_delivering_open_spool(delivering);
	if (status != CLI_DONE)
		cli_delivering_close(delivering);
	return status;
}

void cli_delivering_close(struct delivering *delivering)
{
	lbr_messages_close(delivering->spool);
	lbr_notices_close(delivering->notices);
	cli_admin_close(&delivering->session);
	delivering->spool = NULL;
	delivering->notices = NULL;
}
