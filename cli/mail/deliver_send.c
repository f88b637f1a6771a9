/* One message on its way: where to, and by which program. */
#include "deliver.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <liberations/contact.h>
#include <liberations/store.h>

#include "mail.h"

bool cli_deliver_find_way(struct delivering *delivering, const struct lbr_message *message, struct message_way *ret)
{
	struct lbr_reason reason = { .text = "" };
	struct lbr_contact contact = { .phone = "" };
	struct lbr_view view;
	bool found = lbr_store_load(delivering->session.store, message->name, &view, &reason) == LBR_OK &&
	             lbr_contact_read(view.account.contact, &contact);

	lbr_view_release(&view);
	return found && cli_carriers_way(&delivering->carriers, &contact, delivering->session.settings.command[0] != '\0', ret);
}

void cli_deliver_send(const struct delivering *delivering, const struct lbr_message *message, const struct message_way *way,
                      struct delivered *delivered)
{
	const struct lbr_settings *settings = &delivering->session.settings;
	bool subject = message->kind < LBR_NOTICE_KINDS && !way->phone;
	char line[LBR_MESSAGE_MAX + 2], *mail;
	size_t len = 0;

	delivered->command = way->command;
	delivered->tried = true;
	delivered->mailed = CLI_MAIL_NOT_STARTED;
	delivered->number = ENOMEM;
	(void)cli_flush(); /* the program's own messages on standard error come after this */
	if (way->command) {
		len = (size_t)snprintf(line, sizeof(line), "%s\n", message->text);
		delivered->mailed = cli_provider_send(settings, way->to, line, len, &delivered->number);
		return;
	}
	mail = cli_mail_compose(settings, way->to, message->text, subject, delivering->now_s, &len);
	if (mail != NULL)
		delivered->mailed = cli_sendmail(settings, way->to, mail, len, &delivered->number);
	free(mail);
}
