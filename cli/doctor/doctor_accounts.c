/* The accounts: which cannot be read, which never began, and whose Unix user is another one or has left. */
#include "doctor.h"

#include <stdlib.h>

#include "facts.h"
#include "recorded.h"

#define CHUNK 1024

/* Names are looked up once the store is closed: no module of the name service runs while a key is in memory. */
struct owned {
	char     name[LBR_NAME_MAX + 1];
	uint32_t uid;
};

struct looking {
	struct doctor *doctor;
	struct owned  *list;
	size_t         count, room;
};

static void keep(struct looking *on, const struct lbr_account *account)
{
	struct owned *grown = on->list;

	if (!account->has_uid)
		return;
	if (on->count == on->room) {
		grown = reallocarray(on->list, on->room + CHUNK, sizeof(*grown));
		if (grown == NULL) {
			on->doctor->found.lost = true;
			return;
		}
		on->list = grown;
		on->room += CHUNK;
	}
	snprintf(on->list[on->count].name, sizeof(on->list[0].name), "%s", account->name);
	on->list[on->count++].uid = account->uid;
}

static void say(struct looking *on, enum finding_level level, const char *name, const char *verb, enum cli_text text)
{
	char fix[LBR_NAME_MAX + 64];

	snprintf(fix, sizeof(fix), "sudo liberations %s %s", verb, name);
	cli_finding_add(&on->doctor->found, level, "account", name, 0, fix, text, NULL);
}

static int take_one(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                    const struct lbr_reason *reason)
{
	struct looking *on = context;

	if (account == NULL) {
		cli_finding_add_reason(&on->doctor->found, FINDING_CRITICAL, "account", name, "man liberations-account", reason);
	} else if (counters == NULL) {
		say(on, FINDING_CRITICAL, name, "unlock --rebuild", TEXT_DOCTOR_COUNTERS);
		keep(on, account);
	} else {
		if (account->password_kind == LBR_PASSWORD_TEMPORARY && account->invited_until_s < on->doctor->now_s)
			say(on, FINDING_NOTE, name, "invite --renew", TEXT_DOCTOR_INVITATION);
		else if (account->token_kind == LBR_TOKEN_PENDING)
			say(on, FINDING_NOTE, name, "show", TEXT_DOCTOR_NOT_ENROLLED);
		keep(on, account);
	}
	return 0;
}

static void judge_uid(struct looking *on, const struct owned *owned)
{
	struct recorded recorded = { .has_uid = true, .uid = owned->uid };

	cli_recorded_look_up(owned->name, &recorded);
	if (recorded.differs && recorded.is_in_system)
		say(on, FINDING_WARNING, owned->name, "uid", TEXT_DOCTOR_OTHER_UID);
	else if (recorded.differs)
		say(on, FINDING_WARNING, owned->name, "remove", TEXT_DOCTOR_USER_GONE);
}

void cli_doctor_accounts(struct doctor *on)
{
	struct looking looking = { .doctor = on };
	struct lbr_reason reason = { .text = "" };
	size_t at;

	(void)lbr_store_list(on->session.store, take_one, &looking, &reason);
	cli_admin_close(&on->session);
	for (at = 0; at < looking.count; at++)
		judge_uid(&looking, &looking.list[at]);
	free(looking.list);
}
