/* Services that spread one sign-in over several processes, as sshd does. */
#include "stage.h"

#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static void expect_code(int code, int wanted, const char *what)
{
	expect(code == wanted, "%s: expected %s, got %s", what, stage_code_name(wanted), stage_code_name(code));
}

/* One call in a child that then ends as sshd's children do, without pam_end; its exit status is the PAM code. */
static int in_child(struct stage *stage, int (*call)(pam_handle_t *, int), int flags)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(call(stage->pamh, flags));
	expect(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status), "a child ended with %d", status);
	return WEXITSTATUS(status);
}

static void open_for(struct stage *stage, const char *name, const char *state)
{
	stage_service(name, "");
	world_set(&stage_world, name, state, NULL);
	stage_open(stage, name, name);
}

static void each_call_in_its_own_process(void)
{
	struct stage stage;

	open_for(&stage, "apart", "state=own");
	stage_script(&stage, "P", "C", NULL);
	expect_code(in_child(&stage, pam_authenticate, 0), PAM_SUCCESS, "a sign-in in one child");
	expect_code(in_child(&stage, pam_acct_mgmt, 0), PAM_SUCCESS, "its account in another");
	expect_code(in_child(&stage, pam_setcred, PAM_ESTABLISH_CRED), PAM_SUCCESS, "setcred in a third");
	expect_code(pam_open_session(stage.pamh, 0), PAM_SUCCESS, "the session in the parent");
	expect_code(pam_close_session(stage.pamh, 0), PAM_SUCCESS, "its end");
	stage_close(&stage);
}

/* What one process was told is worth nothing in another, to either side. */
static void nothing_is_believed_across_processes(void)
{
	struct stage stage;

	open_for(&stage, "believed", "state=own");
	stage_script(&stage, "P", "W", NULL);
	expect_code(in_child(&stage, pam_authenticate, 0), PAM_AUTH_ERR, "a refusal in a child");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_SUCCESS, "an account that nobody verified");
	stage_script(&stage, "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_AUTHTOK_RECOVERY_ERR, "a change that nobody verified");
	stage_close(&stage);
	open_for(&stage, "believed-due", "state=expired");
	stage_script(&stage, "P", "C", NULL);
	expect_code(in_child(&stage, pam_authenticate, 0), PAM_SUCCESS, "a sign-in in a child");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_SUCCESS, "expiry is for the handle that was verified");
	stage_script(&stage, "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_AUTHTOK_RECOVERY_ERR, "a change by whom nobody verified");
	stage_close(&stage);
}

/* The other way round: verified before the fork, judged after it. */
static void a_handle_is_carried_into_a_child(void)
{
	struct stage stage;

	open_for(&stage, "carried", "state=expired");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "a sign-in");
	expect_code(in_child(&stage, pam_acct_mgmt, 0), PAM_NEW_AUTHTOK_REQD, "its account in a child");
	stage_close(&stage);
}

const struct proof process_proofs[] = {
	{"sec_1_74_each_call_in_its_own_process", each_call_in_its_own_process},
	{"sec_1_74_nothing_is_believed_across_processes", nothing_is_believed_across_processes},
	{"sec_1_74_a_handle_is_carried_into_a_child", a_handle_is_carried_into_a_child},
	{NULL, NULL},
};
