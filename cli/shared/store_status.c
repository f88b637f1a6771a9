/* `store status`: servers, hosts, keys, and what is wrong. */
#include <stdio.h>
#include <string.h>

#include <liberations/policy_digest.h>

#include "judge.h"
#include "state.h"
#include "store_words.h"

static void judge_told(const struct desk *desk, struct findings *to)
{
	char keys[LBR_KEYRING_IDS_MAX], policy[LBR_POLICY_DIGEST_MAX];
	struct both_sides sides = { cli_desk_told(desk), &desk->told[DESK_HOST], keys, policy, cli_now_s() * 1000000,
	                           desk->plain };

	lbr_keyring_ids(desk->session.keyring, keys);
	lbr_policy_digest(&desk->session.settings, policy);
	cli_judge_server(&sides, to);
	cli_judge_hosts(&sides, to);
}

void cli_shared_judge_database(struct desk *desk, struct findings *to)
{
	cli_desk_survey_both(desk);
	judge_told(desk, to);
}

void cli_shared_judge(struct desk *desk, struct findings *to, bool *ret_loads)
{
	struct lbr_reason reason = { .text = "" };
	unsigned before = to->count;

	cli_desk_ask(desk, DESK_ROOT);
	cli_desk_ask(desk, DESK_HOST);
	*ret_loads = cli_desk_try_loading(desk, &reason) == LBR_OK; /* all wait for a silent database at once */
	cli_desk_hear(desk, DESK_ROOT);
	cli_desk_hear(desk, DESK_HOST);
	judge_told(desk, to);
	if (!*ret_loads && (!cli_findings_any_critical(to, before) || lbr_reason_has(&reason, LBR_REASON_STORE_NO_BROKER)))
		cli_finding_add_reason(to, FINDING_CRITICAL, "broker", desk->session.settings.store_socket, "", &reason);
}

enum cli_status cli_store_status(struct cli *cli)
{
	struct findings found = { .language = cli->language };
	struct desk desk = { .cli = NULL };
	enum cli_status status = cli_desk_open(cli, DESK_NEEDS_HOST, &desk);
	bool loads = false;

	if (status == CLI_DONE) {
		cli_shared_judge(&desk, &found, &loads);
		if (desk.stores[DESK_ROOT] != NULL && desk.told[DESK_ROOT].error == LBR_OK)
			cli_waiting_count(desk.stores[DESK_ROOT], &desk.waiting);
		if (cli_has(cli, CLI_JSON))
			cli_shared_say_json(&desk, &found, loads);
		else
			cli_shared_say(&desk, &found, loads);
		status = loads && cli_findings_worst(&found) != FINDING_CRITICAL ? CLI_DONE : CLI_FAULT;
	}
	cli_findings_free(&found);
	cli_desk_close(&desk);
	return status;
}
