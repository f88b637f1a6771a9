/* When a notice is due, when it is spent, and which stage of expiry a password has reached. */
#include <liberations/notice.h>

#include <stdbool.h>
#include <stdint.h>

#include <liberations/expiry.h>

#define DAY_S 86400

static const int stage_days[LBR_NOTICE_STAGES - 1] = { 14, 7, 3, 1 };

/* A clock that once ran ahead must not suppress notices until it reaches that time again. */
static bool is_pause_over(const struct lbr_notice *notice, int64_t now_s)
{
	return notice->sent_s == 0 || notice->sent_s > now_s || now_s - notice->sent_s >= LBR_NOTICE_PAUSE_S;
}

bool lbr_notice_is_due(const struct lbr_notice *notice, int64_t now_s)
{
	return notice->raised_s != 0 && is_pause_over(notice, now_s);
}

bool lbr_notice_is_spent(const struct lbr_notice *notice, int64_t now_s)
{
	return notice->kind != LBR_NOTICE_PASSWORD_EXPIRES && notice->raised_s == 0 && is_pause_over(notice, now_s);
}

unsigned lbr_notice_stage(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s)
{
	unsigned stage = 0;
	int64_t left;
	int i;

	if (account->disabled || account->password_kind != LBR_PASSWORD_OWN)
		return 0;
	if (lbr_expiry_is_due(account, settings, now_s))
		return LBR_NOTICE_STAGES;
	left = lbr_password_days_left(account->password_set_s, settings->max_age, now_s);
	if (left < 1) /* it never expires, or the clock is not trusted to expire it */
		return 0;
	for (i = 0; i < LBR_NOTICE_STAGES - 1; i++)
		if (left <= stage_days[i] && (unsigned)stage_days[i] * DAY_S <= settings->warn_s)
			stage = (unsigned)i + 1;
	return stage;
}
