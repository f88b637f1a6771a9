/* `protect` and `unprotect`: the second factor of a PAM service, on and off. */
#ifndef CLI_PROTECT_H
#define CLI_PROTECT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"
#include "place.h"
#include "plan.h"

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
	bool               forgets;   /* a switch is left, of a service that is taken back early, or was by hand */
	int64_t            until_s;   /* 0: no switch */
};

/* protect_checks.c: each refuses what would lock people out, after one line on standard error. */
enum cli_status cli_protect_ready(const struct job *job);    /* an account, the key, the agent, root's key */
enum cli_status cli_protect_rehearse(const struct job *job); /* the new stack, beside the one in force */

/* protect_sshd.c. Writes or removes sshd's own file, and judges what sshd then says of itself. */
bool cli_sshd_needs_file(const struct job *job);
enum cli_status cli_sshd_judge(const struct job *job); /* with that file, if it is to be written; writes nothing */
enum cli_status cli_sshd_put(const struct job *job, int kept); /* all of it, or nothing */
enum cli_status cli_sshd_take_back(const struct job *job, int kept);
bool cli_sshd_reload(void);
const char *cli_sshd_reload_command(void);
const char *cli_sshd_drop_in_text(void);

/* protect_switch.c: starts what waits for the end (false: nothing could be started), and stops it where it has a name. */
bool cli_guard_start(const struct job *job, unsigned seconds);
void cli_guard_stop(const char *service);

/* protect_guard.c: the switch that takes a service back unless somebody confirms it in time. */
enum cli_status cli_guard_keep(const struct job *job, int kept, unsigned seconds, int64_t *ret_until_s);
enum cli_status cli_guard_confirm(struct cli *cli, const char *service);
/* Takes back every service whose time is over, or whose machine was started anew. */
enum cli_status cli_guard_expire(struct cli *cli);
/* The end that is written down for the service; 0: none. */
int64_t cli_guard_until(int kept, const char *service);
int64_t cli_guard_look_up(const char *service);
/* True: the switch still waits, `*ret_left_s` seconds more. False: there is none, or it was over, and the service was taken
 * back. */
bool cli_guard_look(struct cli *cli, const char *service, int kept, int64_t *ret_left_s);

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
