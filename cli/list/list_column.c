/* What the columns of a list are called, and what they show. */
#include "list.h"

#include <stdio.h>
#include <string.h>

#include <liberations/contact.h>

static const char *const words[LIST_COLUMNS] = {
	[LIST_USER] = "user", [LIST_STATE] = "state", [LIST_PASSWORD] = "password", [LIST_PASSWORD_SET] = "password-set",
	[LIST_TOKEN] = "token", [LIST_RECOVERY_CODES] = "recovery-codes", [LIST_LAST] = "last-sign-in", [LIST_EXPIRES] = "expires",
	[LIST_WAITING_UNTIL] = "waiting-until", [LIST_DISABLED] = "disabled", [LIST_UID] = "uid",
	[LIST_SYSTEM_UID] = "system-uid", [LIST_CONTACT] = "contact", [LIST_EMAIL] = "address", [LIST_PHONE] = "phone",
	[LIST_LANGUAGE] = "language",
};

const char *cli_list_column_word(size_t at)
{
	return at < LIST_COLUMNS ? words[at] : NULL;
}

static bool find(const char *word, size_t len, enum list_column *ret)
{
	int at;

	for (at = 0; at < LIST_COLUMNS; at++) {
		if (strlen(words[at]) != len || strncmp(words[at], word, len) != 0)
			continue;
		*ret = (enum list_column)at;
		return true;
	}
	return false;
}

static bool has(const struct list_choice *choice, enum list_column column)
{
	size_t at;

	for (at = 0; at < choice->count; at++)
		if (choice->columns[at] == column)
			return true;
	return false;
}

enum cli_status cli_list_columns_read(const struct cli *cli, const char *typed, struct list_choice *ret)
{
	enum list_column column = LIST_COLUMNS;
	char word[LBR_NAME_MAX];
	size_t len;

	for (;; typed += len + 1) {
		len = strcspn(typed, ",");
		snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), typed);
		if (!find(typed, len, &column))
			return cli_fail(cli, CLI_USAGE, TEXT_NO_COLUMN, cli->verb->name, cli_safe(word), NULL);
		if (has(ret, column))
			return cli_fail(cli, CLI_USAGE, TEXT_COLUMN_GIVEN_TWICE, cli->verb->name, words[column], NULL);
		ret->columns[ret->count++] = column;
		if (typed[len] == '\0')
			break;
	}
	ret->chosen = true;
	return CLI_DONE;
}

static const char *time_of(int64_t time_s, char ret[LIST_TEXT_MAX])
{
	return time_s == 0 ? "" : cli_time_utc(time_s, ret);
}

static const char *end_of(const struct account_row *row, char ret[LIST_TEXT_MAX])
{
	if (row->standing.end_s == INT64_MAX)
		return "";
	return row->standing.end_s == 0 ? "now" : cli_time_utc(row->standing.end_s, ret);
}

int64_t cli_list_waiting_until(const struct account_row *row)
{
	unsigned wait_s = 0;
	int lane;

	for (lane = 0; lane < LBR_LANES; lane++)
		if (row->standing.lanes[lane].wait_s > wait_s)
			wait_s = row->standing.lanes[lane].wait_s;
	return wait_s > 0 ? row->standing.now_s + wait_s : 0;
}

static const char *number(bool known, unsigned value, char ret[LIST_TEXT_MAX])
{
	if (!known)
		return "";
	snprintf(ret, LIST_TEXT_MAX, "%u", value);
	return ret;
}

static const char *where(const struct account_row *row, enum list_column column, char ret[LIST_TEXT_MAX])
{
	struct lbr_contact contact;

	if (!lbr_contact_read(row->contact, &contact))
		return "";
	snprintf(ret, LIST_TEXT_MAX, "%s", column == LIST_EMAIL ? contact.address : contact.phone);
	return ret;
}

const char *cli_list_value(const struct account_row *row, enum list_column column, char ret[LIST_TEXT_MAX])
{
	switch (column) {
	case LIST_USER: return row->name;
	case LIST_STATE: return cli_list_state(row, ret);
	case LIST_PASSWORD: return row->own ? "own" : "temporary";
	case LIST_PASSWORD_SET: return time_of(row->password_set_s, ret);
	case LIST_TOKEN: return row->confirmed ? "confirmed" : "pending";
	case LIST_RECOVERY_CODES: return number(true, row->recovery_left, ret);
	case LIST_LAST: return time_of(row->last_s, ret);
	case LIST_EXPIRES: return end_of(row, ret);
	case LIST_WAITING_UNTIL: return time_of(cli_list_waiting_until(row), ret);
	case LIST_DISABLED: return row->disabled ? "yes" : "no";
	case LIST_UID: return number(row->recorded.has_uid, row->recorded.uid, ret);
	case LIST_SYSTEM_UID: return number(row->recorded.is_in_system, row->recorded.system_uid, ret);
	case LIST_CONTACT: return row->contact;
	case LIST_EMAIL:
	case LIST_PHONE: return where(row, column, ret);
	case LIST_LANGUAGE: return row->language != LBR_LANGUAGE_NONE ? lbr_language_name(row->language) : "";
	case LIST_COLUMNS: break;
	}
	return "";
}
