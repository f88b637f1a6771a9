/* The accounts: which cannot be read, which never began, and whose Unix user is another one or has left. */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "account_rows.h"
#include "foreign_key.h"

#define NAMED_MAX 100 /* accounts with the same fault that are told by name: with a million accounts, a million may have it */

enum account_fault { UNREADABLE, NO_COUNTERS, INVITATION_OVER, NOT_ENROLLED, OTHER_UID, USER_GONE, NO_CARRIER, ACCOUNT_FAULTS };

/* `verb` repairs one account, `all` lists those that have it. */
static const struct {
	enum finding_level level;
	enum cli_text      text;
	const char        *verb, *all;
} faults[ACCOUNT_FAULTS] = {
	[UNREADABLE] = { FINDING_CRITICAL, TEXT_BARE, "", "sudo liberations list > /dev/null" },
	[NO_COUNTERS] = { FINDING_CRITICAL, TEXT_DOCTOR_COUNTERS, "unlock --rebuild", "sudo liberations list > /dev/null" },
	[INVITATION_OVER] = { FINDING_NOTE, TEXT_DOCTOR_INVITATION, "invite --renew", "sudo liberations list --state expired" },
	[NOT_ENROLLED] = { FINDING_NOTE, TEXT_DOCTOR_NOT_ENROLLED, "show", "sudo liberations list --columns user,token" },
	[OTHER_UID] = { FINDING_WARNING, TEXT_DOCTOR_OTHER_UID, "uid", "sudo liberations list --state other-uid" },
	[USER_GONE] = { FINDING_WARNING, TEXT_DOCTOR_USER_GONE, "remove", "sudo liberations list --state no-unix-user" },
	[NO_CARRIER] = { FINDING_WARNING, TEXT_DOCTOR_CARRIER_UNKNOWN, "contact", "sudo liberations list --columns user,contact" },
};

struct looking {
	struct doctor *doctor;
	unsigned long  counts[ACCOUNT_FAULTS];
};

static void say(struct looking *on, enum account_fault fault, const char *name)
{
	char fix[LBR_NAME_MAX + 64];

	if (++on->counts[fault] > NAMED_MAX)
		return;
	snprintf(fix, sizeof(fix), "sudo liberations %s %s", faults[fault].verb, name);
	cli_finding_add(&on->doctor->found, faults[fault].level, "account", name, 0, fix, faults[fault].text, NULL);
}

static const char *fix_of_store(const struct doctor *on)
{
	return on->session.settings.store == LBR_STORE_FILE ? "sudo liberations init" : "sudo liberations store status";
}

/* What is no account's is the store's own; that its key is gone was told with the host. */
static void say_unreadable(struct looking *on, const struct account_row *row, const struct lbr_reason *reason)
{
	bool newer = row->error == LBR_ERR_NEWER, damaged = row->error == LBR_ERR_DAMAGED;
	bool is_store = row->name[0] == '\0' && !damaged && !newer;

	if (is_store && access(on->doctor->session.settings.seal_key, F_OK) != 0 && errno == ENOENT)
		return;
	if (damaged && on->doctor->key_is_foreign)
		return;
	if (is_store && on->doctor->shared_told)
		return;
	if (!is_store && ++on->counts[UNREADABLE] > NAMED_MAX)
		return;
	cli_finding_add_reason(&on->doctor->found, FINDING_CRITICAL, is_store ? "store" : "account", row->name,
	                       is_store ? fix_of_store(on->doctor) : newer ? "man liberations-formats" : "man liberations-account",
	                       reason);
}

static void judge_uid(struct looking *on, const struct account_row *row)
{
	struct recorded recorded = row->recorded;

	cli_recorded_look_up(row->name, &recorded);
	if (recorded.differs)
		say(on, recorded.is_in_system ? OTHER_UID : USER_GONE, row->name);
}

static bool take_one(void *context, const struct account_row *row, const struct lbr_reason *reason)
{
	struct looking *on = context;

	if (row->fault) {
		if (!row->has_account || row->error == LBR_ERR_NEWER) /* counters that a newer release wrote must not be rebuilt */
			say_unreadable(on, row, reason);
		return true;
	}
	if (row->no_counters && row->error != LBR_ERR_NEWER)
		say(on, NO_COUNTERS, row->name);
	else if (!row->own && row->standing.facts[STANDING_EXPIRED])
		say(on, INVITATION_OVER, row->name);
	else if (!row->confirmed)
		say(on, NOT_ENROLLED, row->name);
	judge_uid(on, row);
	if (!cli_doctor_carrier_count(on->doctor, row->contact))
		say(on, NO_CARRIER, row->name);
	return true;
}

static void say_more(struct looking *on)
{
	char count[24];
	int fault;

	for (fault = 0; fault < ACCOUNT_FAULTS; fault++) {
		if (on->counts[fault] <= NAMED_MAX)
			continue;
		snprintf(count, sizeof(count), "%lu", on->counts[fault] - NAMED_MAX);
		cli_finding_add(&on->doctor->found, faults[fault].level, "account", "", 0, faults[fault].all,
		                fault == UNREADABLE ? TEXT_DOCTOR_MORE_UNREADABLE : TEXT_DOCTOR_MORE, count,
		                cli_text(faults[fault].text, on->doctor->cli->language), NULL);
	}
}

static void judge_key(struct doctor *on)
{
	const char *path = on->session.settings.seal_key;
	char fix[FINDING_PATH + 64];

	on->key_is_foreign = cli_key_is_foreign_apart(&on->session);
	snprintf(fix, sizeof(fix), "sudo cp /a/safe/place/seal.key %s", path);
	if (on->key_is_foreign)
		cli_finding_add(&on->found, FINDING_CRITICAL, "seal-key", path, 0, fix, TEXT_DOCTOR_FOREIGN_KEY, NULL);
}

void cli_doctor_accounts(struct doctor *on)
{
	struct looking looking = { .doctor = on };

	judge_key(on);
	if (cli_accounts_read(on->cli, &on->session, take_one, &looking) != CLI_DONE)
		on->found.lost = true;
	say_more(&looking);
	cli_doctor_carriers_judge(on);
}
