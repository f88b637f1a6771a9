/* When a notice is raised, due, settled, spent. */
#include "notice_spool.h"

#include <liberations/expiry.h>

#define DAY_S 86400

static const int stage_days[LBR_NOTICE_STAGES - 1] = { 14, 7, 3, 1 };

/* A clock that was ahead once must not silence anybody until it gets there again. */
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

/* What a stranger may have chosen, bounded, and without a byte that means anything to a mail, a log or a phone. */
static void take_claim(const char *claim, char *ret, size_t size)
{
	size_t i;

	memset(ret, 0, size);
	for (i = 0; i < size - 1 && claim[i] != '\0'; i++) {
		bool fine = (claim[i] >= '0' && claim[i] <= '9') || (claim[i] >= 'A' && claim[i] <= 'Z') ||
		            (claim[i] >= 'a' && claim[i] <= 'z') || strchr("._:-", claim[i]) != NULL;

		ret[i] = fine ? claim[i] : '?';
	}
	if (strcmp(ret, "-") == 0) /* how the file writes that there is none */
		ret[0] = '?';
}

/* True if the event is told already. A file that cannot be read tells nothing; the new one takes its place. */
static bool waits(const struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind, struct lbr_notice *ret)
{
	return lbr_notice_read(notices, name, kind, ret, NULL) == LBR_OK && ret->raised_s != 0;
}

enum lbr_error lbr_notices_raise(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind, int64_t now_s,
                                 const char *service, const char *rhost, struct lbr_reason *reason)
{
	struct lbr_notice notice;
	enum lbr_error error;
	int lock;

	if ((unsigned)kind >= LBR_NOTICE_PASSWORD_EXPIRES || now_s <= 0)
		return lbr_fail(reason, LBR_ERR_INTERNAL, "no notice of that kind is raised, or not at that time");
	error = lbr_name_check(name);
	if (error != LBR_OK)
		return lbr_fail(reason, error, "no account can have that name");
	if (waits(notices, name, kind, &notice))
		return LBR_OK;
	error = lbr_notices_lock(notices, &lock, reason);
	if (error != LBR_OK)
		return error;
	if (!waits(notices, name, kind, &notice)) { /* `sent_s` is the old one's, or 0 */
		memcpy(notice.name, name, strlen(name) + 1);
		notice.kind = kind;
		notice.raised_s = now_s;
		take_claim(service, notice.service, sizeof(notice.service));
		take_claim(rhost, notice.rhost, sizeof(notice.rhost));
		error = lbr_notice_write(notices, &notice, reason);
	}
	close(lock);
	return error;
}

enum lbr_error lbr_notices_settle(struct lbr_notices *notices, const struct lbr_notice *notice, int64_t now_s,
                                  struct lbr_reason *reason)
{
	struct lbr_notice settled = *notice;
	enum lbr_error error;
	int lock;

	settled.raised_s = 0;
	settled.sent_s = now_s;
	memset(settled.service, 0, sizeof(settled.service));
	memset(settled.rhost, 0, sizeof(settled.rhost));
	error = lbr_notices_lock(notices, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_notice_write(notices, &settled, reason);
	close(lock);
	return error;
}

enum lbr_error lbr_notices_drop(struct lbr_notices *notices, const char *name, enum lbr_notice_kind kind,
                                struct lbr_reason *reason)
{
	char file[LBR_NOTICE_FILE_MAX];
	enum lbr_error error = lbr_notice_file(name, kind, file);
	int lock;

	if (error != LBR_OK)
		return lbr_fail(reason, error, "no account can have that name");
	error = lbr_notices_lock(notices, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_remove(notices->dir, file, reason);
	close(lock);
	return error;
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
	if (left < 1) /* never, or a clock that expires nobody */
		return 0;
	for (i = 0; i < LBR_NOTICE_STAGES - 1; i++)
		if (left <= stage_days[i] && (unsigned)stage_days[i] * DAY_S <= settings->warn_s)
			stage = (unsigned)i + 1;
	return stage;
}

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
