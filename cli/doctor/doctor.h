/* `doctor`: looks at everything a sign-in depends on, and changes nothing. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "admin_session.h"
#include "carriers_load.h"
#include "desk.h"
#include "finding.h"

struct carrier_use {
	bool            loaded;
	struct carriers known;
	unsigned        people[CLI_CARRIERS_MAX]; /* with each of them */
};

struct doctor {
	struct cli          *cli;
	struct admin_session session;
	struct findings      found;
	int64_t              now_s;
	struct desk          desk; /* the database of shared accounts */
	bool                 has_desk;
	bool                 plain; /* broker_start.h: shared accounts are not this host's to list */
	bool                 shared_told; /* why shared accounts cannot be used */
	struct carrier_use   carriers;
	bool                 key_is_foreign; /* that is told, and not of each record that it does not open */
	const char          *sshd_rehearsal; /* what sshd would read once a file of its own is written; NULL: what it reads */
	bool                 sshd_lines;     /* name the line that sets what is wrong */
};

/* doctor_pam.c: the services that use the module, or those that were named. */
void cli_doctor_pam(struct doctor *on);

/* doctor_sshd.c: what sshd(8) makes of its configuration, and of each of its Match blocks. Called as root. */
void cli_doctor_sshd(struct doctor *on);

/* doctor_host.c: directories, modes, owners, space, the key, the clock. Called before root is left. */
void cli_doctor_host(struct doctor *on);
/* The judgments alone. */
void cli_clock_judge(bool synchronised, struct findings *to);
void cli_space_judge(const char *where, unsigned long long free_mb, unsigned long long free_files, struct findings *to);

/* doctor_switches.c: services that should have been taken back. Called as root. */
void cli_doctor_switches(struct doctor *on);

/* doctor_agent.c: an agent answers, in the version that this release speaks. Called as root. */
void cli_doctor_agent(struct doctor *on);

/* doctor_portal.c: what the web portal's own check says, where there is a portal.conf beside the configuration. Called as root. */
void cli_doctor_portal(struct doctor *on);

/* doctor_carriers.c: reads carriers.conf, before root is left; counts the people of each carrier, false: it is
 * not among them; judges the carriers. */
void cli_doctor_carriers_load(struct doctor *on);
bool cli_doctor_carrier_count(struct doctor *on, const char *field);
void cli_doctor_carriers_judge(struct doctor *on);

/* doctor_shared.c: where many hosts share the accounts: database, brokers, other hosts. The first is called as root, the
 * second once the process is the owner of the accounts, and the third, about people who are kept on this host, while the store is
 * open. */
void cli_doctor_shared_begin(struct doctor *on);
void cli_doctor_shared(struct doctor *on);
void cli_doctor_local(struct doctor *on);

/* doctor_accounts.c: the accounts and their Unix users, once the process is the owner of the store. */
void cli_doctor_accounts(struct doctor *on);

/* doctor_kept.c: histories and notices that cannot be read, while the store is open. */
void cli_doctor_kept(struct doctor *on);

/* doctor_spool.c: what waits to be sent, while the store is open. */
void cli_doctor_spool(struct doctor *on);

#endif
