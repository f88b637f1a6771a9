/* Nobody who lacks a part learns anything about an account: same prompts, texts and code, whatever it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const char *const all_states[] = {
	"own", "expired", "must-change", "temporary", "pending", "ended", "ended-pending", "own-pending", "disabled", "throttled",
	"throttled-console", "locked", "locked-console", "damaged", "damaged-counters", "no-counters", "unknown", NULL,
};

/* States that stay shut also for one who has both parts, and are told nothing. */
static const char *const shut_states[] = {
	"ended", "ended-pending", "own-pending", "disabled", "damaged", "damaged-counters", "no-counters", "unknown", NULL,
};

struct seen {
	int  code;
	long took_ms;
	char transcript[STAGE_TRANSCRIPT_MAX];
};

static void try(struct seen *seen, const char *service, const char *user, const char *first, const char *second)
{
	struct stage stage;
	long begun = stage_now_ms();

	stage_open(&stage, service, user);
	stage_script(&stage, first, second, NULL);
	seen->code = pam_authenticate(stage.pamh, 0);
	seen->took_ms = stage_now_ms() - begun;
	memcpy(seen->transcript, stage.transcript, sizeof(seen->transcript));
	stage_close(&stage);
}

static void compare(const char *test, const char *arguments, const char *const *states, const char *first, const char *second)
{
	static struct seen reference, seen;
	char field[64];
	int i;

	stage_service(test, arguments);
	for (i = 0; states[i] != NULL; i++) {
		snprintf(field, sizeof(field), "state=%s", states[i]);
		world_set(&stage_world, test, field, NULL);
		try(&seen, test, test, first, second);
		if (i == 0)
			reference = seen;
		expect(seen.code == PAM_AUTH_ERR, "%s: %s", states[i], stage_code_name(seen.code));
		expect(strcmp(seen.transcript, reference.transcript) == 0, "%s: saw\n%s\nbut %s saw\n%s", states[i],
		       seen.transcript, states[0], reference.transcript);
		world_set(&stage_world, test, "state=unknown", NULL);
	}
	expect(strstr(reference.transcript, "1|") == reference.transcript, "no prompt: %s", reference.transcript);
}

static void wrong_password_right_code(void)
{
	compare("same-xc", "", all_states, "X", "C");
}

static void wrong_password_no_code(void)
{
	compare("same-x", "", all_states, "X", "");
}

static void right_password_wrong_code(void)
{
	compare("same-pw", "", all_states, "P", "W");
}

static void both_wrong_in_french(void)
{
	compare("same-xw", "language=fr", all_states, "X", "W");
}

static void one_wrong_answer(void)
{
	compare("same-one", "", all_states, "X", "-");
}

static void both_right_but_shut(void)
{
	compare("same-shut", "", shut_states, "P", "C");
}

/* An account's own language must not show before its password was right. */
static void language_of_the_account_stays_hidden(void)
{
	static struct seen english, french;

	stage_service("same-language", "");
	world_set(&stage_world, "same-language", "language=fr", NULL);
	try(&french, "same-language", "same-language", "X", "C");
	world_set(&stage_world, "same-language", "language=none", "state=own", NULL);
	try(&english, "same-language", "same-language", "X", "C");
	expect(strcmp(french.transcript, english.transcript) == 0, "%s", french.transcript);
}

static void try_own(struct seen *seen, const char *first, const char *second)
{
	world_set(&stage_world, "sec-1-13", "state=own", NULL);
	try(seen, "sec-1-13", "sec-1-13", first, second);
	expect(seen->took_ms >= 240, "refused after %ld ms", seen->took_ms);
}

/* Some pair takes the same time: what always answers later does so in every pair, a busy machine does not. */
static void refused_alike(const char *what, const char *first, const char *second)
{
	static struct seen wrong, seen;
	long apart_ms = 1000;
	int i;

	for (i = 0; i < 20 && apart_ms >= 200; i++) {
		try_own(&wrong, "X", "W");
		try_own(&seen, first, second);
		expect(seen.code == wrong.code && strcmp(seen.transcript, wrong.transcript) == 0, "%s", what);
		apart_ms = labs(seen.took_ms - wrong.took_ms);
	}
	expect(apart_ms < 200, "%s: %ld ms and %ld ms", what, seen.took_ms, wrong.took_ms);
}

static void four_combinations(void)
{
	static struct seen seen;

	stage_service("sec-1-13", "");
	refused_alike("right password, wrong code", "P", "W");
	refused_alike("wrong password, right code", "X", "C");
	world_set(&stage_world, "sec-1-13", "state=own", NULL);
	try(&seen, "sec-1-13", "sec-1-13", "P", "C");
	expect(seen.code == PAM_SUCCESS, "both right: %s", stage_code_name(seen.code));
	expect(strcmp(seen.transcript, "1|Password: \n1|Security token: \n") == 0, "%s", seen.transcript);
}

static void prompts_in_french(void)
{
	static struct seen seen;
	char code[LBR_CODE_DIGITS + 1];

	world_set(&stage_world, "french", "state=own", NULL);
	stage_service("french", "language=fr");
	world_code(WORLD_KEY_HEX, 0, code);
	try(&seen, "french", "french", "P", code);
	expect(strcmp(seen.transcript, "1|Mot de passe : \n1|Jeton de s\303\251curit\303\251 : \n") == 0, "%s", seen.transcript);
	stage_service("french-ascii", "language=fr messages=ascii");
	try(&seen, "french-ascii", "french", "P", code);
	expect(strncmp(seen.transcript, "1|Mot de passe : \n1|Jeton de securite : \n", 41) == 0, "%s", seen.transcript);
	expect(seen.code == PAM_AUTH_ERR, "the code was used, but: %s", stage_code_name(seen.code));
}

const struct proof sameness_proofs[] = {
	{"sec_1_58_wrong_password_right_code_all_states", wrong_password_right_code},
	{"sec_1_58_wrong_password_no_code_all_states", wrong_password_no_code},
	{"sec_1_58_right_password_wrong_code_all_states", right_password_wrong_code},
	{"sec_1_58_both_wrong_in_french_all_states", both_wrong_in_french},
	{"sec_1_58_one_wrong_answer_all_states", one_wrong_answer},
	{"sec_1_58_both_right_but_shut", both_right_but_shut},
	{"sec_1_58_language_of_the_account_stays_hidden", language_of_the_account_stays_hidden},
	{"sec_1_13_four_combinations", four_combinations},
	{"prompts_in_french", prompts_in_french},
	{NULL, NULL},
};
