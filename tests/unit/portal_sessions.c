/* The table of sessions: when one begins, lives and ends, and what damage does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_table.h"

#include "support/check_main.h"

#define SLOTS 64
#define NOW 1795000000

static const struct lbr_session_rules rules = { 3600, 43200, 1000, 5 };
static struct lbr_portal_key key;
static unsigned char slots[SLOTS * LBR_SESSION_SLOT_LEN];
static struct lbr_session_table table;
static unsigned char site_a[LBR_SITE_ID_LEN], site_b[LBR_SITE_ID_LEN];
static void *memory;
static unsigned damaged;

static void begin(uint32_t count)
{
	unsigned char master[LBR_PORTAL_KEY_LEN];

	memset(master, 7, sizeof(master));
	lbr_portal_key_derive(master, &key);
	lbr_site_id(&key, "https://a.example.org", site_a);
	lbr_site_id(&key, "https://b.example.org", site_b);
	memory = malloc(lbr_session_table_size(SLOTS));
	ck_assert_ptr_nonnull(memory);
	memset(slots, 0, sizeof(slots));
	lbr_session_table_open(&table, &key, &rules, slots, count, memory, &damaged);
	ck_assert_uint_eq(damaged, 0);
}

static void set_up(void)
{
	begin(SLOTS);
}

static void tear_down(void)
{
	free(memory);
}

/* Ids that a test can name: the number, then zeros. */
static const unsigned char *id_of(unsigned number)
{
	static unsigned char id[LBR_SESSION_ID_LEN];

	memset(id, 0, sizeof(id));
	memcpy(id, &number, sizeof(number));
	return id;
}

static struct lbr_web_session of(const char *user)
{
	struct lbr_web_session session = { .language = LBR_LANGUAGE_FR, .codes_left = 9, .expires_s = NOW + 5, .last_sign_in_s = -1 };

	snprintf(session.user, sizeof(session.user), "%s", user);
	snprintf(session.address, sizeof(session.address), "192.0.2.7");
	memcpy(session.site, site_a, sizeof(site_a));
	memset(session.standing, 's', sizeof(session.standing));
	return session;
}

static enum lbr_error sign_in(unsigned number, const char *user, int64_t now_s)
{
	struct lbr_web_session session = of(user);
	uint32_t index;

	return lbr_session_begin(&table, now_s, now_s * 1000, id_of(number), &session, &index);
}

static struct lbr_web_session found;
static uint32_t at;

static enum lbr_session_answer find(unsigned number, int64_t now_s)
{
	return lbr_session_find(&table, now_s, now_s * 1000, id_of(number), site_a, &at, &found);
}

static bool lives(unsigned number, int64_t now_s)
{
	return find(number, now_s) != LBR_SESSION_DEAD;
}

START_TEST(a_session_keeps_what_was_put_into_it)
{
	ck_assert_int_eq(sign_in(1, "zo\303\251", NOW), LBR_OK);
	ck_assert_int_eq(find(1, NOW), LBR_SESSION_LIVE);
	ck_assert_str_eq(found.user, "zo\303\251");
	ck_assert_str_eq(found.address, "192.0.2.7");
	ck_assert(found.born_s == NOW && found.seen_s == NOW && found.expires_s == NOW + 5 && found.last_sign_in_s == -1);
	ck_assert(found.codes_left == 9 && found.language == LBR_LANGUAGE_FR && found.standing[15] == 's');
	ck_assert_int_eq(sign_in(2, "", NOW), LBR_ERR_SYNTAX);
	ck_assert(!lives(2, NOW) && at == LBR_SESSION_NONE && found.user[0] == '\0');
}
END_TEST

START_TEST(the_longest_name_and_address_fit)
{
	struct lbr_web_session session = of("");
	uint32_t index;

	memset(session.user, 'u', LBR_SESSION_USER_MAX);
	snprintf(session.address, sizeof(session.address), "1234:5678:9abc:def1:2345:6789:abcd:ef12");
	ck_assert_int_eq(lbr_session_begin(&table, NOW, 0, id_of(1), &session, &index), LBR_OK);
	ck_assert(lives(1, NOW));
	ck_assert_str_eq(found.user, session.user);
	ck_assert_str_eq(found.address, session.address);
}
END_TEST

START_TEST(an_address_is_kept_as_one_or_not_at_all)
{
	static const struct { const char *given, *kept; } addresses[] = {
		{ "192.0.2.7", "192.0.2.7" }, { "::1", "::1" }, { "::ffff:192.0.2.7", "::ffff:192.0.2.7" }, { "-", "-" }, { "", "-" },
		{ "<b>", "-" }, { "0.0.0.0", "0.0.0.0" }, { "::", "::" },
	};
	unsigned at_address;
	uint32_t index;

	for (at_address = 0; at_address < sizeof(addresses) / sizeof(addresses[0]); at_address++) {
		struct lbr_web_session session = of("alice");

		snprintf(session.address, sizeof(session.address), "%s", addresses[at_address].given);
		ck_assert_int_eq(lbr_session_begin(&table, NOW, 0, id_of(at_address), &session, &index), LBR_OK);
		ck_assert(lives(at_address, NOW));
		ck_assert_str_eq(found.address, addresses[at_address].kept);
	}
}
END_TEST

START_TEST(portal_p29_idle_and_absolute_end_at_the_second)
{
	int64_t time;

	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert(lives(1, NOW + 3599));
	ck_assert(lives(1, NOW + 3599 + 3599));
	ck_assert(!lives(1, NOW + 3599 + 3599 + 3600));
	ck_assert(!lives(1, NOW + 3599 + 3599));
	ck_assert_int_eq(sign_in(2, "alice", NOW), LBR_OK);
	for (time = NOW; time < NOW + 43200; time += 3599)
		ck_assert(lives(2, time));
	ck_assert(lives(2, NOW + 43199));
	ck_assert(!lives(2, NOW + 43200));
	ck_assert_uint_eq(table.used, 0);
	/* A clock that was set back ends nothing, and makes nothing live for ever. */
	ck_assert_int_eq(sign_in(3, "alice", NOW), LBR_OK);
	ck_assert(lives(3, NOW - 100000));
	ck_assert(!lives(3, NOW + 3600));
}
END_TEST

START_TEST(portal_p31_the_standing_is_asked_again_after_recheck)
{
	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert_int_eq(lbr_session_find(&table, NOW, NOW * 1000L + 999, id_of(1), site_a, &at, &found), LBR_SESSION_LIVE);
	ck_assert_int_eq(lbr_session_find(&table, NOW, NOW * 1000L + 1000, id_of(1), site_a, &at, &found), LBR_SESSION_RECHECK);
	ck_assert_int_eq(lbr_session_find(&table, NOW, NOW * 1000L + 1001, id_of(1), site_a, &at, &found), LBR_SESSION_RECHECK);
	lbr_session_checked(&table, at, NOW * 1000L + 1001);
	ck_assert_int_eq(lbr_session_find(&table, NOW, NOW * 1000L + 2000, id_of(1), site_a, &at, &found), LBR_SESSION_LIVE);
	lbr_session_end(&table, at);
	ck_assert_int_eq(lbr_session_find(&table, NOW, NOW * 1000L + 2000, id_of(1), site_a, &at, &found), LBR_SESSION_DEAD);
}
END_TEST

START_TEST(portal_p15_a_session_belongs_to_one_site)
{
	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert_int_eq(lbr_session_find(&table, NOW, 0, id_of(1), site_b, &at, &found), LBR_SESSION_DEAD);
	ck_assert(found.user[0] == '\0' && at == LBR_SESSION_NONE);
	ck_assert(lives(1, NOW));
	ck_assert_mem_ne(site_a, site_b, sizeof(site_a));
}
END_TEST

START_TEST(portal_p36_the_sixth_session_ends_the_one_idle_longest_and_no_strangers)
{
	unsigned one;

	ck_assert_int_eq(sign_in(100, "bob", NOW - 50), LBR_OK);
	for (one = 1; one <= 5; one++)
		ck_assert_int_eq(sign_in(one, "alice", NOW + one), LBR_OK);
	ck_assert(lives(1, NOW + 10));
	ck_assert_int_eq(sign_in(6, "alice", NOW + 11), LBR_OK);
	ck_assert(!lives(2, NOW + 11));
	ck_assert(lives(1, NOW + 11) && lives(3, NOW + 11) && lives(6, NOW + 11) && lives(100, NOW + 11));
	ck_assert_uint_eq(table.used, 6);
}
END_TEST

/* First what is over, then the person's own, never a stranger's; and nobody fills it alone. */
START_TEST(portal_p36_in_a_full_table_a_person_gives_way_to_oneself)
{
	char name[16];
	unsigned one;

	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert_int_eq(sign_in(2, "alice", NOW + 1), LBR_OK);
	for (one = 3; one <= SLOTS; one++) {
		snprintf(name, sizeof(name), "user%u", one);
		ck_assert_int_eq(sign_in(one, name, NOW + 1), LBR_OK);
	}
	ck_assert_int_eq(sign_in(1000, "bob", NOW + 2), LBR_ERR_BUSY);
	ck_assert_int_eq(sign_in(1001, "alice", NOW + 2), LBR_OK);
	ck_assert(!lives(1, NOW + 2) && lives(1001, NOW + 2));
	for (one = 2; one <= SLOTS; one++)
		ck_assert(lives(one, NOW + 2));
	ck_assert(lives(1001, NOW + 3601));
	ck_assert_int_eq(sign_in(1000, "bob", NOW + 3602), LBR_OK); /* all others are over */
	ck_assert(lives(1001, NOW + 3602) && lives(1000, NOW + 3602) && table.used == 2);
	for (one = 2000; one < 2000 + 40 * SLOTS; one++)
		ck_assert_int_eq(sign_in(one, "mallory", NOW + 3603), LBR_OK);
	ck_assert_uint_eq(table.used, 2 + 5);
}
END_TEST

START_TEST(portal_p36_a_full_table_refuses_until_something_is_over)
{
	char name[16];
	unsigned one;

	for (one = 0; one < SLOTS; one++) {
		snprintf(name, sizeof(name), "user%u", one);
		ck_assert_int_eq(sign_in(one, name, NOW + one), LBR_OK);
	}
	ck_assert_int_eq(sign_in(1000, "late", NOW + 3599), LBR_ERR_BUSY);
	ck_assert(!lives(1000, NOW + 3599));
	for (one = 0; one < SLOTS; one++)
		ck_assert(lives(one, NOW + 3599));
	/* All were seen at that time, so the first place is free an hour later. */
	ck_assert_int_eq(sign_in(1000, "late", NOW + 3599 + 3599), LBR_ERR_BUSY);
	ck_assert_int_eq(sign_in(1000, "late", NOW + 3599 + 3600), LBR_OK);
	ck_assert_uint_eq(table.used, 1);
	/* Who has the most already needs no free place. */
	for (one = 0; one < SLOTS; one++) {
		snprintf(name, sizeof(name), "user%u", one / 5);
		(void)sign_in(one, name, NOW + 10000);
	}
	ck_assert_int_eq(sign_in(2000, "user0", NOW + 10001), LBR_OK);
}
END_TEST

static unsigned told[LBR_SESSION_CROWDED + 1];

static void count_over(void *context, enum lbr_session_over why, const struct lbr_web_session *session)
{
	ck_assert_ptr_eq(context, &told);
	ck_assert_str_eq(session->user, "alice");
	told[why]++;
}

/* Whether somebody comes back to it or not, and once. */
START_TEST(portal_p29_a_session_that_ends_by_itself_is_told_once)
{
	unsigned number;

	memset(told, 0, sizeof(told));
	table.tell_over = count_over;
	table.tell_context = &told;
	for (number = 1; number <= 6; number++)
		ck_assert_int_eq(sign_in(number, "alice", NOW + number), LBR_OK);
	ck_assert(told[LBR_SESSION_CROWDED] == 1 && told[LBR_SESSION_IDLE] == 0 && table.used == 5);
	ck_assert(!lives(2, NOW + 2 + 3600));
	ck_assert(told[LBR_SESSION_IDLE] == 1 && table.used == 4);
	ck_assert(lives(6, NOW + 3000));
	for (number = 0; number < SLOTS / 8; number++)
		lbr_session_tidy(&table, NOW + 3700, 8);
	ck_assert(told[LBR_SESSION_IDLE] == 4 && table.used == 1);
	lbr_session_tidy(&table, NOW + 43206, 1000000);
	ck_assert(told[LBR_SESSION_OLD] == 1 && told[LBR_SESSION_IDLE] == 4 && told[LBR_SESSION_CROWDED] == 1 && table.used == 0);
	lbr_session_end(&table, 0);
	lbr_session_tidy(&table, NOW + 99999, SLOTS);
	ck_assert_uint_eq(told[LBR_SESSION_OLD], 1);
}
END_TEST

START_TEST(portal_p32_an_ended_session_leaves_nothing)
{
	static const unsigned char empty[sizeof(slots)];

	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert(lives(1, NOW));
	lbr_session_end(&table, at);
	ck_assert_mem_eq(slots, empty, sizeof(slots));
	lbr_session_end(&table, at);
	lbr_session_end(&table, LBR_SESSION_NONE);
	ck_assert(!lives(1, NOW) && table.used == 0);
}
END_TEST

START_TEST(portal_p31_all_of_a_person_end_and_nobody_elses)
{
	ck_assert(sign_in(1, "alice", NOW) == LBR_OK && sign_in(2, "alice", NOW) == LBR_OK && sign_in(3, "alice2", NOW) == LBR_OK);
	ck_assert(sign_in(4, "Alice", NOW) == LBR_OK && lives(2, NOW));
	ck_assert_uint_eq(lbr_session_end_all(&table, "alice", at), 1);
	ck_assert(!lives(1, NOW) && lives(2, NOW) && lives(3, NOW) && lives(4, NOW));
	ck_assert_uint_eq(lbr_session_end_all(&table, "alice", LBR_SESSION_NONE), 1);
	ck_assert_uint_eq(lbr_session_end_all(&table, "alice", LBR_SESSION_NONE), 0);
	ck_assert(!lives(2, NOW) && lives(3, NOW));
}
END_TEST

static bool count_one(void *context, uint32_t index, const struct lbr_web_session *session)
{
	(void)index;
	ck_assert_str_eq(session->user, "alice");
	return ++*(unsigned *)context < 2;
}

START_TEST(a_list_holds_the_living_ones_of_one_person)
{
	unsigned listed = 0;

	ck_assert(sign_in(1, "alice", NOW) == LBR_OK && sign_in(2, "bob", NOW) == LBR_OK && sign_in(3, "alice", NOW + 60) == LBR_OK);
	lbr_session_list(&table, NOW + 3600, "alice", count_one, &listed);
	ck_assert_uint_eq(listed, 1);
	listed = 0;
	lbr_session_list(&table, NOW, "alice", count_one, &listed);
	ck_assert_uint_eq(listed, 2);
}
END_TEST

static void reopen(void)
{
	lbr_session_table_open(&table, &key, &rules, slots, SLOTS, memory, &damaged);
}

/* --- families: the sessions of one sign-in --------------------------------------------------------------------------------- */

/* One more session of the family of `first`, at `site`. */
static enum lbr_error join(unsigned number, unsigned first, const unsigned char *site, int64_t now_s)
{
	struct lbr_web_session session;
	uint32_t index;

	if (!lives(first, now_s))
		return LBR_ERR_ABSENT;
	session = found;
	memcpy(session.site, site, LBR_SITE_ID_LEN);
	return lbr_session_begin(&table, now_s, now_s * 1000, id_of(number), &session, &index);
}

static bool lives_at_b(unsigned number, int64_t now_s)
{
	return lbr_session_find(&table, now_s, now_s * 1000, id_of(number), site_b, &at, &found) != LBR_SESSION_DEAD;
}

START_TEST(portal_p15_each_site_of_a_family_has_an_id_of_its_own)
{
	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert_int_eq(join(2, 1, site_b, NOW + 5), LBR_OK);
	ck_assert(lives(1, NOW + 5) && lives_at_b(2, NOW + 5) && found.born_s == NOW);
	ck_assert(!lives(2, NOW + 5) && !lives_at_b(1, NOW + 5));
	/* A second one at the same site takes the place of the first. */
	ck_assert_int_eq(join(3, 1, site_b, NOW + 6), LBR_OK);
	ck_assert(lives(1, NOW + 6) && !lives_at_b(2, NOW + 6) && lives_at_b(3, NOW + 6));
	ck_assert_uint_eq(table.used, 2);
	reopen();
	ck_assert(lives(1, NOW + 6) && lives_at_b(3, NOW + 6));
	ck_assert_uint_eq(lbr_session_end_family(&table, at), 2);
	ck_assert_uint_eq(table.used, 0);
}
END_TEST

START_TEST(a_family_that_has_ended_takes_in_nobody)
{
	struct lbr_web_session session;
	uint32_t index;

	ck_assert(sign_in(1, "alice", NOW) == LBR_OK && sign_in(2, "alice", NOW) == LBR_OK && lives(1, NOW));
	session = found;
	memcpy(session.user, "bob\0\0", 6);
	ck_assert_int_eq(lbr_session_begin(&table, NOW, 0, id_of(3), &session, &index), LBR_ERR_ABSENT);
	memcpy(session.user, "alice", 6);
	lbr_session_end(&table, at);
	ck_assert_int_eq(lbr_session_begin(&table, NOW, 0, id_of(3), &session, &index), LBR_ERR_ABSENT);
	ck_assert_uint_eq(index, LBR_SESSION_NONE);
	ck_assert(!lives(3, NOW) && table.used == 1);
	ck_assert_uint_eq(lbr_session_end_family(&table, at), 0);
}
END_TEST

START_TEST(portal_p29_a_family_is_idle_and_old_as_one)
{
	int64_t time;

	ck_assert(sign_in(1, "alice", NOW) == LBR_OK && join(2, 1, site_b, NOW) == LBR_OK);
	ck_assert(sign_in(3, "alice", NOW) == LBR_OK && join(4, 3, site_b, NOW) == LBR_OK);
	for (time = NOW + 3599; time < NOW + 43200; time += 3599)
		ck_assert(lives_at_b(2, time));
	ck_assert(lives(1, NOW + 43199));
	ck_assert(!lives(3, NOW + 3600) && !lives_at_b(4, NOW + 3600));
	/* The absolute end is the sign-in's, however late a site was entered. */
	ck_assert_int_eq(join(5, 1, site_b, NOW + 43199), LBR_OK);
	ck_assert(lives_at_b(5, NOW + 43199) && !lives_at_b(5, NOW + 43200) && !lives(1, NOW + 43200));
}
END_TEST

START_TEST(portal_p36_a_person_has_so_many_sign_ins_at_any_number_of_sites)
{
	unsigned one;

	for (one = 1; one <= 5; one++)
		ck_assert(sign_in(one, "alice", NOW + one) == LBR_OK && join(10 + one, one, site_b, NOW + one) == LBR_OK);
	ck_assert_uint_eq(table.used, 10);
	/* The first one is in use at its other site; the second one is not. */
	ck_assert(lives_at_b(11, NOW + 20));
	ck_assert_int_eq(sign_in(6, "alice", NOW + 21), LBR_OK);
	ck_assert(lives(1, NOW + 21) && lives_at_b(11, NOW + 21) && !lives(2, NOW + 21) && !lives_at_b(12, NOW + 21));
	ck_assert_uint_eq(table.used, 9);
	ck_assert(lives(6, NOW + 21));
	ck_assert_uint_eq(lbr_session_end_all(&table, "alice", at), 8);
	ck_assert(lives(6, NOW + 21) && table.used == 1);
	ck_assert(join(16, 6, site_b, NOW + 21) == LBR_OK && lives(6, NOW + 21));
	ck_assert_uint_eq(lbr_session_end_all(&table, "alice", at), 0);
	ck_assert(lives_at_b(16, NOW + 21));
	ck_assert_uint_eq(lbr_session_end_all(&table, "alice", LBR_SESSION_NONE), 2);
}
END_TEST

START_TEST(a_list_of_families_has_each_once_and_its_last_use)
{
	unsigned listed = 0;

	ck_assert(sign_in(1, "alice", NOW) == LBR_OK && join(2, 1, site_b, NOW) == LBR_OK && sign_in(3, "bob", NOW) == LBR_OK);
	lbr_session_list_families(&table, NOW, "alice", count_one, &listed);
	ck_assert_uint_eq(listed, 1);
	ck_assert(sign_in(4, "alice", NOW + 60) == LBR_OK && join(5, 4, site_b, NOW + 60) == LBR_OK);
	listed = 0;
	lbr_session_list_families(&table, NOW, "alice", count_one, &listed);
	ck_assert_uint_eq(listed, 2);
}
END_TEST

/* Families of two sites against a plain list: who lives after each of 50,000 steps. */
START_TEST(a_random_walk_of_families_agrees_with_a_plain_list)
{
	enum { FAMILIES = 40, PEOPLE = 5 };
	static struct { bool a, b; int64_t born, seen; } list[FAMILIES];
	uint64_t state = 88172645463325252ULL;
	int64_t now = NOW, least;
	unsigned step, id, other, most, oldest;
	char name[16];

	memset(list, 0, sizeof(list));
	for (step = 0; step < 50000; step++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		now += 1 + (int64_t)(state >> 56);
		id = (unsigned)(state >> 8) % FAMILIES;
		snprintf(name, sizeof(name), "user%u", id % PEOPLE);
		for (other = 0; other < FAMILIES; other++)
			if (now - list[other].seen >= rules.idle_s || now - list[other].born >= rules.absolute_s)
				list[other].a = list[other].b = false;
		switch (state % 5) {
		case 0: /* a sign-in at a */
			if (list[id].a || list[id].b)
				break;
			for (other = most = 0, oldest = FAMILIES, least = INT64_MAX; other < FAMILIES; other++)
				if (other % PEOPLE == id % PEOPLE && (list[other].a || list[other].b)) {
					most++;
					if (list[other].seen < least) {
						oldest = other;
						least = list[other].seen;
					}
				}
			if (most == rules.per_person)
				list[oldest].a = list[oldest].b = false;
			ck_assert_int_eq(sign_in(id, name, now), LBR_OK);
			list[id].a = true;
			list[id].born = list[id].seen = now;
			break;
		case 1: /* the other site is entered */
			ck_assert_int_eq(join(100 + id, id, site_b, now), list[id].a ? LBR_OK : LBR_ERR_ABSENT);
			list[id].b = list[id].a;
			if (list[id].a)
				list[id].seen = now;
			break;
		case 2: /* one request */
			ck_assert_int_eq(lives_at_b(100 + id, now), list[id].b);
			if (list[id].b)
				list[id].seen = now;
			break;
		case 3: /* a sign-out at either */
			if (step % 4 != 0)
				break;
			if (list[id].b && lives_at_b(100 + id, now))
				ck_assert_uint_eq(lbr_session_end_family(&table, at), 1U + list[id].a);
			else if (list[id].a && lives(id, now))
				ck_assert_uint_eq(lbr_session_end_family(&table, at), 1);
			list[id].a = list[id].b = false;
			break;
		default:
			ck_assert_int_eq(lives(id, now), list[id].a);
			if (list[id].a)
				list[id].seen = now;
		}
	}
}
END_TEST

START_TEST(portal_p33_a_restart_loses_no_session_and_revives_none)
{
	unsigned one;
	char name[16];

	for (one = 0; one < 40; one++) {
		snprintf(name, sizeof(name), "user%u", one / 4);
		ck_assert_int_eq(sign_in(one, name, NOW), LBR_OK);
	}
	for (one = 0; one < 40; one += 2) {
		ck_assert(lives(one, NOW));
		lbr_session_end(&table, at);
	}
	reopen();
	ck_assert_uint_eq(damaged, 0);
	ck_assert_uint_eq(table.used, 20);
	for (one = 0; one < 40; one++)
		ck_assert_int_eq(find(one, NOW + 1), one % 2 == 0 ? LBR_SESSION_DEAD : LBR_SESSION_RECHECK);
	/* Idle goes on from the last request but for the minute in which the slot does not hear of one. */
	ck_assert(lives(1, NOW + 3000));
	reopen();
	ck_assert(lives(1, NOW + 3000 + 3540));
	ck_assert(!lives(3, NOW + 3600));
}
END_TEST

START_TEST(portal_p34_every_flipped_byte_ends_that_session_alone)
{
	unsigned char whole[sizeof(slots)];
	size_t byte;

	ck_assert(sign_in(1, "alice", NOW) == LBR_OK && sign_in(2, "bob", NOW) == LBR_OK);
	ck_assert(lives(1, NOW));
	memcpy(whole, slots, sizeof(slots));
	for (byte = 0; byte < LBR_SESSION_SLOT_LEN; byte++) {
		size_t place = (size_t)at * LBR_SESSION_SLOT_LEN + byte;

		memcpy(slots, whole, sizeof(slots));
		reopen();
		slots[place] ^= 1 << byte % 8;
		ck_assert(!lives(1, NOW) && lives(2, NOW));
		memcpy(slots, whole, sizeof(slots));
		slots[place] ^= 1 << byte % 8;
		reopen();
		ck_assert_uint_eq(damaged, 1);
		ck_assert(!lives(1, NOW) && lives(2, NOW));
		ck_assert_uint_eq(table.used, 1);
		memcpy(slots, whole, sizeof(slots));
		reopen();
		ck_assert(lives(1, NOW));
	}
}
END_TEST

START_TEST(portal_p34_a_slot_in_another_place_or_under_another_key_is_none)
{
	unsigned char master[LBR_PORTAL_KEY_LEN] = { 1 };
	unsigned char *first;

	ck_assert_int_eq(sign_in(1, "alice", NOW), LBR_OK);
	ck_assert(lives(1, NOW));
	first = slots + (size_t)at * LBR_SESSION_SLOT_LEN;
	memcpy(slots + (size_t)(at + 7) * LBR_SESSION_SLOT_LEN, first, LBR_SESSION_SLOT_LEN);
	reopen();
	ck_assert_uint_eq(damaged, 1);
	ck_assert(lives(1, NOW) && table.used == 1);
	memset(slots, 0xff, LBR_SESSION_SLOT_LEN);
	reopen();
	lbr_portal_key_derive(master, &key);
	reopen();
	ck_assert(!lives(1, NOW) && table.used == 0);
}
END_TEST

START_TEST(the_id_stands_nowhere)
{
	ck_assert_int_eq(sign_in(0x61626364, "alice", NOW), LBR_OK);
	ck_assert_ptr_null(memmem(slots, sizeof(slots), "dcba", 4));
	ck_assert_ptr_nonnull(memmem(slots, sizeof(slots), "alice", 5));
}
END_TEST

/* 10^5 sign-ins, sign-outs and requests against a plain list of what should live. */
START_TEST(a_random_walk_agrees_with_a_plain_list)
{
	enum { IDS = 400, PEOPLE = 40 };
	static struct { bool living; unsigned person; int64_t seen; } list[IDS];
	uint64_t state = 88172645463325252ULL;
	int64_t now = NOW, longest;
	unsigned step, id, other, most, oldest, used;
	bool gives_way;
	char name[16];

	memset(list, 0, sizeof(list));
	for (step = 0; step < 100000; step++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		now += 1 + (int64_t)(state >> 60);
		id = (unsigned)(state >> 8) % IDS;
		snprintf(name, sizeof(name), "user%u", id % PEOPLE);
		for (other = used = 0; other < IDS; other++) {
			if (list[other].living && now - list[other].seen >= rules.idle_s)
				list[other].living = false;
			used += list[other].living;
		}
		if (state % 3 == 0 && list[id].living) {
			ck_assert(lives(id, now));
			lbr_session_end(&table, at);
			list[id].living = false;
		} else if (state % 3 == 1 && !list[id].living) {
			for (other = most = 0, oldest = IDS; other < IDS; other++)
				if (list[other].living && other % PEOPLE == id % PEOPLE) {
					most++;
					if (oldest == IDS || list[other].seen < list[oldest].seen)
						oldest = other;
				}
			gives_way = most == rules.per_person || (used == SLOTS && most > 0);
			longest = oldest < IDS ? list[oldest].seen : 0; /* several may have been idle as long */
			if (sign_in(id, name, now) == LBR_OK) {
				list[id].living = true;
				list[id].seen = now;
				for (other = 0; gives_way && other < IDS; other++)
					if (other != id && other % PEOPLE == id % PEOPLE && list[other].living && find(other, now) == LBR_SESSION_DEAD) {
						ck_assert_int_eq(list[other].seen, longest);
						list[other].living = false;
						gives_way = false;
					} else if (other != id && other % PEOPLE == id % PEOPLE && list[other].living) {
						list[other].seen = now;
					}
				ck_assert(!gives_way);
			} else {
				ck_assert(used == SLOTS && most == 0);
			}
		} else {
			ck_assert_int_eq(lives(id, now), list[id].living);
			if (list[id].living)
				list[id].seen = now;
		}
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_sessions");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_session_keeps_what_was_put_into_it);
	tcase_add_test(tests, the_longest_name_and_address_fit);
	tcase_add_test(tests, portal_p29_idle_and_absolute_end_at_the_second);
	tcase_add_test(tests, portal_p31_the_standing_is_asked_again_after_recheck);
	tcase_add_test(tests, portal_p15_a_session_belongs_to_one_site);
	tcase_add_test(tests, portal_p36_the_sixth_session_ends_the_one_idle_longest_and_no_strangers);
	tcase_add_test(tests, portal_p36_in_a_full_table_a_person_gives_way_to_oneself);
	tcase_add_test(tests, portal_p36_a_full_table_refuses_until_something_is_over);
	tcase_add_test(tests, portal_p29_a_session_that_ends_by_itself_is_told_once);
	tcase_add_test(tests, portal_p32_an_ended_session_leaves_nothing);
	tcase_add_test(tests, portal_p31_all_of_a_person_end_and_nobody_elses);
	tcase_add_test(tests, a_list_holds_the_living_ones_of_one_person);
	tcase_add_test(tests, an_address_is_kept_as_one_or_not_at_all);
	tcase_add_test(tests, portal_p15_each_site_of_a_family_has_an_id_of_its_own);
	tcase_add_test(tests, a_family_that_has_ended_takes_in_nobody);
	tcase_add_test(tests, portal_p29_a_family_is_idle_and_old_as_one);
	tcase_add_test(tests, portal_p36_a_person_has_so_many_sign_ins_at_any_number_of_sites);
	tcase_add_test(tests, a_list_of_families_has_each_once_and_its_last_use);
	tcase_add_test(tests, a_random_walk_of_families_agrees_with_a_plain_list);
	tcase_add_test(tests, portal_p33_a_restart_loses_no_session_and_revives_none);
	tcase_add_test(tests, portal_p34_every_flipped_byte_ends_that_session_alone);
	tcase_add_test(tests, portal_p34_a_slot_in_another_place_or_under_another_key_is_none);
	tcase_add_test(tests, the_id_stands_nowhere);
	tcase_add_test(tests, a_random_walk_agrees_with_a_plain_list);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
