/* Odd answers at every prompt: nothing, too much, broken off. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const char *const odd[] = {"~", "-", "", "!", "?", "@", "*", "\n", WORLD_PASSWORD "\n", " ", "\033[2J", "\303", "%s%n",
                                  NULL};

/* The prompts of a whole first sign-in, then of a change, with the answers that lead to each. */
static const char *const first_sign_in[] = {"P", "", "C", "N", "N", NULL};
static const char *const change[] = {"P", "C", "N", "N", NULL};

static int play(const char *service, const char *user, bool changing, const char *const *answers)
{
	struct stage stage;
	int code;

	stage_open(&stage, service, user);
	stage_script_list(&stage, answers);
	code = changing ? pam_chauthtok(stage.pamh, 0) : pam_authenticate(stage.pamh, 0);
	stage_close(&stage);
	return code;
}

/* As if nobody had ever changed it: without the passwords that earlier rounds left in the history. */
static void renew(const char *user, const char *state)
{
	world_set(&stage_world, user, "state=unknown", NULL);
	world_set(&stage_world, user, state, "age_days=10", NULL);
}

static void replace_each(const char *user, bool changing, const char *const *good, const char *state, const char *answer)
{
	const char *answers[8];
	int at, i, code;

	for (at = 0; good[at] != NULL; at++) {
		for (i = 0; good[i] != NULL; i++)
			answers[i] = i == at ? answer : good[i];
		/* An odd answer to a prompt that asks again may use up the good ones behind it: none of them is left. */
		answers[at + 1] = NULL;
		if (!changing && at == 1 && *answer == '\0')
			continue; /* that is the good answer here */
		renew(user, state);
		code = play(user, user, changing, answers);
		expect(code != PAM_SUCCESS && code != PAM_IGNORE, "prompt %d, answer '%.10s': %s", at + 1, answer,
		       stage_code_name(code));
		if (!changing)
			expect(code == PAM_AUTH_ERR || code == PAM_CONV_ERR, "prompt %d, answer '%.10s': %s", at + 1, answer,
			       stage_code_name(code));
	}
	renew(user, state);
	code = play(user, user, changing, good);
	expect(code == PAM_SUCCESS, "the right user afterwards: %s", stage_code_name(code));
}

static void odd_at_sign_in(void)
{
	int i;

	stage_service("odd", "");
	for (i = 0; odd[i] != NULL; i++)
		replace_each("odd", false, first_sign_in, "state=pending", odd[i]);
}

static void odd_at_change(void)
{
	int i;

	stage_service("odd-change", "");
	for (i = 0; odd[i] != NULL; i++)
		replace_each("odd-change", true, change, "state=own", odd[i]);
}

static void lengths(void)
{
	static const size_t sizes[] = {481, 511, 512, 513, 514, 1023, 1024, 1025, 4096, 65536, 1 << 20};
	char *text = malloc((1 << 20) + 1);
	size_t i;

	expect(text != NULL, "memory");
	stage_service("long", "");
	stage_service("long-change", "");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(text, '7', sizes[i]);
		text[sizes[i]] = '\0';
		replace_each("long", false, first_sign_in, "state=pending", text);
		replace_each("long-change", true, change, "state=own", text);
	}
	free(text);
}

/* Exactly the limit is a password like any other. */
static void longest_password(void)
{
	char field[600], *text = field + strlen("password=");
	int code;

	snprintf(field, sizeof(field), "password=");
	memset(text, 'a', 480);
	text[480] = '\0';
	stage_service("longest", "");
	world_set(&stage_world, "longest", field, NULL);
	code = stage_sign_in("longest", "longest", text, "C");
	expect(code == PAM_SUCCESS, "480 bytes: %s", stage_code_name(code));
	world_set(&stage_world, "longest", "state=own", NULL);
	text[479] = 'b';
	code = stage_sign_in("longest", "longest", text, "C");
	expect(code == PAM_AUTH_ERR, "last byte wrong: %s", stage_code_name(code));
}

static void megabyte_in_time(void)
{
	char *text = malloc((1 << 20) + 1);
	long begun, short_ms, long_ms;
	int i;

	expect(text != NULL, "memory");
	memset(text, 'a', 1 << 20);
	text[1 << 20] = '\0';
	stage_service("megabyte", "");
	/* A busy machine can make either late by a quarter of a second, but not every time. */
	for (i = 0, long_ms = 0, short_ms = 200; i < 10 && labs(long_ms - short_ms) >= 200; i++) {
		world_set(&stage_world, "megabyte", "state=own", NULL);
		begun = stage_now_ms();
		expect(stage_sign_in("megabyte", "megabyte", "twenty characters...", "W") == PAM_AUTH_ERR, "short");
		short_ms = stage_now_ms() - begun;
		begun = stage_now_ms();
		expect(stage_sign_in("megabyte", "megabyte", text, "W") == PAM_AUTH_ERR, "long");
		long_ms = stage_now_ms() - begun;
	}
	expect(labs(long_ms - short_ms) < 200, "%ld ms and %ld ms", short_ms, long_ms);
	expect(world_view(stage_world.config, "megabyte").counters.lanes[LBR_LANE_STRANGER].password_failures == 1,
	       "an over-long answer can never be right, and is no guess");
	free(text);
}

/* What sshd gives PAM for users that it refuses by itself. */
static void junk_of_sshd(void)
{
	stage_service("junk", "");
	world_set(&stage_world, "junk", "state=own", NULL);
	expect(stage_sign_in("junk", "junk", "\b\n\r\177INCORRECT", "\b\n\r\177INCORRECT") == PAM_AUTH_ERR, "junk");
}

static void try_name(const char *name)
{
	struct stage stage;
	int code;

	stage_open(&stage, "names", name);
	stage_script(&stage, "P", "C", NULL);
	code = pam_authenticate(stage.pamh, 0);
	expect(code == PAM_AUTH_ERR, "name '%.40s': %s", name, stage_code_name(code));
	code = pam_acct_mgmt(stage.pamh, 0);
	expect(code == PAM_PERM_DENIED, "name '%.40s': account %s", name, stage_code_name(code));
	stage_close(&stage);
}

static void odd_names(void)
{
	static const char *const names[] = {"..", ".", "a/b", "/", "../own", "a\nb", "\033]0;x\007", "%n%s", "@wheel", "#x", "-x", "a b",
	                                    "a:b", "\377\376", "a\tb", "NAMED", "named ", " named", NULL};
	char longer[1025];
	size_t len;
	int i;

	stage_service("names", "");
	world_set(&stage_world, "named", "state=own", NULL);
	for (i = 0; names[i] != NULL; i++)
		try_name(names[i]);
	for (len = 64; len <= 1024; len *= 2) {
		memset(longer, 'n', len);
		longer[len] = '\0';
		try_name(longer);
		longer[len - 1] = '\0';
		try_name(longer);
	}
	expect(stage_sign_in("names", "named", "P", "C") == PAM_SUCCESS, "the right name");
}

/* The account's name is asked for when the application does not give one. */
static void name_is_asked(void)
{
	struct stage stage;

	stage_service("asked", "");
	world_set(&stage_world, "asked", "state=own", NULL);
	stage_open(&stage, "asked", NULL);
	stage_script(&stage, "asked", "P", "C", NULL);
	expect(pam_authenticate(stage.pamh, 0) == PAM_SUCCESS, "%s", stage.transcript);
	expect(stage.echoed == 1 && stage.prompts == 3, "%s", stage.transcript);
	stage_close(&stage);
	stage_open(&stage, "asked", NULL);
	expect(pam_authenticate(stage.pamh, 0) == PAM_CONV_ERR, "nobody named");
	stage_close(&stage);
}

const struct proof answer_proofs[] = {
	{"sec_1_43_odd_answers_at_each_prompt_of_a_sign_in", odd_at_sign_in},
	{"sec_1_43_odd_answers_at_each_prompt_of_a_change", odd_at_change},
	{"sec_1_44_lengths_at_each_prompt", lengths},
	{"sec_1_44_the_longest_password_counts_whole", longest_password},
	{"sec_1_45_a_megabyte_takes_no_longer", megabyte_in_time},
	{"sec_1_47_junk_of_sshd", junk_of_sshd},
	{"sec_1_38_odd_names", odd_names},
	{"name_is_asked", name_is_asked},
	{NULL, NULL},
};
