/* The accounts that many hosts share. Read desk.h first. */
#include "doctor.h"

#include <stdio.h>

#include <liberations/name.h>

#include "broker_start.h"
#include "state.h"

static bool is_shared(const struct doctor *on)
{
	return on->session.settings.store != LBR_STORE_FILE;
}

static void say_broken(struct doctor *on, const struct lbr_reason *reason)
{
	on->shared_told = true;
	cli_finding_add_reason(&on->found, FINDING_CRITICAL, "broker", "", "man store.conf", reason);
}

void cli_doctor_shared_begin(struct doctor *on)
{
	struct lbr_reason reason = { .text = "" };

	if (!is_shared(on))
		return;
	on->desk.session.settings = on->session.settings;
	on->has_desk = cli_desk_start(on->cli, DESK_NEEDS_HOST, &on->desk, &reason) == LBR_OK;
	if (!on->has_desk)
		say_broken(on, &reason);
	on->plain = cli_broker_is_plain(on->cli);
	if (on->plain)
		cli_finding_add(&on->found, FINDING_NOTE, "broker", "", 0, "", TEXT_SHARED_PLAIN_DOCTOR, NULL);
	else if (cli_broker_start(on->cli, &on->session, &reason) != LBR_OK)
		say_broken(on, &reason);
}

void cli_doctor_shared(struct doctor *on)
{
	struct lbr_reason reason = { .text = "" };
	unsigned before = on->found.count;
	bool loads;

	if (!on->has_desk)
		return;
	if (cli_desk_take_over(&on->desk, &reason) == LBR_OK)
		cli_shared_judge(&on->desk, &on->found, &loads);
	else
		say_broken(on, &reason);
	on->shared_told = cli_findings_any_critical(&on->found, before);
	on->session.away = on->desk.told[DESK_ROOT].error != LBR_OK;
	cli_desk_close(&on->desk);
}

/* A person of `local` without files here signs in nowhere once the database is away. On a plain host, nothing else has looked at
 * these accounts. */
static void judge_one(struct doctor *on, const char *name)
{
	struct lbr_reason reason = { .text = "" };
	char fix[LBR_NAME_MAX + 48];
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(on->session.store, name, &view, &reason);

	if (error == LBR_ERR_ABSENT) {
		snprintf(fix, sizeof(fix), "sudo liberations enroll %s", name);
		cli_finding_add(&on->found, FINDING_WARNING, "local", name, 0, fix, TEXT_SHARED_NOT_LOCAL, NULL);
	} else if (error != LBR_OK && on->plain) {
		cli_finding_add_reason(&on->found, FINDING_CRITICAL, "account", name, "man liberations-account", &reason);
	}
	lbr_view_release(&view);
}

void cli_doctor_local(struct doctor *on)
{
	const char *at = on->session.settings.local;
	char name[LBR_NAME_MAX + 1];

	while (is_shared(on) && (at = lbr_names_next(at, name)) != NULL)
		judge_one(on, name);
}
