/* The password for the modules behind us: always the bare one, only after a success or for a person of theirs. */
#include <stdio.h>
#include <string.h>

#include "stage.h"

static void expect_code(int code, int wanted, const char *what)
{
	expect(code == wanted, "%s: expected %s, got %s", what, stage_code_name(wanted), stage_code_name(code));
}

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

/* The old one was typed at the sign-in; libpam dropped it when that ended. */
static void forced_change_hands_on_both(void)
{
	struct stage stage;

	world_set(&stage_world, "tok-forced", "state=expired", NULL);
	open_recorded(&stage, "tok-forced", "", "");
	stage_script(&stage, "P", "C", "short", "short", "short", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "sign-in");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_NEW_AUTHTOK_REQD, "account");
	expect_code(pam_chauthtok(stage.pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_AUTHTOK_ERR, "a short one, three times");
	expect_seen(&stage, "SEEN_OLD", "(none)");
	stage_script(&stage, "N", "N", NULL);
	expect_code(pam_chauthtok(stage.pamh, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS, "forced change");
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

/* PAM holds no other one: it is judged once, and its reason told once. */
static void use_authtok_refused(void)
{
	static const char *const refused[][2] = {
		{"court", "Too short"}, {WORLD_PASSWORD, "That is your current password."}, {"aaaaaaaaaaaaaaaaaa", "Too simple"}};
	const char *told;
	struct stage stage;
	char name[32], set[64];
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		snprintf(name, sizeof(name), "authtok-refused%zu", i);
		snprintf(set, sizeof(set), "set=%s", refused[i][0]);
		if (strchr(set, ' ') != NULL)
			snprintf(set, sizeof(set), "[set=%s]", refused[i][0]);
		world_set(&stage_world, name, "state=own", "age_days=10", NULL);
		open_recorded(&stage, name, set, "use_authtok");
		stage_script(&stage, "P", "C", NULL);
		expect_code(pam_chauthtok(stage.pamh, 0), PAM_AUTHTOK_ERR, name);
		told = strstr(stage.transcript, refused[i][1]);
		expect(told != NULL && strstr(told + 1, refused[i][1]) == NULL, "%s", stage.transcript);
		expect(stage.prompts == 2 && stage.texts == 2, "rules and reason alone: %s", stage.transcript);
		stage_close(&stage);
	}
}

/* Whom another module judges alone is not asked again by it: the number of questions would tell who has no account. */
static void handed_on_for_another_module(void)
{
	static const struct {
		const char *name, *arguments, *answers[3], *wanted;
	} rows[] = {
		{"unk-both", "unknown=ignore", {"X", "W"}, ""}, {"unk-empty", "unknown=ignore", {"X", ""}, ""},
		{"unk-password", "unknown=ignore factors=password", {"X"}, ""}, {"unk-combined", "unknown=ignore entry=combined", {"X"}, ""},
		{"unk-token", "unknown=ignore factors=token password=stack", {"W"}, "(none)"},
		{"unk-denied", "", {"X", "W"}, "(none)"},
	};
	struct stage stage;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool ignored = rows[i].arguments[0] != '\0';
		const char *seen;

		open_recorded(&stage, rows[i].name, "", rows[i].arguments);
		stage_script_list(&stage, rows[i].answers);
		expect_code(pam_authenticate(stage.pamh, 0), ignored ? PAM_USER_UNKNOWN : PAM_AUTH_ERR, rows[i].name);
		seen = pam_getenv(stage.pamh, "SEEN");
		expect(seen != NULL && (strcmp(rows[i].wanted, "") == 0 ? strcmp(seen, "(none)") != 0 && seen[0] != '\0'
		                                                        : strncmp(seen, rows[i].wanted, strlen(rows[i].wanted)) == 0),
		       "%s: behind us is %s", rows[i].name, seen != NULL ? seen : "NULL");
		stage_close(&stage);
	}
}

const struct proof authtok_proofs[] = {
	{"authtok_is_the_bare_password", handed_on_password},
	{"authtok_first_pass", first_pass},
	{"audit_f10_authtok_is_handed_on_for_another_module", handed_on_for_another_module},
	{"authtok_nothing_after_a_refusal", nothing_handed_on_after_a_refusal},
	{"authtok_change_hands_on_both", change_hands_on_both},
	{"authtok_forced_change_hands_on_both", forced_change_hands_on_both},
	{"authtok_use_authtok", use_authtok},
	{"authtok_use_authtok_refused", use_authtok_refused},
	{NULL, NULL},
};
