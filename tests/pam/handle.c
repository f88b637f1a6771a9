/* What belongs to one handle: its user, its agent, its own attempts, the password for the modules behind us. */
#include "stage.h"

#include <dlfcn.h>

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
	for (i = 0; i < 4; i++) {
		stage_script(&stage, "X", "W", NULL);
		expect_code(pam_authenticate(stage.pamh, 0), i < 2 ? PAM_AUTH_ERR : PAM_MAXTRIES, "failed sign-in");
	}
	world_set(&stage_world, "tries", "state=own", NULL);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_MAXTRIES, "right, but too late on this handle");
	stage_close(&stage);
	expect_code(stage_sign_in("tries", "tries", "P", "C"), PAM_SUCCESS, "another handle");
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

	open_signed_in(&stage, "sec-1-25", "state=own");
	stage_close(&stage);
	stage_open(&stage, "sec-1-25", "sec-1-25");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "the same code again");
	expect(strstr(stage.transcript, "3|This code was already used.") != NULL, "%s", stage.transcript);
	stage_close(&stage);
}

/* --- PAM_SILENT, rude applications ---------------------------------------------------------------------------------------- */

static void silent(void)
{
	struct stage stage;

	stage_service("silent", "");
	world_set(&stage_world, "silent", "state=throttled", NULL);
	stage_open(&stage, "silent", "silent");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, PAM_SILENT), PAM_AUTH_ERR, "throttled");
	expect(stage.prompts == 2 && stage.texts == 0, "%s", stage.transcript);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "throttled");
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

/* --- PAM_AUTHTOK ---------------------------------------------------------------------------------------------------------- */

static void open_recorded(struct stage *stage, const char *name, const char *before, const char *arguments)
{
	char first[1024] = "", behind[1024];

	if (*before != '\0')
		snprintf(first, sizeof(first), "auth required %s/tests/pam/pam_recorder.so %s\npassword required "
		         "%s/tests/pam/pam_recorder.so %s\n", stage_build, before, stage_build, before);
	snprintf(behind, sizeof(behind), "auth optional %s/tests/pam/pam_recorder.so\npassword optional "
	         "%s/tests/pam/pam_recorder.so\n", stage_build, stage_build);
	stage_service_with(name, first, arguments, behind);
	stage_open(stage, name, name);
}

static void expect_seen(struct stage *stage, const char *name, const char *wanted)
{
	const char *value = pam_getenv(stage->pamh, name);

	expect(value != NULL && strcmp(value, wanted) == 0, "%s is '%s', not '%s'", name, value != NULL ? value : "NULL", wanted);
}

static void sign_in_recorded(const char *name, const char *state, const char *before, const char *arguments,
                             const char *const *answers, const char *wanted)
{
	struct stage stage;

	world_set(&stage_world, name, state, NULL);
	open_recorded(&stage, name, before, arguments);
	stage_script_list(&stage, answers);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, name);
	expect_seen(&stage, "SEEN", wanted);
	stage_close(&stage);
}

static void handed_on_password(void)
{
	static const char *const both[] = {"P", "C", NULL}, *const twice[] = {"V", "V", NULL}, *const one[] = {"V", NULL};
	static const char *const first[] = {"P", "C", "N", "N", NULL}, *const code[] = {"C", NULL};

	sign_in_recorded("tok-both", "state=own", "", "", both, WORLD_PASSWORD);
	sign_in_recorded("tok-twice", "state=own", "", "", twice, WORLD_PASSWORD);
	sign_in_recorded("tok-null", "state=own", "", "", one, WORLD_PASSWORD);
	sign_in_recorded("tok-combined", "state=own", "", "entry=combined", one, WORLD_PASSWORD);
	sign_in_recorded("tok-first", "state=temporary", "", "", first, STAGE_NEW);
	sign_in_recorded("tok-token", "state=own", "set=another", "factors=token password=stack", code, "another");
}

static void first_pass(void)
{
	static const char *const code[] = {"C", NULL}, *const both[] = {"P", "C", NULL};
	struct stage stage;

	/* The letter P would be spelled out by the person only: here it is a module's word. */
	world_set(&stage_world, "fp-use", "password=douze-lettres", NULL);
	sign_in_recorded("fp-use", "state=own", "set=douze-lettres", "use_first_pass", code, "douze-lettres");
	world_set(&stage_world, "fp-try", "password=douze-lettres", NULL);
	sign_in_recorded("fp-try", "state=own", "set=douze-lettres", "try_first_pass", code, "douze-lettres");
	sign_in_recorded("fp-none", "state=own", "", "try_first_pass", both, WORLD_PASSWORD);
	world_set(&stage_world, "fp-deny", "state=own", NULL);
	open_recorded(&stage, "fp-deny", "", "use_first_pass");
	stage_script_list(&stage, both);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "use_first_pass with nothing there");
	expect(stage.prompts == 0, "%s", stage.transcript);
	stage_close(&stage);
}

static void nothing_handed_on_after_a_refusal(void)
{
	struct stage stage;

	world_set(&stage_world, "tok-refused", "state=own", NULL);
	open_recorded(&stage, "tok-refused", "", "");
	stage_script(&stage, "P", "W", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "wrong code");
	expect_seen(&stage, "SEEN", "(none)");
	stage_close(&stage);
}

static void change_hands_on_both(void)
{
	struct stage stage;

	world_set(&stage_world, "tok-change", "state=own", "age_days=10", NULL);
	open_recorded(&stage, "tok-change", "", "");
	stage_script(&stage, "P", "C", "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_SUCCESS, "change");
	expect_seen(&stage, "SEEN", STAGE_NEW);
	expect_seen(&stage, "SEEN_OLD", WORLD_PASSWORD);
	stage_close(&stage);
}

static void use_authtok(void)
{
	struct stage stage;

	world_set(&stage_world, "authtok", "state=own", "age_days=10", NULL);
	open_recorded(&stage, "authtok", "set=un-autre-mot-de-passe", "use_authtok");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_SUCCESS, "the new password is the one before us");
	expect(stage.prompts == 2, "%s", stage.transcript);
	stage_close(&stage);
	world_set(&stage_world, "authtok", "state=own", NULL);
	expect_code(stage_sign_in("authtok", "authtok", "un-autre-mot-de-passe", "C"), PAM_SUCCESS, "signed in with it");
	world_set(&stage_world, "authtok-none", "state=own", "age_days=10", NULL);
	stage_service("authtok-none", "use_authtok");
	stage_open(&stage, "authtok-none", "authtok-none");
	stage_script(&stage, "P", "C", "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_AUTHTOK_ERR, "use_authtok with nothing there");
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
	{"P3_silent", silent},
	{"P3_silent_change", silent_change},
	{"rude_application", rude_application},
	{"authtok_is_the_bare_password", handed_on_password},
	{"authtok_first_pass", first_pass},
	{"authtok_nothing_after_a_refusal", nothing_handed_on_after_a_refusal},
	{"authtok_change_hands_on_both", change_hands_on_both},
	{"authtok_use_authtok", use_authtok},
	{"sec_1_01_permit_behind_a_refusal", permit_behind_a_refusal},
	{NULL, NULL},
};
