/* When notices were last sent goes with the account, or everybody would hear of the same things again. What waits to be sent is in
 * the counters. */
#include "migrate.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

enum lbr_error cli_migrate_dates_open(struct migration *course, struct lbr_reason *reason)
{
	const char *state = course->session.settings.state;
	const struct lbr_keyring *keyring = course->session.keyring;
	enum lbr_error error = lbr_notices_make(state, reason);

	if (error == LBR_OK)
		error = lbr_notices_open(state, keyring, &course->dates_here, reason);
	if (error == LBR_OK)
		error = lbr_notices_open(state, keyring, &course->dates_there, reason);
	if (error == LBR_OK)
		lbr_notices_share(course->dates_there, course->session.store);
	return error;
}

static int compare(const void *one, const void *other)
{
	return strcmp(one, other);
}

static int learn(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice, enum lbr_error error,
                 const struct lbr_reason *reason)
{
	struct migration *course = context;

	(void)kind, (void)notice, (void)error, (void)reason;
	return cli_migrate_keep(course, &course->dated, strdup(name), compare) ? 0 : 1;
}

/* One question for each account and kind would be most of what moving an account costs, and few people were ever sent anything. */
bool cli_migrate_dates_learn(struct migration *course)
{
	struct lbr_notices *from = course->moving.to == LBR_STORE_FILE ? course->dates_there : course->dates_here;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_notices_list(from, learn, course, &reason);

	if (course->stopped != LBR_OK)
		error = lbr_fail(&reason, course->stopped, LBR_WHY(NO_MEMORY));
	if (error != LBR_OK)
		cli_migrate_stop(course, NULL, error, &reason);
	return error == LBR_OK;
}

/* One that cannot be read is as good as none: at worst somebody is told twice. */
static enum lbr_error read_one(const struct lbr_notices *from, const char *name, enum lbr_notice_kind kind, struct lbr_notice *ret,
                               struct lbr_reason *reason)
{
	enum lbr_error error = lbr_notice_read(from, name, kind, ret, reason);

	return error == LBR_ERR_ABSENT || error == LBR_ERR_DAMAGED || error == LBR_ERR_NEWER ? LBR_OK : error;
}

/* The later one stays, where an interrupted run, or a copy of these files, was there before. */
static enum lbr_error copy_one(const struct migration *course, const char *name, enum lbr_notice_kind kind,
                               struct lbr_reason *reason)
{
	bool back = course->moving.to == LBR_STORE_FILE;
	struct lbr_notices *from = back ? course->dates_there : course->dates_here;
	struct lbr_notices *to = back ? course->dates_here : course->dates_there;
	struct lbr_notice notice, kept;
	enum lbr_error error = read_one(from, name, kind, &notice, reason);

	if (error != LBR_OK || notice.sent_s == 0)
		return error;
	error = read_one(to, name, kind, &kept, reason);
	if (error != LBR_OK || kept.sent_s >= notice.sent_s)
		return error;
	error = lbr_notice_mark_sent(to, &notice, notice.sent_s, reason);
	return error == LBR_ERR_ABSENT || error == LBR_ERR_NEWER ? LBR_OK : error; /* removed meanwhile */
}

enum lbr_error cli_migrate_dates_copy(const struct migration *course, const char *name, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	int kind;

	if (tfind(name, &course->dated, compare) == NULL)
		return LBR_OK;
	for (kind = 0; kind < LBR_NOTICE_KINDS && error == LBR_OK; kind++)
		error = copy_one(course, name, (enum lbr_notice_kind)kind, reason);
	return error;
}

void cli_migrate_dates_close(struct migration *course)
{
	tdestroy(course->dated, free);
	lbr_notices_close(course->dates_here);
	lbr_notices_close(course->dates_there);
}
