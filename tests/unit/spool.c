/* What a sender or a resealing run writes again while another process drops it: it stays dropped, at whatever step that comes. */
#include <liberations/messages.h>

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/notices.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#define ID "1800000000-0123456789abcdef.00000000"
#define RUN "1800000000-0123456789abcdef"
#define EXCHANGE 2

/* What happens when the C library is asked to rename: before, instead of, or after it. */
static void (*before)(void), (*after)(void);
static bool cannot_exchange;

static int rename_with(int old_dir, const char *old, int new_dir, const char *new, unsigned flags)
{
	int result;

	if (before != NULL)
		before();
	result = (int)syscall(SYS_renameat2, old_dir, old, new_dir, new, flags);
	if (after != NULL)
		after();
	return result;
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	return rename_with(old_dir, old, new_dir, new, 0);
}

int renameat2(int old_dir, const char *old, int new_dir, const char *new, unsigned flags)
{
	if (cannot_exchange && flags == EXCHANGE) {
		errno = EINVAL;
		return -1;
	}
	return rename_with(old_dir, old, new_dir, new, flags);
}

static struct lbr_spool *spool;
static struct lbr_reason reason;
static struct lbr_message message;

static void enter(void)
{
	scratch_enter();
	ck_assert_msg(lbr_messages_open(scratch.state, scratch.keyring, &spool, &reason) == LBR_OK, "%s", reason.text);
	message = (struct lbr_message){ .id = ID, .name = "zoe.roy", .state = LBR_MESSAGE_WAITING, .kind = LBR_NOTICE_KINDS,
	                                .text = "hello" };
	ck_assert_msg(lbr_message_put(spool, &message, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_int_eq(lbr_messages_release(spool, RUN, &reason), LBR_OK);
}

static void leave(void)
{
	before = after = NULL;
	cannot_exchange = false;
	ck_assert_int_eq(lbr_message_drop(spool, ID, NULL), LBR_OK);
	lbr_messages_close(spool);
}

/* Files of that room of the state, those of a writer included, but neither lock nor release. */
static unsigned files_in(const char *room)
{
	char path[600];
	const struct dirent *entry;
	unsigned count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", scratch.state, room);
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, ".lock") != 0 &&
		         strstr(entry->d_name, ".released") == NULL;
	closedir(dir);
	return count;
}

/* As `liberations remove` does, without the sender's turn. */
static void drop(void)
{
	struct lbr_spool *other;

	before = NULL;
	ck_assert_int_eq(lbr_messages_open_to_drop(scratch.state, scratch.keyring, &other, NULL), LBR_OK);
	ck_assert_int_eq(lbr_message_drop(other, ID, NULL), LBR_OK);
	lbr_messages_close(other);
}

START_TEST(a_message_that_is_written_again_says_what_is_new)
{
	struct lbr_message there;

	cannot_exchange = _i == 1;
	message.tries = 7;
	ck_assert_msg(lbr_message_rewrite(spool, &message, &reason) == LBR_OK, "%s", reason.text);
	ck_assert_int_eq(lbr_message_read(spool, ID, &there, NULL), LBR_OK);
	ck_assert_uint_eq(there.tries, 7);
	ck_assert_uint_eq(files_in("spool"), 1);
}
END_TEST

START_TEST(a_message_dropped_while_it_is_written_again_stays_dropped)
{
	before = drop;
	ck_assert_int_eq(lbr_message_rewrite(spool, &message, &reason), LBR_ERR_ABSENT);
	ck_assert_uint_eq(files_in("spool"), 0);
}
END_TEST

START_TEST(a_message_dropped_before_stays_dropped_without_an_exchange)
{
	cannot_exchange = true;
	drop();
	ck_assert_int_eq(lbr_message_rewrite(spool, &message, &reason), LBR_ERR_ABSENT);
	ck_assert_uint_eq(files_in("spool"), 0);
}
END_TEST

static void die(void)
{
	_exit(0);
}

START_TEST(what_a_killed_writer_left_goes_and_the_message_stays)
{
	char (*ids)[LBR_MESSAGE_ID_MAX] = NULL;
	struct lbr_message there;
	size_t count = 0;
	int status;
	pid_t child = fork();

	if (child == 0) {
		*(_i == 0 ? &before : &after) = die;
		message.tries = 7;
		(void)lbr_message_rewrite(spool, &message, NULL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(files_in("spool"), 2);
	ck_assert_int_eq(lbr_messages_list(spool, &ids, &count, NULL), LBR_OK);
	free(ids);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(files_in("spool"), 1);
	ck_assert_int_eq(lbr_message_read(spool, ID, &there, NULL), LBR_OK);
	ck_assert_uint_eq(there.tries, _i == 0 ? 0 : 7);
}
END_TEST

static struct lbr_notices *notices;
static const struct lbr_notice notice = { .name = "zoe.roy", .kind = LBR_NOTICE_LOCKED, .sent_s = 1800000000 };

static void drop_notice(void)
{
	before = NULL;
	ck_assert_int_eq(lbr_notices_drop(notices, notice.name, notice.kind, NULL), LBR_OK);
}

START_TEST(a_notice_dropped_while_it_is_sealed_again_stays_dropped)
{
	struct lbr_notice there;

	ck_assert_int_eq(lbr_notices_make(scratch.state, NULL), LBR_OK);
	ck_assert_int_eq(lbr_notices_open(scratch.state, scratch.keyring, &notices, NULL), LBR_OK);
	ck_assert_int_eq(lbr_notice_mark_sent(notices, &notice, notice.sent_s, &reason), LBR_OK);
	ck_assert_int_eq(lbr_notice_reseal(notices, &notice, &reason), LBR_OK);
	ck_assert_int_eq(lbr_notice_read(notices, notice.name, notice.kind, &there, NULL), LBR_OK);
	before = drop_notice;
	ck_assert_int_eq(lbr_notice_reseal(notices, &notice, &reason), LBR_ERR_ABSENT);
	ck_assert_uint_eq(files_in("notices"), 0);
	lbr_notices_close(notices);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("spool");
	TCase *tests = tcase_create("spool");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_loop_test(tests, a_message_that_is_written_again_says_what_is_new, 0, 2);
	tcase_add_test(tests, a_message_dropped_while_it_is_written_again_stays_dropped);
	tcase_add_test(tests, a_message_dropped_before_stays_dropped_without_an_exchange);
	tcase_add_loop_test(tests, what_a_killed_writer_left_goes_and_the_message_stays, 0, 2);
	tcase_add_test(tests, a_notice_dropped_while_it_is_sealed_again_stays_dropped);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
