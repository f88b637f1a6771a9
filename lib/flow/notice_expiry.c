/* Finds what to tell a person about the age of a password: the rules know the stage, the spool knows what was told already. */
#include <liberations/notices.h>

#include <stdint.h>
#include <string.h>

enum lbr_error lbr_notices_find_expiry(struct lbr_notices *notices, const struct lbr_account *account,
                                       const struct lbr_settings *settings, int64_t now_s, struct lbr_notice *ret,
                                       struct lbr_reason *reason)
{
	unsigned stage = lbr_notice_stage(account, settings, now_s);
	enum lbr_error error;

	memset(ret, 0, sizeof(*ret));
	if (stage == 0)
		return LBR_OK;
	error = lbr_notice_read(notices, account->name, LBR_NOTICE_PASSWORD_EXPIRES, ret, reason);
	if (error != LBR_OK && error != LBR_ERR_ABSENT)
		return error;
	ret->raised_s = 0;
	if (error == LBR_OK && ret->password_set_s == account->password_set_s && ret->stage >= stage)
		return LBR_OK;
	memcpy(ret->name, account->name, sizeof(ret->name));
	ret->kind = LBR_NOTICE_PASSWORD_EXPIRES;
	ret->password_set_s = account->password_set_s;
	ret->stage = stage;
	ret->raised_s = now_s;
	return LBR_OK;
}
