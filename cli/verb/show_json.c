/* `show USER --json`. */
#include "show.h"

#include <stdbool.h>

#include <liberations/recovery.h>

#include "json.h"

static json_t *lane(const struct lane_facts *facts)
{
	return json_pack("{s:i, s:i, s:i, s:b}", "password_failures", (int)facts->password_failures,
	                 "code_failures", (int)facts->code_failures, "wait_s", (int)facts->wait_s,
	                 "locked", facts->locked);
}

static json_t *text_or_null(const char *text, bool is_there)
{
	return is_there ? json_string(text) : json_null();
}

static json_t *unix_account(const struct unix_facts *facts)
{
	if (!facts->known)
		return json_null();
	return json_pack("{s:o, s:b, s:b, s:b}", "ends", cli_json_time(facts->end_s), "ended", facts->ended,
	                 "password_locked", facts->locked, "password_ages", facts->ages);
}

void cli_show_json(const struct shown *shown)
{
	const struct lbr_account *account = shown->account;

	cli_json_line(json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:b, s:s, s:o, s:o, s:b, s:b, s:s, s:o, s:{s:o, s:o, s:o}, s:o, s:o, s:i, s:i, s:I}",
		"user", account->name,
		"uid", cli_json_uid(account->has_uid, account->uid),
		"system_uid", cli_json_uid(shown->recorded.is_in_system, shown->recorded.system_uid),
		"uid_differs", cli_json_differs(&shown->recorded),
		"unix_account", unix_account(&shown->unix_account),
		"disabled", account->disabled,
		"password", cli_facts_password(account),
		"password_set", cli_json_time(account->password_set_s),
		"expires", cli_json_time(shown->end_s),
		"expired", shown->ended,
		"must_change", account->must_change,
		"token", cli_facts_token(account),
		"last_sign_in", cli_json_time(shown->counters->last_sign_in_s),
		"lanes", "console", lane(&shown->lanes[LBR_LANE_CONSOLE]), "known", lane(&shown->lanes[LBR_LANE_KNOWN]),
		"stranger", lane(&shown->lanes[LBR_LANE_STRANGER]),
		"language", text_or_null(lbr_language_name(account->language), account->language != LBR_LANGUAGE_NONE),
		"contact", text_or_null(account->contact, account->contact[0] != '\0'),
		"recovery_codes", (int)account->recovery_count,
		"recovery_codes_left", (int)lbr_recovery_left(account, shown->counters),
		"generation", (json_int_t)account->generation));
}
