/* What is judged of the shared accounts: each limit on both of its sides. */
#include "../../cli/shared/judge.h"

#include <stdio.h>
#include <string.h>

#include "support/check_main.h"

#define NOW_US INT64_C(1800000000000000)
#define DAY_S 86400

static struct told root, host;
static char heard[1024]; /* level and check of each finding */

void cli_finding_add(struct findings *to, enum finding_level level, const char *check, const char *where, unsigned line,
                     const char *fix, enum cli_text text, ...)
{
	(void)to, (void)where, (void)line, (void)fix, (void)text;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%d:%s ", (int)level, check);
}

void cli_finding_add_reason(struct findings *to, enum finding_level level, const char *check, const char *where, const char *fix,
                            const struct lbr_reason *reason)
{
	(void)reason;
	cli_finding_add(to, level, check, where, 0, fix, TEXT_BARE, NULL);
}

const char *cli_time_local(int64_t time_s, char ret[CLI_TIME_MAX])
{
	snprintf(ret, CLI_TIME_MAX, "%lld", (long long)time_s);
	return ret;
}

static void number(struct told *told, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	cli_told_take(told, name, text);
}

/* What root's survey told before. */
static void replace(const char *name, int64_t value)
{
	size_t at;

	for (at = 0; at < root.count; at++)
		if (strcmp(root.facts[at].name, name) == 0)
			snprintf(root.facts[at].value, sizeof(root.facts[at].value), "%lld", (long long)value);
}

static void add_host(const char *name, int64_t conn, int64_t seq, int64_t seen_us, const char *release, const char *keys)
{
	cli_told_take(&root, "host", name);
	number(&root, "conn", conn);
	number(&root, "seq", seq);
	number(&root, "seen_us", seen_us);
	cli_told_take(&root, "release", release);
	cli_told_take(&root, "keys", keys);
}

static void add_mark(int64_t conn, int64_t seq, int64_t at_us)
{
	number(&host, "mark", conn);
	number(&host, "mark_seq", seq);
	number(&host, "mark_at_us", at_us);
}

/* A sound database with a standby, and the facts of it that a case does not set itself. */
static void begin(const char *standbys, const char *commit)
{
	cli_told_end(&root);
	cli_told_end(&host);
	root = host = (struct told){ .error = LBR_OK };
	heard[0] = '\0';
	cli_told_take(&host, "login", "web1");
	cli_told_take(&host, "confirm", "standby");
	cli_told_take(&host, "synchronous_commit", commit);
	cli_told_take(&host, "synchronous_standby_names", standbys);
	cli_told_take(&root, "schema", "true");
	cli_told_take(&root, "epoch", "1");
	cli_told_take(&root, "oldest", "1");
	cli_told_take(&root, "newest", "1");
	cli_told_take(&root, "active_key", "0123abcd");
	cli_told_take(&root, "sync_standbys", "1");
	number(&root, "now_us", NOW_US);
	number(&root, "loss_accepted_us", 0);
}

static const char *judge(void)
{
	const struct both_sides sides = { &root, &host, "89abcdef,0123abcd", "00000000000000aa", NOW_US, false };
	struct findings found = { .count = 0 };

	cli_judge_server(&sides, &found);
	cli_judge_hosts(&sides, &found);
	return heard;
}

START_TEST(a_sound_database_has_no_finding)
{
	begin("ANY 1 (b)", "on");
	add_host("web1", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	add_mark(1, 5, NOW_US);
	ck_assert_str_eq(judge(), "");
}
END_TEST

START_TEST(a_standby_must_confirm)
{
	begin("", "on");
	ck_assert_str_eq(judge(), "2:confirm ");
	begin("ANY 1 (b)", "local");
	ck_assert_str_eq(judge(), "2:confirm ");
	begin("ANY 1 (b)", "remote_apply");
	ck_assert_str_eq(judge(), "");
}
END_TEST

START_TEST(clocks_may_differ_by_ten_seconds)
{
	static const struct { int64_t skew_s; const char *heard; } table[] = {
		{ 10, "" }, { -10, "" }, { 11, "1:skew " }, { -11, "1:skew " }, { 90, "1:skew " }, { 91, "2:skew " }, { -91, "2:skew " },
	};
	size_t at;

	for (at = 0; at < sizeof(table) / sizeof(table[0]); at++) {
		begin("ANY 1 (b)", "on");
		number(&host, "now_us", NOW_US);
		number(&host, "host_now_us", NOW_US + table[at].skew_s * 1000000);
		ck_assert_str_eq(judge(), table[at].heard);
	}
}
END_TEST

START_TEST(a_certificate_is_told_fourteen_days_before)
{
	static const struct { int64_t left_s; const char *heard; } table[] = {
		{ 14 * DAY_S + 1, "" }, { 14 * DAY_S, "1:certificate " }, { 1, "1:certificate " }, { 0, "2:certificate " },
	};
	size_t at;

	for (at = 0; at < sizeof(table) / sizeof(table[0]); at++) {
		begin("ANY 1 (b)", "on");
		number(&host, "server_certificate_ends", NOW_US / 1000000 + table[at].left_s);
		ck_assert_str_eq(judge(), table[at].heard);
	}
}
END_TEST

START_TEST(a_host_reads_no_table)
{
	begin("ANY 1 (b)", "on");
	cli_told_take(&host, "reads_tables", "true");
	ck_assert_str_eq(judge(), "2:rights ");
	begin("ANY 1 (b)", "on");
	cli_told_take(&host, "reads_tables", "false");
	cli_told_take(&root, "reads_tables", "true");
	ck_assert_str_eq(judge(), "4:rights ");
}
END_TEST

START_TEST(hosts_have_the_key_and_the_release)
{
	begin("ANY 1 (b)", "on");
	add_host("web2", 1, 0, NOW_US - INT64_C(31) * DAY_S * 1000000, "0.0.1", "ffffffff"); /* gone */
	add_host("web3", 1, 0, NOW_US - 2, "0.0.1", "ffffffff");
	add_host("web3", 2, 0, NOW_US - 1, LBR_VERSION, "0123abcd"); /* what it said last counts */
	ck_assert_str_eq(judge(), "");
	add_host("web4", 1, 0, NOW_US, "0.0.1", "ffffffff");
	heard[0] = '\0';
	ck_assert_str_eq(judge(), "1:keys 4:release ");
}
END_TEST

START_TEST(a_loss_is_what_this_host_was_told_of)
{
	struct loss loss;

	begin("ANY 1 (b)", "on");
	add_host("web1", 1, 3, NOW_US - 100, LBR_VERSION, "0123abcd");
	add_host("web2", 2, 1, NOW_US, LBR_VERSION, "0123abcd"); /* another host's */
	add_mark(1, 5, NOW_US - 50);
	add_mark(2, 4, NOW_US - 60); /* the database has no such row */
	ck_assert(cli_judge_loss(&root, &host, &loss));
	ck_assert_uint_eq(loss.commits, 2 + 4);
	ck_assert_int_eq(loss.from_us, NOW_US - 100);
	ck_assert_int_eq(loss.to_us, NOW_US - 50);
	ck_assert_ptr_nonnull(strstr(judge(), "2:witness "));
}
END_TEST

/* The two logins look at the same time, and people sign in meanwhile. */
START_TEST(a_commit_that_the_other_login_was_too_early_to_see_is_not_lost)
{
	struct loss loss;

	begin("ANY 1 (b)", "on");
	add_host("web1", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	cli_told_take(&host, "epoch", "1");
	cli_told_take(&host, "host", "web1");
	cli_told_take(&host, "conn", "1");
	cli_told_take(&host, "seq", "6");
	add_mark(1, 6, NOW_US - 50);
	ck_assert(!cli_judge_loss(&root, &host, &loss));
	add_mark(2, 4, NOW_US - 60);
	ck_assert(cli_judge_loss(&root, &host, &loss));
	ck_assert_uint_eq(loss.commits, 4);
}
END_TEST

START_TEST(a_login_that_locks_accounts_is_named)
{
	begin("ANY 1 (b)", "on");
	add_host("web1", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	cli_told_take(&root, "locker", "web9");
	cli_told_take(&root, "locker_pid", "4711");
	cli_told_take(&root, "held_s", "12");
	ck_assert_str_eq(judge(), "2:locks ");
}
END_TEST

START_TEST(an_old_primary_has_lost_nothing)
{
	static const struct { const char *seen, *current; bool behind; } rows[] = {
		{ "7000/0000000A", "7000/00000009/16385", true },  { "7000/0000000A", "7000/0000000A/16385", false },
		{ "7000/0000000A", "7000/0000000B/16385", false }, { "7000/0000000A", "7001/00000009/16385", false },
		{ "7000/0000000A", "70001/00000009/16385", false }, { "", "7000/00000009/16385", false },
	};
	size_t at;

	for (at = 0; at < sizeof(rows) / sizeof(rows[0]); at++) {
		begin("ANY 1 (b)", "on");
		add_host("web1", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
		add_mark(1, 6, NOW_US);
		if (rows[at].seen[0] != '\0')
			cli_told_take(&host, "seen_line", rows[at].seen);
		cli_told_take(&host, "current_line", rows[at].current);
		ck_assert_str_eq(judge(), rows[at].behind ? "2:line " : "2:witness ");
	}
}
END_TEST

START_TEST(a_loss_is_accepted_once)
{
	struct loss loss;

	begin("ANY 1 (b)", "on");
	add_host("web1", 1, 3, NOW_US, LBR_VERSION, "0123abcd");
	add_mark(1, 5, NOW_US - 50);
	replace("loss_accepted_us", NOW_US - 49);
	ck_assert(!cli_judge_loss(&root, &host, &loss));
}
END_TEST

START_TEST(hosts_have_the_same_rules)
{
	begin("ANY 1 (b)", "on");
	add_host("web2", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	add_host("web3", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	cli_told_take(&root, "policy", "00000000000000aa");
	ck_assert_str_eq(judge(), "");
	add_host("web4", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	cli_told_take(&root, "policy", "00000000000000ab");
	ck_assert_str_eq(judge(), "1:policy ");
}
END_TEST

static void report(int64_t lost, int64_t at_us)
{
	number(&root, "lost", lost);
	number(&root, "lost_us", at_us);
}

START_TEST(what_others_report_is_told_until_it_is_accepted)
{
	const char *who = "";
	struct loss loss;
	size_t at = 0;

	begin("ANY 1 (b)", "on");
	add_host("web1", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	report(2, NOW_US - 9); /* by its own marks */
	add_host("web2", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	report(3, NOW_US - 5);
	add_host("web2", 2, 5, NOW_US, LBR_VERSION, "0123abcd");
	report(4, NOW_US - 7);
	add_host("web3", 1, 5, NOW_US, LBR_VERSION, "0123abcd");
	report(0, 0);
	ck_assert_str_eq(judge(), "1:witness ");
	ck_assert(cli_judge_reported(&root, &at, &who, &loss) && strcmp(who, "web1") == 0 && loss.commits == 2);
	ck_assert(cli_judge_reported(&root, &at, &who, &loss) && strcmp(who, "web2") == 0 && loss.commits == 7);
	ck_assert_int_eq(loss.to_us, NOW_US - 7);
	ck_assert(!cli_judge_reported(&root, &at, &who, &loss));
	heard[0] = '\0';
	replace("loss_accepted_us", NOW_US - 5);
	ck_assert_str_eq(judge(), "");
}
END_TEST

START_TEST(a_plain_host_is_judged_by_what_it_sees)
{
	struct both_sides sides = { &host, &host, "0123abcd", "00000000000000aa", NOW_US, true };
	struct findings found = { .count = 0 };

	begin("ANY 1 (b)", "on");
	cli_told_take(&host, "status_refused", "42501");
	cli_told_take(&host, "schema", "true");
	cli_judge_server(&sides, &found);
	ck_assert(strncmp(heard, "2:realm ", strlen("2:realm ")) == 0);
	cli_told_take(&host, "epoch", "1");
	cli_told_take(&host, "sync_standbys", "1");
	heard[0] = '\0';
	cli_judge_server(&sides, &found);
	ck_assert_str_eq(heard, "");
}
END_TEST

START_TEST(an_older_schema_is_named)
{
	begin("ANY 1 (b)", "on");
	replace("oldest", 0);
	replace("newest", 0);
	ck_assert_str_eq(judge(), "2:schema ");
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("cli_shared");
	TCase *one = tcase_create("cli_shared");

	tcase_add_test(one, a_sound_database_has_no_finding);
	tcase_add_test(one, a_standby_must_confirm);
	tcase_add_test(one, clocks_may_differ_by_ten_seconds);
	tcase_add_test(one, a_certificate_is_told_fourteen_days_before);
	tcase_add_test(one, a_host_reads_no_table);
	tcase_add_test(one, hosts_have_the_key_and_the_release);
	tcase_add_test(one, a_loss_is_what_this_host_was_told_of);
	tcase_add_test(one, a_loss_is_accepted_once);
	tcase_add_test(one, a_login_that_locks_accounts_is_named);
	tcase_add_test(one, a_commit_that_the_other_login_was_too_early_to_see_is_not_lost);
	tcase_add_test(one, an_old_primary_has_lost_nothing);
	tcase_add_test(one, hosts_have_the_same_rules);
	tcase_add_test(one, what_others_report_is_told_until_it_is_accepted);
	tcase_add_test(one, a_plain_host_is_judged_by_what_it_sees);
	tcase_add_test(one, an_older_schema_is_named);
	suite_add_tcase(all, one);
	return all;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
