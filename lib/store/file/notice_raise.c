/* Raising a notice, marking it as sent, dropping it. */
#include "notice_spool.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Copies text that a stranger may have chosen: bounded, and without a byte that has a meaning in a mail, a log or on a phone. */
static void take_claim(const char *claim, char *ret, size_t size)
{
	size_t i;

	memset(ret, 0, size);
	for (i = 0; i < size - 1 && claim[i] != '\0'; i++) {
		bool fine = (claim[i] >= '0' && claim[i] <= '9') || (claim[i] >= 'A' && claim[i] <= 'Z') ||
		            (claim[i] >= 'a' && claim[i] <= 'z') || strchr("._:-", claim[i]) != NULL;

		ret[i] = fine ? claim[i] : '?';
	}
	if (strcmp(ret, "-") == 0) /* the file's spelling of "none" */
		ret[0] = '?';
}

/* True if the event is already raised. A file that cannot be read raises nothing; the new one replaces it. */
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
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(NO_SUCH_NOTICE));
	error = lbr_name_check(name);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(NO_SUCH_NAME));
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

enum lbr_error lbr_notice_mark_sent(struct lbr_notices *notices, const struct lbr_notice *notice, int64_t now_s,
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
		return lbr_fail(reason, error, LBR_WHY(NO_SUCH_NAME));
	error = lbr_notices_lock(notices, &lock, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_file_remove(notices->dir, file, reason);
	close(lock);
	return error;
}
