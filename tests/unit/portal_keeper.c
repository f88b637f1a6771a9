/* The keeper's files: the table of sessions on a disk, and the key. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal_key_file.h"
#include "table_file.h"

#include "support/check_main.h"

#define NOW 1795000000

static const struct lbr_session_rules rules = { 3600, 43200, 1000, 5 };
static const unsigned char id[LBR_SESSION_ID_LEN] = { 1 }, other_id[LBR_SESSION_ID_LEN] = { 2 };
static char folder[64], path[96];
static struct lbr_portal_key key;
static struct lbr_table_file file;
static struct lbr_reason reason;
static unsigned damaged;

static void set_up(void)
{
	const unsigned char master[LBR_PORTAL_KEY_LEN] = { 9 };
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/lbr-keeper-XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/sessions", folder);
	lbr_portal_key_derive(master, &key);
	file.fd = -1;
}

static void tear_down(void)
{
	lbr_table_file_close(&file);
	unlink(path);
	rmdir(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static enum lbr_error open_table(uint32_t count)
{
	return lbr_table_file_open(&file, folder, count, &key, &rules, &damaged, &reason);
}

static bool sign_in(const unsigned char *who)
{
	struct lbr_web_session session = { .user = "alice" };
	uint32_t index;

	return lbr_session_begin(&file.table, NOW, 0, who, &session, &index) == LBR_OK;
}

static bool lives(const unsigned char *who, uint32_t *index)
{
	const unsigned char site[LBR_SITE_ID_LEN] = { 0 };
	struct lbr_web_session found;

	return lbr_session_find(&file.table, NOW, 0, who, site, index, &found) != LBR_SESSION_DEAD;
}

START_TEST(portal_p33_sessions_are_there_after_a_restart)
{
	uint32_t index;

	ck_assert_int_eq(open_table(64), LBR_OK);
	ck_assert(sign_in(id) && sign_in(other_id) && lives(other_id, &index));
	lbr_session_end(&file.table, index);
	ck_assert_int_eq(lbr_table_file_sync(&file), LBR_OK);
	lbr_table_file_close(&file);
	ck_assert_int_eq(open_table(64), LBR_OK);
	ck_assert_uint_eq(damaged, 0);
	ck_assert(lives(id, &index) && !lives(other_id, &index));
}
END_TEST

START_TEST(a_smaller_setting_signs_nobody_out)
{
	unsigned char one[LBR_SESSION_ID_LEN] = { 0 };
	uint32_t index;
	unsigned at;

	ck_assert_int_eq(open_table(64), LBR_OK);
	for (at = 0; at < 5; at++) {
		one[0] = (unsigned char)at;
		ck_assert(sign_in(one));
	}
	lbr_table_file_close(&file);
	ck_assert_int_eq(open_table(2), LBR_OK);
	ck_assert_uint_eq(file.table.count, 64);
	ck_assert(lives(one, &index));
	lbr_table_file_close(&file);
	ck_assert_int_eq(open_table(128), LBR_OK);
	ck_assert_uint_eq(file.table.count, 128);
	ck_assert(lives(one, &index));
}
END_TEST

START_TEST(portal_p34_a_truncated_file_loses_only_what_was_cut)
{
	uint32_t index;

	ck_assert_int_eq(open_table(64), LBR_OK);
	ck_assert(sign_in(id) && sign_in(other_id));
	lbr_table_file_close(&file);
	ck_assert_int_eq(truncate(path, LBR_SESSION_SLOT_LEN + 100), 0);
	ck_assert_int_eq(open_table(64), LBR_OK);
	ck_assert_uint_eq(damaged, 1);
	ck_assert(lives(id, &index) && !lives(other_id, &index));
	ck_assert(sign_in(other_id));
}
END_TEST

/* All space is taken when the table is opened: later nothing can be too much for the disk. */
START_TEST(portal_p35_the_file_is_allocated_whole)
{
	struct stat st;

	ck_assert_int_eq(open_table(1024), LBR_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 1024 * LBR_SESSION_SLOT_LEN);
	ck_assert_int_ge(st.st_blocks * 512, st.st_size);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(portal_p35_a_disk_without_room_refuses_at_the_start)
{
	struct rlimit small = { 4096, 4096 };

	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	ck_assert_int_eq(open_table(1024), LBR_ERR_SYSTEM);
	ck_assert_int_eq(file.fd, -1);
	ck_assert_ptr_nonnull(strstr(reason.text, "fallocate"));
}
END_TEST

START_TEST(two_keepers_never_share_a_table)
{
	struct lbr_table_file second;

	ck_assert_int_eq(open_table(16), LBR_OK);
	ck_assert_int_eq(lbr_table_file_open(&second, folder, 16, &key, &rules, &damaged, &reason), LBR_ERR_BUSY);
	lbr_table_file_close(&file);
	ck_assert_int_eq(lbr_table_file_open(&second, folder, 16, &key, &rules, &damaged, &reason), LBR_OK);
	lbr_table_file_close(&second);
}
END_TEST

START_TEST(what_is_planted_in_its_place_is_refused)
{
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	ck_assert_int_eq(open_table(16), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(open_table(16), LBR_ERR_UNSAFE);
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(open_table(16), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(open_table(16), LBR_OK);
	lbr_table_file_close(&file);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert_int_eq(open_table(16), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(open_table(16), LBR_ERR_UNSAFE);
	ck_assert_int_eq(chmod(folder, 0700), 0);
}
END_TEST

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static enum lbr_error load_key(const char *text, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return lbr_portal_key_load(path, &key, &reason);
}

START_TEST(the_key_is_one_line)
{
	static const char *const bad[] = { "", "\n", HEX, HEX "\n\n", HEX "0\n", "0" HEX "\n", HEX " \n", " " HEX "\n", "#\n" HEX "\n",
		"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n" };
	static const struct lbr_portal_key empty;
	struct lbr_portal_key again;
	size_t at;

	ck_assert_int_eq(load_key(HEX "\n", 0640), LBR_OK);
	again = key;
	ck_assert_int_eq(load_key(HEX "\n", 0400), LBR_OK);
	ck_assert_mem_eq(&again, &key, sizeof(key));
	ck_assert_mem_ne(key.slot, key.form, sizeof(key.slot));
	for (at = 0; at < sizeof(bad) / sizeof(bad[0]); at++) {
		ck_assert_int_eq(load_key(bad[at], 0600), LBR_ERR_SYNTAX);
		ck_assert_mem_eq(&key, &empty, sizeof(key));
		ck_assert_ptr_null(strstr(reason.text, "0102"));
	}
	ck_assert_int_eq(load_key(HEX "\n", 0604), LBR_ERR_UNSAFE);
	ck_assert_int_eq(load_key(HEX "\n", 0620), LBR_ERR_UNSAFE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(lbr_portal_key_load(path, &key, &reason), LBR_ERR_ABSENT);
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	ck_assert_int_eq(lbr_portal_key_load(path, &key, &reason), LBR_ERR_UNSAFE);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_keeper");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, portal_p33_sessions_are_there_after_a_restart);
	tcase_add_test(tests, a_smaller_setting_signs_nobody_out);
	tcase_add_test(tests, portal_p34_a_truncated_file_loses_only_what_was_cut);
	tcase_add_test(tests, portal_p35_the_file_is_allocated_whole);
	tcase_add_test(tests, portal_p35_a_disk_without_room_refuses_at_the_start);
	tcase_add_test(tests, two_keepers_never_share_a_table);
	tcase_add_test(tests, what_is_planted_in_its_place_is_refused);
	tcase_add_test(tests, the_key_is_one_line);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
