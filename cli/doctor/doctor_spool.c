/* What waits to be sent, and whether anything sends it. */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>

#include <liberations/messages.h>

#define OVERDUE_S 3600 /* the timer comes every five minutes */

static unsigned count_overdue(struct doctor *on, struct lbr_spool *spool)
{
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	struct lbr_reason reason = { .text = "" };
	struct lbr_message message;
	unsigned overdue = 0, newer = 0;
	size_t count = 0, at;
	enum lbr_error error;

	if (lbr_messages_list(spool, &ids, &count, &reason) != LBR_OK)
		cli_finding_add_reason(&on->found, FINDING_CRITICAL, "spool", "", "", &reason);
	for (at = 0; at < count; at++) {
		error = lbr_message_read(spool, ids[at], &message, &reason);
		overdue += error == LBR_OK && message.next_s < on->now_s - OVERDUE_S;
		if (error == LBR_ERR_NEWER && newer++ == 0) /* one speaks for all */
			cli_finding_add_reason(&on->found, FINDING_WARNING, "spool", ids[at], "man liberations-formats", &reason);
	}
	free(ids);
	return overdue;
}

void cli_doctor_spool(struct doctor *on)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_spool *spool = NULL;
	char number[16];
	unsigned overdue;
	enum lbr_error error = lbr_messages_look(on->session.settings.state, on->session.keyring, &spool, &reason);

	if (error != LBR_OK && error != LBR_ERR_ABSENT && error != LBR_ERR_BUSY)
		cli_finding_add_reason(&on->found, FINDING_CRITICAL, "spool", "", "", &reason);
	if (error != LBR_OK)
		return;
	overdue = count_overdue(on, spool);
	lbr_messages_close(spool);
	if (overdue == 0)
		return;
	snprintf(number, sizeof(number), "%u", overdue);
	cli_finding_add(&on->found, FINDING_WARNING, "spool", "", 0, "sudo systemctl enable --now liberations-deliver.timer",
	                TEXT_DOCTOR_SPOOL, number, NULL);
}
