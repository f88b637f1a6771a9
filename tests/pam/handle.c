/* What belongs to one handle: its user, its agent, its own attempts. */
#include "stage.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void expect_code(int code, int wanted, const char *what)
{
	expect(code == wanted, "%s: expected %s, got %s", what, stage_code_name(wanted), stage_code_name(code));
}

static void open_signed_in(struct stage *stage, const char *service, const char *state)
{
	stage_service(service, "");
	world_set(&stage_world, service, state, NULL);
	stage_open(stage, service, service);
	stage_script(stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage->pamh, 0), PAM_SUCCESS, "sign-in");
}

static void user_changed(void)
{
	struct stage stage;

	world_set(&stage_world, "bob", "state=own", NULL);
	open_signed_in(&stage, "sec-1-09", "state=own");
	pam_set_item(stage.pamh, PAM_USER, "bob");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "account as bob");
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_AUTHTOK_ERR, "change as bob");
	expect_code(pam_setcred(stage.pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS, "setcred");
	pam_set_item(stage.pamh, PAM_USER, "sec-1-09");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "account as before, after the link was dropped");
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_TRY_AGAIN, "change as before");
	pam_set_item(stage.pamh, PAM_USER, "bob");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "a new sign-in as bob");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_SUCCESS, "account of that");
	stage_close(&stage);
}

static void user_changed_after_setcred(void)
{
	struct stage stage;

	world_set(&stage_world, "bob2", "state=own", NULL);
	open_signed_in(&stage, "sec-1-09b", "state=own");
	expect_code(pam_setcred(stage.pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS, "setcred");
	pam_set_item(stage.pamh, PAM_USER, "bob2");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "account as another");
	stage_close(&stage);
}

static void user_changed_between_the_calls_of_a_change(void)
{
	struct stage stage;

	stage_service("change-swap", "");
	world_set(&stage_world, "change-swap", "state=own", "age_days=10", NULL);
	world_set(&stage_world, "change-other", "state=own", "age_days=10", NULL);
	open_signed_in(&stage, "change-swap", "state=own");
	stage_script(&stage, "N", "N", NULL);
	pam_set_item(stage.pamh, PAM_USER, "change-other");
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_AUTHTOK_ERR, "change of another's password");
	expect(stage.prompts == 0, "%s", stage.transcript);
	stage_close(&stage);
	expect_code(stage_sign_in("change-swap", "change-other", "P", "C"), PAM_SUCCESS, "the other's password is as before");
}

/* One code covers authenticate, account and a forced change. */
static void one_code_for_the_whole_sign_in(void)
{
	struct stage stage;

	open_signed_in(&stage, "forced", "state=expired");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_NEW_AUTHTOK_REQD, "account");
	stage_script(&stage, "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS, "change");
	expect(stage.prompts == 2, "asked more than the new password:\n%s", stage.transcript);
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_SUCCESS, "account afterwards");
	stage_close(&stage);
}

/* vsftpd's order and others': the link is closed by setcred, and the expiry must be noticed nevertheless. */
static void expiry_after_setcred(void)
{
	struct stage stage;

	open_signed_in(&stage, "late", "state=expired");
	expect_code(pam_setcred(stage.pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS, "setcred");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_NEW_AUTHTOK_REQD, "account");
	stage_close(&stage);
}

static void max_tries(void)
{
	struct stage stage;
	int i;

	stage_service("tries", "");
	world_set(&stage_world, "tries", "state=own", NULL);
	stage_open(&stage, "tries", "tries");
	for (i = 1; i <= 6; i++) {
		stage_script(&stage, "X", "W", NULL);
		expect_code(pam_authenticate(stage.pamh, 0), i % 3 == 0 ? PAM_MAXTRIES : PAM_AUTH_ERR, "failed sign-in");
	}
	/* A screen lock keeps one handle: the right parts open it however often somebody slipped before. */
	world_set(&stage_world, "tries", "state=own", NULL);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "right on the same handle");
	stage_script(&stage, "X", "W", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "the count begins anew");
	stage_close(&stage);
}

/* Asked directly, since libpam does not walk setcred's stack after a refusal. */
static void setcred_always_succeeds(void)
{
	static const int flags[] = {PAM_ESTABLISH_CRED, PAM_DELETE_CRED, PAM_REINITIALIZE_CRED, PAM_REFRESH_CRED, PAM_SILENT, 0};
	int (*setcred)(pam_handle_t *, int, int, const char **);
	const char *bad[] = {"no=such-argument", NULL};
	struct stage stage;
	char path[300];
	void *module;
	size_t i;

	snprintf(path, sizeof(path), "%s/pam_liberations.so", stage_build);
	module = dlopen(path, RTLD_NOW);
	expect(module != NULL, "%s", dlerror());
	*(void **)&setcred = dlsym(module, "pam_sm_setcred");
	stage_service("setcred", "");
	stage_open(&stage, "setcred", "nobody-here");
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		expect_code(pam_setcred(stage.pamh, flags[i]), PAM_SUCCESS, "through libpam, without authenticate");
		expect_code(setcred(stage.pamh, flags[i], 0, NULL), PAM_SUCCESS, "without authenticate");
		expect_code(setcred(stage.pamh, flags[i], 1, bad), PAM_SUCCESS, "with an argument that is none");
	}
	stage_script(&stage, "X", "W", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "refusal");
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		expect_code(setcred(stage.pamh, flags[i], 0, NULL), PAM_SUCCESS, "after a refusal");
	stage_close(&stage);
}

static void used_code(void)
{
	struct stage stage;
	char code[LBR_CODE_DIGITS + 1];

	stage_service("sec-1-25", "");
	world_set(&stage_world, "sec-1-25", "state=own", NULL);
	world_code(WORLD_KEY_HEX, 0, code);
	expect_code(stage_sign_in("sec-1-25", "sec-1-25", "P", code), PAM_SUCCESS, "sign-in");
	stage_open(&stage, "sec-1-25", "sec-1-25");
	stage_script(&stage, "P", code, NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "the same code again");
	expect(strstr(stage.transcript, "3|This code was already used.") != NULL, "%s", stage.transcript);
	stage_close(&stage);
}

/* --- PAM_SILENT, rude applications ---------------------------------------------------------------------------------------- */

static void silent(void)
{
	struct stage stage;
	char code[LBR_CODE_DIGITS + 1];

	stage_service("silent", "");
	world_set(&stage_world, "silent", "state=throttled", NULL);
	stage_open(&stage, "silent", "silent");
	world_code(WORLD_KEY_HEX, 0, code);
	stage_script(&stage, "P", code, NULL);
	expect_code(pam_authenticate(stage.pamh, PAM_SILENT), PAM_AUTH_ERR, "throttled");
	expect(stage.prompts == 2 && stage.texts == 0, "%s", stage.transcript);
	/* The code is burned: another try with it is told nothing, so that no lane confirms passwords. */
	stage_script(&stage, "P", code, NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "throttled");
	expect(stage.prompts == 2 && stage.texts == 0, "%s", stage.transcript);
	world_set(&stage_world, "silent", "state=throttled", NULL);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_MAXTRIES, "throttled");
	expect(stage.prompts == 2 && stage.texts == 1, "the one who was right is told to wait:\n%s", stage.transcript);
	stage_close(&stage);
}

static void silent_change(void)
{
	struct stage stage;

	stage_service("silent-change", "");
	world_set(&stage_world, "silent-change", "state=own", "age_days=10", NULL);
	stage_open(&stage, "silent-change", "silent-change");
	stage_script(&stage, "P", "C", "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, PAM_SILENT), PAM_SUCCESS, "change");
	expect(stage.prompts == 4 && stage.texts == 0, "%s", stage.transcript);
	stage_close(&stage);
}

static void rude_application(void)
{
	struct stage stage;

	stage_service("rude", "");
	world_set(&stage_world, "rude", "state=temporary", NULL);
	stage_open(&stage, "rude", "rude");
	stage.rude = true;
	stage_script(&stage, "P", "C", "N", "N", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "texts that cannot be shown are no reason");
	expect(stage.texts > 0, "%s", stage.transcript);
	stage_close(&stage);
}

/* A stack that permits whatever else happens must not be reached past us. */
static void permit_behind_a_refusal(void)
{
	struct stage stage;

	stage_service_with("sec-1-01", "", "", "auth required pam_permit.so\n");
	stage_open(&stage, "sec-1-01", "nobody-here");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "required us, required pam_permit");
	stage_close(&stage);
}

const struct proof handle_proofs[] = {
	{"sec_1_09_user_changed_between_calls", user_changed},
	{"sec_1_09_user_changed_after_setcred", user_changed_after_setcred},
	{"sec_1_09_user_changed_before_a_change", user_changed_between_the_calls_of_a_change},
	{"one_code_for_the_whole_sign_in", one_code_for_the_whole_sign_in},
	{"sec_1_22_expiry_is_noticed_after_setcred", expiry_after_setcred},
	{"max_tries_of_the_handle", max_tries},
	{"setcred_always_succeeds", setcred_always_succeeds},
	{"sec_1_25_used_code", used_code},
	{"std_P3_silent", silent},
	{"std_P3_silent_change", silent_change},
	{"rude_application", rude_application},
	{"sec_1_01_permit_behind_a_refusal", permit_behind_a_refusal},
	{NULL, NULL},
};
