/* What the module of a line may return. */
#include "pam_stack.h"

bool cli_pam_is_ours(const struct pam_line *line)
{
	return cli_pam_is(line, "pam_liberations.so");
}

/* What each of our functions may refuse with; libpam itself says the last one where the module cannot be loaded. */
static unsigned refusals_of_ours(enum pam_type type, int ret[PAM_CODES])
{
	static const int refusals[PAM_TYPES][5] = {
		[PAM_TYPE_AUTH] = { CODE_AUTH_ERR, CODE_AUTHINFO_UNAVAIL, CODE_MAXTRIES, CODE_CONV_ERR, CODE_MODULE_UNKNOWN },
		[PAM_TYPE_ACCOUNT] = { CODE_PERM_DENIED, CODE_ACCT_EXPIRED, CODE_MODULE_UNKNOWN },
		[PAM_TYPE_PASSWORD] = { CODE_AUTHTOK_ERR, CODE_AUTHTOK_RECOVER_ERR, CODE_PERM_DENIED, CODE_TRY_AGAIN,
		                        CODE_MODULE_UNKNOWN },
	};
	unsigned count = 0;

	for (; count < 5 && refusals[type][count] != CODE_SUCCESS; count++)
		ret[count] = refusals[type][count];
	return count;
}

/* Any module may return anything; a code that the stack treats as another one costs no further step. */
static unsigned outcomes_of_others(const struct pam_line *line, int ret[PAM_CODES])
{
	unsigned count = 0;
	int code;

	for (code = cli_pam_is(line, "pam_deny.so") ? CODE_SUCCESS + 1 : CODE_SUCCESS; code < CODE_CONV_AGAIN; code++)
		if (!cli_pam_is(line, "pam_deny.so") || code == CODE_AUTH_ERR || code == CODE_AUTHTOK_ERR)
			ret[count++] = code;
	return cli_pam_is(line, "pam_permit.so") ? 1 : count;
}

unsigned cli_pam_outcomes(const struct pam_line *line, int ret[PAM_CODES])
{
	unsigned count;

	if (!cli_pam_is_ours(line))
		return outcomes_of_others(line, ret);
	count = refusals_of_ours(line->type, ret);
	ret[count++] = CODE_SUCCESS;
	if (cli_pam_has_word(line, "unknown=ignore"))
		ret[count++] = CODE_USER_UNKNOWN;
	if (line->type == PAM_TYPE_ACCOUNT)
		ret[count++] = CODE_NEW_AUTHTOK;
	return count;
}
