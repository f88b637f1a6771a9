/* Modules are called in whatever order the application likes (Module Writers' Guide 3.1.1). */
#include <stdbool.h>
#include <stdio.h>

#include "stage.h"

enum { AUTHENTICATE, SETCRED, ACCOUNT, OPEN, CLOSE, CHANGE, FUNCTIONS };

static const char *const names[] = {"authenticate", "setcred", "account", "open_session", "close_session", "chauthtok"};

static int call(struct stage *stage, int function)
{
	/* Wrong parts at every prompt: no success can be earned. */
	stage_script(stage, "X", "W", "N", "N", NULL);
	switch (function) {
	case AUTHENTICATE:
		return pam_authenticate(stage->pamh, 0);
	case SETCRED:
		return pam_setcred(stage->pamh, PAM_ESTABLISH_CRED);
	case ACCOUNT:
		return pam_acct_mgmt(stage->pamh, 0);
	case OPEN:
		return pam_open_session(stage->pamh, 0);
	case CLOSE:
		return pam_close_session(stage->pamh, 0);
	default:
		return pam_chauthtok(stage->pamh, 0);
	}
}

/* `failed`: authenticate was called before. libpam then walks setcred's stack as that authenticate went, and refuses by
 * itself; that our setcred succeeds is proven in handle.c. */
static bool is_right(int function, int code, bool failed)
{
	switch (function) {
	case SETCRED:
		return code == PAM_SUCCESS || (failed && code == PAM_PERM_DENIED);
	case AUTHENTICATE:
		return code == PAM_AUTH_ERR || code == PAM_MAXTRIES;
	case ACCOUNT:
		return code == PAM_SUCCESS;
	case CHANGE:
		return code == PAM_AUTHTOK_RECOVERY_ERR;
	default:
		return code == PAM_SUCCESS;
	}
}

static void play(const char *user, const int *order, int count)
{
	struct stage stage;
	bool failed = false;
	int i, code;

	stage_open(&stage, "orders", user);
	for (i = 0; i < count; i++) {
		code = call(&stage, order[i]);
		expect(is_right(order[i], code, failed), "%s %s %s: call %d: %s", names[order[0]], count > 1 ? names[order[1]] : "",
		       count > 2 ? names[order[2]] : "", i + 1, stage_code_name(code));
		failed = failed || order[i] == AUTHENTICATE;
	}
	stage_close(&stage);
}

static void play_all_from(int first)
{
	char user[32];
	int order[3] = {first, 0, 0};

	snprintf(user, sizeof(user), "orders-%s", names[first]);
	world_set(&stage_world, user, "state=own", "age_days=10", NULL);
	stage_service("orders", "");
	play(user, order, 1);
	for (order[1] = 0; order[1] < FUNCTIONS; order[1]++) {
		play(user, order, 2);
		for (order[2] = 0; order[2] < FUNCTIONS; order[2]++)
			play(user, order, 3);
	}
}

#define FROM(NAME, FUNCTION)                                                                                                \
	static void from_##NAME(void)                                                                                       \
	{                                                                                                                   \
		play_all_from(FUNCTION);                                                                                    \
	}

FROM(authenticate, AUTHENTICATE)
FROM(setcred, SETCRED)
FROM(account, ACCOUNT)
FROM(open, OPEN)
FROM(close, CLOSE)
FROM(change, CHANGE)

const struct proof order_proofs[] = {
	{"std_P1_orders_from_authenticate", from_authenticate}, {"std_P1_orders_from_setcred", from_setcred},
	{"std_P1_orders_from_account", from_account},           {"std_P1_orders_from_open_session", from_open},
	{"std_P1_orders_from_close_session", from_close},       {"std_P1_orders_from_chauthtok", from_change},
	{NULL, NULL},
};
