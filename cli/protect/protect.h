/* `protect` and `unprotect`: the second factor of a PAM service, on and off. */
#ifndef CLI_PROTECT_H
#define CLI_PROTECT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"
#include "place.h"
#include "plan.h"
#include "switch_end.h"

#define DROP_IN "/etc/ssh/sshd_config.d/10-liberations.conf"

struct job {
	struct cli        *cli;
	const char        *service;
	const struct form *form;
	bool               generic;
	bool               by_guard;  /* the time is over: what cannot be undone line by line is put back whole */
	struct service_file       place;
	struct plan        plan;
	bool               is_sshd, drop_in; /* sshd has its own file besides, which is to be written or removed */
	const char        *by;        /* "protect", "hand", "include"; NULL: not protected */
	bool               changed, would;
	bool               keeps;     /* sshd's own file alone is taken back */
	bool               forgets;   /* a switch is left, of a service that is taken back early, or was by hand */
	int64_t            until_s;   /* 0: no switch */
};

/* protect_checks.c: each refuses what would lock people out, after one line on standard error. */
enum cli_status cli_protect_ready(const struct job *job);    /* an account, the key, the agent, root's key */
enum cli_status cli_protect_rehearse(const struct job *job); /* the new stack, beside the one in force */
enum cli_status cli_protect_judge(const struct job *job, const char *path); /* the one in force, by lines in `path` */

/* protect_root.c: sshd takes its configuration, and, unless that is forced or taken back, root has a key that opens a shell. */
enum cli_status cli_protect_root(const struct job *job);

/* protect_put.c: all of it, or nothing; `kept` is locked. `seconds`: of the switch; 0: none. `job->changed`: it is in force,
 * whatever is returned. */
enum cli_status cli_protect_put(struct job *job, int kept, unsigned seconds);

/* protect_sshd.c. Writes or removes sshd's own file, and judges what sshd then says of itself. */
bool cli_sshd_needs_file(const struct job *job);
enum cli_status cli_sshd_judge(const struct job *job); /* with that file, if it is to be written; writes nothing */
/* All of it, or nothing; `*ret_left`: it failed, and could not be taken back. */
enum cli_status cli_sshd_put(const struct job *job, int kept, bool *ret_left);
enum cli_status cli_sshd_take_back(const struct job *job, int kept);
const char *cli_sshd_drop_in_text(void);

/* sshd_reload.c */
enum sshd_reload {
	SSHD_TOLD,
	SSHD_REFUSES, /* its configuration, and was not told */
	SSHD_DEAF,    /* it could not be told */
};
enum sshd_reload cli_sshd_reload(void);
const char *cli_sshd_reload_command(void);
/* True: systemd listens in its place, and starts it for the next connection. */
bool cli_sshd_waits(void);

/* protect_switch.c: starts what waits for the end (false: nothing could be started), and stops it where it has a name. */
bool cli_guard_start(const struct job *job, unsigned seconds);
void cli_guard_again(const char *service, unsigned seconds); /* the same where systemd is, and nothing where its unit exists */
void cli_guard_stop(const char *service, bool all); /* `all`: not its timer alone, but what that started */

/* protect_guard.c: writes down the switch that takes back `parts` (enum switch_part) unless somebody confirms it in time. */
enum cli_status cli_guard_keep(const struct job *job, int kept, unsigned seconds, unsigned parts, int64_t *ret_until_s);
enum cli_status cli_guard_confirm(struct cli *cli, const char *service);
/* What is written down for the service; false: nothing. */
bool cli_guard_read(int kept, const char *service, struct switch_end *ret);
int64_t cli_guard_look_up(const char *service); /* when it ends; 0: no switch */

/* protect_over.c: waits until nothing waits for this service any more: it was taken back, confirmed, or given more time. */
void cli_guard_wait(struct cli *cli, const char *service);
/* --expire-due: takes back every service whose time is over, or whose machine was started anew; with a service, waits for that. */
enum cli_status cli_guard_over(struct cli *cli);

/* unprotect.c: plans and does it; `kept` is locked. */
enum cli_status cli_undo_plan(struct job *job, int kept);
enum cli_status cli_undo_do(struct job *job, int kept);

/* protect_say.c */
bool cli_service_is_common(const char *service); /* a file that services include */
bool cli_service_judge(const struct cli *cli, const char *service);
void cli_protect_diff(const struct job *job);
void cli_protect_say(const struct job *job);
enum cli_status cli_protect_refuse(const struct job *job);
/* Has sshd read its configuration again if that was asked for, says and logs how the job went, and frees what it holds. Returns the
 * status of the verb. */
enum cli_status cli_job_end(struct job *job, const char *step, enum cli_status status);
/* The first that went wrong says how all went. */
enum cli_status cli_job_worse(enum cli_status worst, enum cli_status status);
enum cli_status cli_protect_list(struct cli *cli);
/* Who protects the service as it is now: "include" with the file in `ret_path`, NULL: nobody does. */
const char *cli_protect_by(const char *service, char ret_path[PLACE_PATH]);

#endif
