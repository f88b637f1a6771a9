/* One-time tickets, and whom they are for. */
#include <stdlib.h>
#include <string.h>

#include "cookie.h"
#include "destination.h"
#include "query.h"
#include "tickets.h"

#include "support/check_main.h"

#define NOW 5000000

static struct lbr_portal_key key, other_key;
static struct lbr_tickets *tickets;
static struct lbr_ticket got;

static void set_up(void)
{
	unsigned char master[LBR_PORTAL_KEY_LEN] = { 1 };

	lbr_portal_key_derive(master, &key);
	master[0] = 2;
	lbr_portal_key_derive(master, &other_key);
	tickets = calloc(1, sizeof(*tickets));
	ck_assert_ptr_nonnull(tickets);
}

static void tear_down(void)
{
	free(tickets);
}

static const unsigned char *bytes_of(unsigned number)
{
	static unsigned char bytes[LBR_TICKET_LEN];

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, &number, sizeof(number));
	return bytes;
}

/* A ticket of that session, for site and browser of the same number. */
static struct lbr_ticket of(unsigned session, unsigned number)
{
	struct lbr_ticket ticket;

	memset(&ticket, 0, sizeof(ticket));
	memcpy(ticket.session, &session, sizeof(session));
	memcpy(ticket.site, &number, sizeof(number));
	memcpy(ticket.browser, &number, sizeof(number));
	lbr_ticket_path(&key, "/wiki?x=1", ticket.path);
	return ticket;
}

static enum lbr_error give(unsigned number, unsigned session, int64_t now_ms)
{
	struct lbr_ticket ticket = of(session, number);

	return lbr_ticket_give(tickets, &key, now_ms, bytes_of(number), &ticket);
}

static bool take(unsigned number, int64_t now_ms)
{
	static const struct lbr_ticket none;
	bool taken = lbr_ticket_take(tickets, &key, now_ms, bytes_of(number), &got);

	if (!taken)
		ck_assert_mem_eq(&got, &none, sizeof(none));
	return taken;
}

START_TEST(portal_p19_a_ticket_serves_once)
{
	struct lbr_ticket given = of(7, 1);

	ck_assert_int_eq(give(1, 7, NOW), LBR_OK);
	ck_assert_int_eq(give(2, 7, NOW), LBR_OK);
	ck_assert(take(1, NOW));
	ck_assert_mem_eq(&got, &given, sizeof(given));
	ck_assert(!take(1, NOW) && !take(3, NOW) && take(2, NOW) && !take(2, NOW));
}
END_TEST

START_TEST(portal_p29_a_ticket_is_over_at_the_millisecond)
{
	ck_assert(give(1, 1, NOW) == LBR_OK && give(2, 1, NOW) == LBR_OK && give(3, 1, NOW) == LBR_OK);
	ck_assert(take(1, NOW + 29999));
	ck_assert(!take(2, NOW + 30000));
	ck_assert(!take(2, NOW));
	ck_assert(!take(3, NOW + 31000));
}
END_TEST

START_TEST(portal_p22_a_ticket_is_good_for_one_site_browser_and_path)
{
	struct lbr_ticket ticket = of(1, 5), other = of(1, 6);
	unsigned char path[LBR_PORTAL_MAC_LEN];

	ck_assert(lbr_ticket_is_for(&ticket, ticket.site, ticket.browser, ticket.path));
	ck_assert(!lbr_ticket_is_for(&ticket, other.site, ticket.browser, ticket.path));
	ck_assert(!lbr_ticket_is_for(&ticket, ticket.site, other.browser, ticket.path));
	lbr_ticket_path(&key, "/wiki?x=2", path);
	ck_assert(!lbr_ticket_is_for(&ticket, ticket.site, ticket.browser, path));
	lbr_ticket_path(&key, "/wiki?x=1", path);
	ck_assert(lbr_ticket_is_for(&ticket, ticket.site, ticket.browser, path));
}
END_TEST

START_TEST(the_tickets_bytes_stand_nowhere_and_nothing_stays)
{
	static const struct lbr_tickets empty;
	unsigned char bytes[LBR_TICKET_LEN];
	struct lbr_ticket ticket = of(1, 1);

	memset(bytes, 'T', sizeof(bytes));
	ck_assert_int_eq(lbr_ticket_give(tickets, &key, NOW, bytes, &ticket), LBR_OK);
	ck_assert_ptr_null(memmem(tickets, sizeof(*tickets), "TTTTTTTT", 8));
	ck_assert(!lbr_ticket_take(tickets, &other_key, NOW, bytes, &got));
	ck_assert(lbr_ticket_take(tickets, &key, NOW, bytes, &got));
	ck_assert_mem_eq(tickets, &empty, sizeof(empty));
}
END_TEST

START_TEST(portal_p36_a_full_table_throws_nobodys_living_ticket_out)
{
	unsigned one;

	for (one = 0; one < LBR_TICKETS_MAX; one++)
		ck_assert_int_eq(give(one, one / LBR_TICKETS_PER_PERSON, NOW + one), LBR_OK);
	ck_assert_int_eq(give(5000, 5000, NOW + 2000), LBR_ERR_BUSY);
	ck_assert(!take(5000, NOW + 2000));
	/* The person who has the most already loses the first of them, and no other person any. */
	ck_assert_int_eq(give(5001, 3, NOW + 2000), LBR_OK);
	ck_assert(!take(3 * LBR_TICKETS_PER_PERSON, NOW + 2000));
	for (one = 0; one < LBR_TICKETS_MAX; one++)
		if (one != 3 * LBR_TICKETS_PER_PERSON && one % 3 == 0)
			ck_assert(take(one, NOW + 2000));
	/* What is over gives way. */
	ck_assert_int_eq(give(5002, 5002, NOW + 2000), LBR_OK);
	ck_assert(take(5001, NOW + 31999));
	ck_assert_int_eq(give(5003, 5003, NOW + 40000), LBR_OK);
	ck_assert(take(5003, NOW + 40000));
}
END_TEST

/* 10^5 tickets that are given, used, repeated and forgotten, against a plain list. */
START_TEST(a_random_walk_of_tickets_agrees_with_a_plain_list)
{
	enum { NUMBERS = 3000, SESSIONS = 150 };
	static int64_t until[NUMBERS]; /* 0: none */
	uint64_t state = 88172645463325252ULL;
	unsigned step, number, other, own, first, living;
	int64_t now = NOW;

	memset(until, 0, sizeof(until));
	for (step = 0; step < 100000; step++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		now += 1 + (int64_t)(state >> 59);
		number = (unsigned)(state >> 8) % NUMBERS;
		if (state % 3 == 0) {
			ck_assert_int_eq(take(number, now), until[number] > now);
			until[number] = 0;
			continue;
		}
		if (until[number] > now)
			continue;
		for (other = own = living = 0, first = NUMBERS; other < NUMBERS; other++) {
			living += until[other] > now;
			if (until[other] <= now || other % SESSIONS != number % SESSIONS)
				continue;
			own++;
			if (first == NUMBERS || until[other] < until[first])
				first = other;
		}
		if (own >= LBR_TICKETS_PER_PERSON)
			until[first] = 0;
		else if (living == LBR_TICKETS_MAX) {
			ck_assert_int_eq(give(number, number % SESSIONS, now), LBR_ERR_BUSY);
			continue;
		}
		ck_assert_int_eq(give(number, number % SESSIONS, now), LBR_OK);
		until[number] = now + LBR_TICKET_MS;
	}
}
END_TEST

/* --- whom it is for -------------------------------------------------------------------------------------------------------- */

START_TEST(portal_p22_a_browsers_nonce_is_ours_or_none)
{
	unsigned char random[LBR_GO_COOKIE_RANDOM] = { 9 }, hash[LBR_PORTAL_MAC_LEN], other[LBR_PORTAL_MAC_LEN];
	static const unsigned char none[LBR_PORTAL_MAC_LEN];
	char cookie[LBR_GO_COOKIE_TEXT];
	size_t at;

	lbr_go_cookie_make(&key, random, cookie);
	ck_assert_uint_eq(strlen(cookie), LBR_COOKIE_GO_LEN);
	ck_assert(lbr_go_cookie_hash(&key, cookie, hash));
	ck_assert_mem_ne(hash, none, sizeof(none));
	ck_assert_ptr_null(memmem(hash, sizeof(hash), random, 4));
	ck_assert(!lbr_go_cookie_hash(&other_key, cookie, other));
	ck_assert_mem_eq(other, none, sizeof(none));
	for (at = 0; at < strlen(cookie); at++) {
		char changed[LBR_GO_COOKIE_TEXT];

		memcpy(changed, cookie, sizeof(changed));
		changed[at] = changed[at] == 'A' ? 'B' : 'A';
		ck_assert(!lbr_go_cookie_hash(&key, changed, other));
		changed[at] = '\0';
		ck_assert(!lbr_go_cookie_hash(&key, changed, other));
	}
	random[31] = 1;
	lbr_go_cookie_make(&key, random, cookie);
	ck_assert(lbr_go_cookie_hash(&key, cookie, other));
	ck_assert_mem_ne(hash, other, sizeof(hash));
}
END_TEST

START_TEST(a_destination_is_read_as_it_was_written)
{
	struct lbr_destination destination, again;
	static const struct lbr_destination none;
	char text[LBR_DESTINATION_TEXT];

	memset(&destination, 0xfb, sizeof(destination));
	destination.site[0] = 1;
	lbr_destination_put(&destination, text);
	ck_assert_uint_eq(strlen(text), LBR_DESTINATION_LEN);
	ck_assert_ptr_null(strpbrk(text, "+/="));
	ck_assert(lbr_destination_get(text, &again));
	ck_assert_mem_eq(&again, &destination, sizeof(again));
	text[5] = '%';
	ck_assert(!lbr_destination_get(text, &again) && !lbr_destination_get("", &again));
	ck_assert_mem_eq(&again, &none, sizeof(none));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_tickets");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, portal_p19_a_ticket_serves_once);
	tcase_add_test(tests, portal_p29_a_ticket_is_over_at_the_millisecond);
	tcase_add_test(tests, portal_p22_a_ticket_is_good_for_one_site_browser_and_path);
	tcase_add_test(tests, the_tickets_bytes_stand_nowhere_and_nothing_stays);
	tcase_add_test(tests, portal_p36_a_full_table_throws_nobodys_living_ticket_out);
	tcase_add_test(tests, a_random_walk_of_tickets_agrees_with_a_plain_list);
	tcase_add_test(tests, portal_p22_a_browsers_nonce_is_ours_or_none);
	tcase_add_test(tests, a_destination_is_read_as_it_was_written);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
