/* `doctor [SERVICE...]`: every fault of this machine's set-up, with the command that repairs it. Reads only. */
#include "doctor.h"

#include <stdio.h>
#include <unistd.h>

#include <liberations/become.h>

#include "proxy.h"

static void say_config(void *context, const struct lbr_reason *reason)
{
	struct doctor *on = context;
	char fix[FINDING_PATH + 32];

	if (access(on->cli->config, F_OK) == 0)
		snprintf(fix, sizeof(fix), "sudoedit %s", on->cli->config);
	else if (cli_has(on->cli, CLI_CONFIG))
		snprintf(fix, sizeof(fix), "sudo liberations init --config %s", on->cli->config);
	else
		snprintf(fix, sizeof(fix), "sudo liberations init");
	cli_finding_add_reason(&on->found, FINDING_CRITICAL, "config", "", fix, reason);
}

/* `rekey` takes four steps on different days, and the last one is easily forgotten. */
static void look_at_keys(struct doctor *on)
{
	char count[16];

	snprintf(count, sizeof(count), "%u", (unsigned)lbr_keyring_count(on->session.keyring));
	if (lbr_keyring_count(on->session.keyring) > 1)
		cli_finding_add(&on->found, FINDING_NOTE, "seal-key", "", 0, "sudo liberations rekey", TEXT_DOCTOR_KEYS, count,
		                NULL);
}

/* What root alone sees comes first: the store is read as its owner, and there is no way back. */
static void look_at_store(struct doctor *on)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	cli_doctor_host(on);
	cli_doctor_agent(on);
	cli_doctor_portal(on);
	cli_doctor_carriers_load(on);
	cli_doctor_shared_begin(on);
	error = lbr_become_owner_of(on->session.settings.state, on->session.settings.user, &reason);
	if (error != LBR_OK) {
		cli_finding_add_reason(&on->found, FINDING_CRITICAL, "store", "", "sudo liberations init", &reason);
		return;
	}
	cli_doctor_shared(on);
	if (!on->plain && !on->session.away)
		cli_doctor_accounts(on);
	if (cli_admin_open_store(&on->session, &reason) == LBR_OK) { /* otherwise it was told with the accounts */
		look_at_keys(on);
		cli_doctor_kept(on);
		cli_doctor_spool(on);
		cli_doctor_local(on);
	}
	cli_admin_close(&on->session);
}

enum cli_status cli_doctor(struct cli *cli)
{
	struct doctor on = { .cli = cli, .now_s = cli_now_s(), .found = { .language = cli->language } };
	enum finding_level worst;

	cli_doctor_pam(&on);
	if (cli_has(cli, CLI_SSHD_CONFIG) || cli_proxy_service(&on, "sshd") == SERVICE_OURS)
		cli_doctor_sshd(&on);
	if (geteuid() == 0)
		cli_doctor_switches(&on);
	cli_doctor_nginx(&on);
	cli_doctor_apache(&on);
	if (cli_settings_read(cli, &on.session.settings, say_config, &on) == LBR_OK) {
		if (cli_may_administer(cli))
			look_at_store(&on);
		else
			cli_finding_add(&on.found, FINDING_UNKNOWN, "root", "", 0, "sudo liberations doctor", TEXT_NEEDS_ROOT,
			                cli->verb->name, NULL);
	}
	cli_findings_print(cli, &on.found);
	worst = cli_findings_worst(&on.found);
	cli_findings_free(&on.found);
	return (enum cli_status)worst;
}
