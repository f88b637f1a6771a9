/* The sheet of recovery codes: made when the person first chooses a password, shown once, in a prompt that waits to be
 * acknowledged. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <liberations/recovery.h>
#include <liberations/recovery_renew.h>

#include "ask_person.h"
#include "log.h"
#include "session.h"

#define SHEET_MAX 1024
#define WARN_LEFT 3

_Static_assert(LBR_RECOVERY_CODES <= LBR_WIRE_CODES && LBR_RECOVERY_TEXT_MAX <= LBR_WIRE_CODE_MAX, "a sheet fits into a question");

static enum lbr_error write_sheet(const struct lbr_session *session, const struct lbr_recovery_sheet *sheet, char *prompt,
                                  size_t size)
{
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	char heading[256], question[128];
	size_t used;
	unsigned i;
	int len;

	lbr_text_format(LBR_TEXT_RECOVERY_SHEET, session->language, ascii, 0, NULL, heading, sizeof(heading));
	lbr_text_format(LBR_TEXT_PROMPT_ACKNOWLEDGE, session->language, ascii, 0, NULL, question, sizeof(question));
	len = snprintf(prompt, size, "\n%s\n", heading);
	for (i = 0; i < LBR_RECOVERY_CODES && len > 0; i++) {
		used = strlen(prompt);
		len = snprintf(prompt + used, size - used, "  %s%s", sheet->codes[i], i % 2 == 1 ? "\n" : "");
	}
	used = strlen(prompt);
	len = len > 0 ? snprintf(prompt + used, size - used, "%s", question) : -1;
	return len > 0 && (size_t)len < size - used ? LBR_OK : LBR_ERR_RANGE;
}

static void fill_page(const struct lbr_session *session, const struct lbr_recovery_sheet *sheet, struct lbr_ask *ask)
{
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;

	lbr_text_format(LBR_TEXT_PROMPT_ACKNOWLEDGE, session->language, ascii, 0, NULL, ask->text, sizeof(ask->text));
	for (; ask->code_count < LBR_RECOVERY_CODES; ask->code_count++)
		memcpy(ask->codes[ask->code_count], sheet->codes[ask->code_count], LBR_RECOVERY_TEXT_MAX);
}

/* Shows the sheet. False: no answer came, so perhaps it was never read. */
static bool show_sheet(struct lbr_session *session, const struct lbr_recovery_sheet *sheet)
{
	struct lbr_ask ask = {.purpose = LBR_ASK_ACKNOWLEDGE};
	struct lbr_secret ignored = {0};
	enum lbr_error error = LBR_OK;

	if (session->hello.structured)
		fill_page(session, sheet, &ask);
	else
		error = write_sheet(session, sheet, ask.text, SHEET_MAX);
	if (error == LBR_OK)
		error = lbr_person_ask_whole(session, &ask, &ignored);
	lbr_wipe(&ask, sizeof(ask));
	lbr_secret_wipe(&ignored);
	return error == LBR_OK;
}

void lbr_hand_out_recovery_codes(struct lbr_session *session, uint64_t *generation)
{
	struct lbr_recovery_sheet sheet;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	uint64_t renewed;

	error = lbr_recovery_renew(session->store, session->keyring, session->request.user, *generation, &sheet, &renewed, &reason);
	if (error != LBR_OK) {
		lbr_log_event(session, LOG_ERR, "recovery codes", reason.text);
		lbr_person_tell(session, true, error == LBR_ERR_UNKNOWN ? LBR_TEXT_RECOVERY_UNKNOWN : LBR_TEXT_NO_RECOVERY, 0);
		return;
	}
	*generation = renewed;
	if (!show_sheet(session, &sheet))
		lbr_log_event(session, LOG_WARNING, "recovery codes", "created but never acknowledged; "
		              "run `liberations recovery-codes` for new ones");
	lbr_wipe(&sheet, sizeof(sheet));
}

void lbr_warn_of_recovery_codes(struct lbr_session *session, const struct lbr_outcome *outcome)
{
	if (outcome->event != LBR_EVENT_RECOVERY_USED || outcome->recovery_left > WARN_LEFT)
		return;
	lbr_person_tell(session, false, outcome->recovery_left <= 1 ? LBR_TEXT_RECOVERY_LEFT_ONE : LBR_TEXT_RECOVERY_LEFT_MANY,
	         outcome->recovery_left);
}
