#include "greeting.h"

#include <pwd.h>
#include <security/pam_modutil.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "caller.h"
#include "unix_account.h"

static void copy_claim(struct lbr_call *call, int type, char claim[LBR_WIRE_CLAIM_MAX])
{
	const void *item = NULL;

	if (pam_get_item(call->pamh, type, &item) == PAM_SUCCESS && item != NULL)
		snprintf(claim, LBR_WIRE_CLAIM_MAX, "%s", (const char *)item);
}

/* sshd lists here, one a line, what the person has proven. Another application could put the same into the environment. */
bool lbr_greeting_has_key(struct lbr_call *call)
{
	const char *line = pam_getenv(call->pamh, "SSH_AUTH_INFO_0");
	char service[LBR_WIRE_CLAIM_MAX] = "";

	if (line == NULL)
		return false;
	copy_claim(call, PAM_SERVICE, service);
	if (geteuid() != 0 || strcmp(service, "sshd") != 0)
		return false;
	for (; line != NULL; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, "publickey ", strlen("publickey ")) == 0)
			return true;
	}
	return false;
}

/* An account records whose it is; the name may have gone to somebody else since. If the name service is down, the name counts as
 * gone. */
static void tell_system_user(struct lbr_call *call, struct lbr_hello *hello)
{
	const struct passwd *user;

	call->link->looked_up[0] = '\0';
	if (geteuid() != 0 || call->user[0] == '\0')
		return;
	user = pam_modutil_getpwnam(call->pamh, call->user);
	snprintf(call->link->looked_up, sizeof(call->link->looked_up), "%s", call->user);
	call->link->shadowed = lbr_unix_account_is_shadowed(user);
	hello->system_user = user != NULL ? LBR_SYSTEM_USER_THERE : LBR_SYSTEM_USER_ABSENT;
	hello->system_uid = user != NULL ? user->pw_uid : 0;
}

static void fill_hello(struct lbr_call *call, struct lbr_hello *hello)
{
	const struct lbr_module_options *options = &call->options;

	hello->factors = options->factors;
	hello->entry = options->entry;
	hello->password_source = options->password_source;
	hello->unknown = options->unknown;
	/* A fresh agent does not know that this handle signed a person in (setcred closed the first link): be strict. */
	hello->expired = call->link->tied && call->request.kind == LBR_REQUEST_ACCOUNT ? LBR_EXPIRED_ALWAYS : options->expired;
	hello->qr = options->qr;
	hello->messages = options->messages;
	hello->language = options->language;
	hello->enroll = options->enroll;
	copy_claim(call, PAM_SERVICE, hello->service);
	copy_claim(call, PAM_RHOST, hello->rhost);
	copy_claim(call, PAM_TTY, hello->tty);
	hello->publickey = lbr_greeting_has_key(call);
	hello->real_uid = lbr_caller_uid();
	tell_system_user(call, hello);
}

bool lbr_greeting_exchange(struct lbr_call *call)
{
	struct lbr_hello hello = {0};

	fill_hello(call, &hello);
	return lbr_client_greet(&call->link->client, &hello) == LBR_OK;
}
