/* The spool of notices: when one was mailed, what an earlier release left to be mailed, and what a failing disk leaves behind. */
#include <liberations/notice.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sodium.h>

#include <liberations/codec.h>
#include <liberations/notices.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

#define NOW 1800000000
#define DAY 86400

/* In front of the C library's: counted, and the one that `fail_at` numbers fails. */
static unsigned calls, fail_at;

static int must_fail(void)
{
	if (++calls != fail_at)
		return 0;
	errno = ENOSPC;
	return 1;
}

int fsync(int fd)
{
	return must_fail() ? -1 : (int)syscall(SYS_fsync, fd);
}

int renameat(int old_dir, const char *old, int new_dir, const char *new)
{
	return must_fail() ? -1 : (int)syscall(SYS_renameat2, old_dir, old, new_dir, new, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return must_fail() ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

static struct lbr_notices *notices;
static struct lbr_reason reason;

static void clear_spool(void)
{
	char path[600];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/notices", scratch.state);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
}

static void enter(void)
{
	scratch_enter();
	ck_assert_msg(lbr_notices_make(scratch.state, &reason) == LBR_OK, "%s", reason.text);
	clear_spool();
	ck_assert_msg(lbr_notices_open(scratch.state, scratch.keyring, &notices, &reason) == LBR_OK, "%s", reason.text);
}

static const char *file_of(const char *name)
{
	static char path[900];

	snprintf(path, sizeof(path), "%s/notices/%s", scratch.state, name);
	return path;
}

static void plant(const char *file, const char *text, mode_t mode)
{
	int fd = open(file_of(file), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

/* A notice that waits in its file, as releases left it that did not have it in the counters. */
static void leave(const char *name, enum lbr_notice_kind kind, int64_t raised_s, int64_t sent_s)
{
	struct lbr_notice notice = { .kind = kind, .raised_s = raised_s, .sent_s = sent_s, .service = "sshd", .rhost = "203.0.113.7" };
	char text[LBR_NOTICE_TEXT_MAX], coded[LBR_NAME_FILE_MAX + 1], file[LBR_NAME_FILE_MAX + 32];
	size_t len;

	snprintf(notice.name, sizeof(notice.name), "%s", name);
	ck_assert_int_eq(lbr_name_encode(name, coded), LBR_OK);
	snprintf(file, sizeof(file), "%s:%s", coded, lbr_notice_kind_name(kind));
	ck_assert_msg(lbr_notice_encode(&notice, scratch.keyring, text, &len, &reason) == LBR_OK, "%s", reason.text);
	text[len] = '\0';
	plant(file, text, 0600);
}

/* What the list gives, in one place. */
struct seen {
	unsigned          count, damaged, foreign;
	struct lbr_notice last;
	char              reason[LBR_REASON_MAX];
};

static int see(void *context, const char *name, enum lbr_notice_kind kind, const struct lbr_notice *notice,
               enum lbr_error error, const struct lbr_reason *why)
{
	struct seen *seen = context;

	ck_assert((error == LBR_OK) == (notice != NULL));
	if (notice != NULL) {
		seen->count++;
		seen->last = *notice;
		ck_assert_str_eq(notice->name, name);
		ck_assert_int_eq(notice->kind, kind);
		return 0;
	}
	memcpy(seen->reason, why->text, sizeof(seen->reason));
	if (name[0] == '\0')
		seen->foreign++;
	else
		seen->damaged++;
	return 0;
}

static struct seen look(void)
{
	struct seen seen = { .count = 0 };

	ck_assert_msg(lbr_notices_list(notices, see, &seen, &reason) == LBR_OK, "%s", reason.text);
	return seen;
}

static unsigned files(void)
{
	char path[600];
	struct dirent *entry;
	unsigned count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/notices", scratch.state);
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, ".lock") != 0)
			count++;
	closedir(dir);
	return count;
}

START_TEST(a_notice_of_an_earlier_release_is_read)
{
	struct seen seen;

	leave("zo\xc3\xa9", LBR_NOTICE_LOCKED, NOW, 0);
	seen = look();
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_str_eq(seen.last.name, "zo\xc3\xa9");
	ck_assert_int_eq(seen.last.kind, LBR_NOTICE_LOCKED);
	ck_assert_int_eq(seen.last.raised_s, NOW);
	ck_assert_int_eq(seen.last.sent_s, 0);
	ck_assert_str_eq(seen.last.service, "sshd");
	ck_assert_str_eq(seen.last.rhost, "203.0.113.7");
	ck_assert_int_eq(access(file_of("zo%C3%A9:locked"), F_OK), 0);
}
END_TEST

START_TEST(every_kind_and_every_account_has_a_file_of_its_own)
{
	int kind;

	for (kind = 0; kind < LBR_NOTICE_PASSWORD_EXPIRES; kind++) {
		leave("bob", (enum lbr_notice_kind)kind, NOW, 0);
		leave("bob.locked", (enum lbr_notice_kind)kind, NOW, 0);
	}
	ck_assert_uint_eq(files(), 2 * LBR_NOTICE_PASSWORD_EXPIRES);
	ck_assert_uint_eq(look().count, 2 * LBR_NOTICE_PASSWORD_EXPIRES);
}
END_TEST

START_TEST(the_longest_name_has_notices)
{
	char name[LBR_NAME_MAX + 1] = "";
	unsigned i;

	for (i = 0; i < LBR_NAME_MAX; i += 2)
		memcpy(name + i, "\xc3\xa9", 3);
	leave(name, LBR_NOTICE_RECOVERY_USED, NOW, 0);
	ck_assert_uint_eq(look().count, 1);
	ck_assert_str_eq(look().last.name, name);
}
END_TEST

START_TEST(no_name_leads_out_of_the_directory)
{
	static const char *const names[] = { "", ".", "..", "../x", "/etc/passwd", "a/b", "a:b", "a\nb", ".lock", "-x" };
	struct lbr_notice notice = { .kind = LBR_NOTICE_LOCKED };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(notice.name, sizeof(notice.name), "%s", names[i]);
		ck_assert_int_ne(lbr_notice_mark_sent(notices, &notice, NOW, &reason), LBR_OK);
		ck_assert_int_ne(lbr_notices_drop(notices, names[i], LBR_NOTICE_LOCKED, &reason), LBR_OK);
	}
	ck_assert_uint_eq(files(), 0);
}
END_TEST

START_TEST(one_mail_of_a_kind_in_24_hours)
{
	struct lbr_notice notice;

	leave("bob", LBR_NOTICE_LOCKED, NOW, 0);
	notice = look().last;
	ck_assert(lbr_notice_is_due(&notice, NOW));
	ck_assert_int_eq(lbr_notice_mark_sent(notices, &notice, NOW + 10, &reason), LBR_OK);
	notice = look().last;
	ck_assert_int_eq(notice.raised_s, 0);
	ck_assert_str_eq(notice.rhost, "");
	ck_assert(!lbr_notice_is_due(&notice, NOW + 10 + 2 * DAY));
	ck_assert(!lbr_notice_is_spent(&notice, NOW + 10 + DAY - 1));
	ck_assert(lbr_notice_is_spent(&notice, NOW + 10 + DAY));
	leave("bob", LBR_NOTICE_LOCKED, NOW + 60, NOW + 10);
	notice = look().last;
	ck_assert(!lbr_notice_is_due(&notice, NOW + 10 + DAY - 1));
	ck_assert(lbr_notice_is_due(&notice, NOW + 10 + DAY));
	ck_assert(lbr_notice_is_due(&notice, NOW)); /* the clock was set back: nobody is silenced by that */
}
END_TEST

START_TEST(what_is_dropped_is_gone)
{
	leave("bob", LBR_NOTICE_LOCKED, NOW, 0);
	ck_assert_int_eq(lbr_notices_drop(notices, "bob", LBR_NOTICE_LOCKED, &reason), LBR_OK);
	ck_assert_int_eq(lbr_notices_drop(notices, "bob", LBR_NOTICE_LOCKED, &reason), LBR_OK);
	ck_assert_uint_eq(files(), 0);
}
END_TEST

/* Every byte of the file, flipped; every length. */
START_TEST(a_damaged_notice_is_never_one)
{
	char text[LBR_NOTICE_TEXT_MAX], copy[LBR_NOTICE_TEXT_MAX];
	struct lbr_notice notice = { .name = "bob", .kind = LBR_NOTICE_LOCKED, .raised_s = NOW, .service = "sshd" }, back;
	size_t len, i;

	ck_assert_int_eq(lbr_notice_encode(&notice, scratch.keyring, text, &len, &reason), LBR_OK);
	ck_assert_int_eq(lbr_notice_decode(text, len, "bob", LBR_NOTICE_LOCKED, scratch.keyring, &back, &reason), LBR_OK);
	ck_assert_str_eq(back.key_id, lbr_keyring_id(scratch.keyring));
	memcpy(notice.key_id, back.key_id, sizeof(notice.key_id));
	ck_assert_mem_eq(&back, &notice, sizeof(back));
	for (i = 0; i < len; i++) {
		memcpy(copy, text, len);
		copy[i] ^= 1;
		ck_assert_int_eq(lbr_notice_decode(copy, len, "bob", LBR_NOTICE_LOCKED, scratch.keyring, &back, &reason),
		                 LBR_ERR_DAMAGED);
		ck_assert_int_eq(back.raised_s, 0);
		ck_assert_int_eq(lbr_notice_decode(text, i, "bob", LBR_NOTICE_LOCKED, scratch.keyring, &back, &reason),
		                 LBR_ERR_DAMAGED);
	}
	ck_assert_int_eq(lbr_notice_decode(text, len, "eve", LBR_NOTICE_LOCKED, scratch.keyring, &back, &reason), LBR_ERR_DAMAGED);
	ck_assert_int_eq(lbr_notice_decode(text, len, "bob", LBR_NOTICE_TOKEN_REPLACED, scratch.keyring, &back, &reason),
	                 LBR_ERR_DAMAGED);
}
END_TEST

/* What verifies and still is not how a notice is written. */
START_TEST(there_is_one_spelling)
{
	static const char *const changes[][2] = {
		{ "raised 1", "raised 01" }, { "stage 0", "stage 1" }, { "kind locked\n", "kind locked \n" },
		{ "sent 0\n", "sent 0\n\n" }, { "rhost -", "rhost a b" }, { "service sshd", "service ss/hd" },
		{ "service sshd", "service " }, { "password-set 0", "password-set 5" },
	};
	struct lbr_notice notice = { .name = "bob", .kind = LBR_NOTICE_LOCKED, .raised_s = NOW, .service = "sshd" }, back;
	char text[LBR_NOTICE_TEXT_MAX], forged[2 * LBR_NOTICE_TEXT_MAX], coded[64], *at;
	unsigned char mac[LBR_MAC_LEN];
	size_t len, used;

	ck_assert_int_eq(lbr_notice_encode(&notice, scratch.keyring, text, &len, &reason), LBR_OK);
	text[len] = '\0';
	*strstr(text, "mac ") = '\0';
	at = strstr(text, changes[_i][0]);
	ck_assert_ptr_nonnull(at);
	used = (size_t)snprintf(forged, sizeof(forged), "%.*s%s%s", (int)(at - text), text, changes[_i][1],
	                        at + strlen(changes[_i][0]));
	ck_assert_int_eq(lbr_keyring_mac(scratch.keyring, NULL, "notice", "bob", forged, used, mac), LBR_OK);
	sodium_bin2base64(coded, sizeof(coded), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	used += (size_t)snprintf(forged + used, sizeof(forged) - used, "mac %s %s\n", lbr_keyring_id(scratch.keyring), coded);
	ck_assert_int_eq(lbr_notice_decode(forged, used, "bob", LBR_NOTICE_LOCKED, scratch.keyring, &back, &reason), LBR_ERR_DAMAGED);
	ck_assert_ptr_nonnull(strstr(reason.text, "a line is missing"));
}
END_TEST

/* Told, never sent. */
START_TEST(planted_files_are_told)
{
	struct seen seen;

	plant("bob:locked", "", 0600);
	ck_assert_int_eq(symlink("/etc/passwd", file_of("eve:locked")), 0);
	plant("joe:locked", "x", 0644);
	plant("no-notice", "x", 0600);
	plant("bob:unheard-of", "x", 0600);
	plant("%zz:locked", "x", 0600);
	seen = look();
	ck_assert_uint_eq(seen.count, 0);
	ck_assert_uint_eq(seen.damaged, 3);
	ck_assert_uint_eq(seen.foreign, 3);
}
END_TEST

START_TEST(a_notice_moved_to_another_person_is_not_theirs)
{
	char from[900];

	leave("bob", LBR_NOTICE_LOCKED, NOW, 0);
	snprintf(from, sizeof(from), "%s", file_of("bob:locked"));
	ck_assert_int_eq(rename(from, file_of("eve:locked")), 0);
	ck_assert_uint_eq(look().damaged, 1);
	ck_assert_uint_eq(look().count, 0);
}
END_TEST

/* Each write, sync and rename fails once: the old file is whole, or the new one is; nothing is left beside it. */
START_TEST(a_failing_disk_loses_a_notice_and_nothing_else)
{
	struct lbr_notice notice;
	struct seen seen;
	enum lbr_error error;

	leave("bob", LBR_NOTICE_LOCKED, NOW, 0);
	notice = look().last;
	calls = 0;
	fail_at = (unsigned)_i;
	error = lbr_notice_mark_sent(notices, &notice, NOW + 5, &reason);
	fail_at = 0;
	ck_assert_int_eq(error, _i < 4 ? LBR_ERR_SYSTEM : LBR_ERR_UNKNOWN); /* renamed, and perhaps not durably */
	ck_assert_ptr_nonnull(strstr(reason.text, "No space left on device"));
	ck_assert_uint_eq(files(), 1);
	seen = look();
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_int_eq(seen.last.raised_s, _i < 4 ? NOW : 0); /* only the last sync comes after the rename */
}
END_TEST

START_TEST(a_spool_that_is_open_to_others_is_refused)
{
	struct lbr_notices *other;
	char path[600];

	snprintf(path, sizeof(path), "%s/notices", scratch.state);
	ck_assert_int_eq(chmod(path, 0755), 0);
	ck_assert_int_eq(lbr_notices_open(scratch.state, scratch.keyring, &other, &reason), LBR_ERR_UNSAFE);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(chmod(path, 0700), 0);
	ck_assert_int_eq(lbr_notices_make("/nonexistent/x", &reason), LBR_ERR_ABSENT);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("notice");
	TCase *tests = tcase_create("all");

	tcase_add_unchecked_fixture(tests, scratch_make, scratch_remove);
	tcase_add_checked_fixture(tests, enter, NULL);
	tcase_add_test(tests, a_notice_of_an_earlier_release_is_read);
	tcase_add_test(tests, every_kind_and_every_account_has_a_file_of_its_own);
	tcase_add_test(tests, the_longest_name_has_notices);
	tcase_add_test(tests, no_name_leads_out_of_the_directory);
	tcase_add_test(tests, one_mail_of_a_kind_in_24_hours);
	tcase_add_test(tests, what_is_dropped_is_gone);
	tcase_add_test(tests, a_damaged_notice_is_never_one);
	tcase_add_loop_test(tests, there_is_one_spelling, 0, 8);
	tcase_add_test(tests, planted_files_are_told);
	tcase_add_test(tests, a_notice_moved_to_another_person_is_not_theirs);
	tcase_add_loop_test(tests, a_failing_disk_loses_a_notice_and_nothing_else, 1, 5);
	tcase_add_test(tests, a_spool_that_is_open_to_others_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
