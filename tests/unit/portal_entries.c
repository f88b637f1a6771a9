/* The way from host to host against a model: whatever browsers do, and in which order, a session begins at an application's host
 * only by a ticket that this browser's own way there was given, once, in time, while its sign-in lives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#include "visit.h"

#include "support/check_main.h"

#define NOW 1795000000
#define SLOTS 64
#define STEPS 60000
#define BROWSERS 3
#define TICKETS STEPS /* all that were ever given */
#define RECENT 12
#define PORTAL 0
#define SITES 3

static const char *const hosts[SITES] = { "p.example.org", "a.example.org", "b.example.org" };
static struct lbr_keeper keeper;
static struct lbr_portal_settings settings;
static struct lbr_page_ask ask;
static struct lbr_page_tell tell;
static uint64_t state = 88172645463325252ULL;
static unsigned sign_ins, entered, refused;

/* What each browser keeps, and who it is. */
static struct {
	char     go[SITES][LBR_COOKIE_GO_LEN + 1], session[SITES][LBR_COOKIE_SESSION_LEN + 1];
	unsigned sign_in; /* whose number its sign-in at the portal is; 0: none */
	char     whom[SITES][LBR_DESTINATION_LEN + 1], path[SITES][16]; /* the way that it is on */
} browsers[BROWSERS];

/* What the model knows of each ticket. */
static struct {
	char     text[LBR_TICKET_TEXT_LEN + 1], path[16];
	unsigned site, sign_in;
	char     go[LBR_COOKIE_GO_LEN + 1]; /* the nonce that it was asked with */
	int64_t  until_ms;                  /* 0: none, or used */
} tickets[TICKETS];

/* Sign-ins, by their numbers. */
static struct {
	bool          lives;
	char          user[8];
	unsigned char family[LBR_FAMILY_LEN];
} signed_in[STEPS];
static unsigned given;

static unsigned dice(unsigned sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % sides;
}

static void put(char *field, const char *text)
{
	memcpy(field, text, strlen(text) + 1);
}

static void set_up(void)
{
	static const char text[] = "agent = /nonexistent/verify.sock\nsite = https://p.example.org\nsite = https://a.example.org\n"
	                           "sign-in = https://p.example.org\nsite = https://b.example.org\nsign-in = https://p.example.org\n";
	static const struct lbr_session_rules rules = { 86400, 604800, INT64_MAX, 64 };
	unsigned char master[LBR_PORTAL_KEY_LEN] = { 4 };
	unsigned damaged, at;

	memset(&keeper, 0, sizeof(keeper));
	ck_assert_int_eq(lbr_portal_settings_read("F", text, sizeof(text) - 1, &settings, NULL, NULL), LBR_OK);
	keeper.settings = &settings;
	keeper.now_s = NOW;
	keeper.now_ms = 1000;
	keeper.gate = keeper.pages_socket = keeper.gate_socket = -1;
	keeper.table.fd = -1;
	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++)
		keeper.pages[at] = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
	lbr_portal_key_derive(master, &keeper.key);
	lbr_session_table_open(&keeper.table.table, &keeper.key, &rules, calloc(SLOTS, LBR_SESSION_SLOT_LEN), SLOTS,
	                       calloc(1, lbr_session_table_size(SLOTS)), &damaged);
}

/* Asks as that browser, which keeps the cookies of the answer. */
static void ask_keeper(unsigned browser, unsigned site, const char *leaf)
{
	struct lbr_frame question, answer;
	ssize_t got;
	int pair[2];

	ask.method = LBR_METHOD_GET;
	put(ask.host, hosts[site]);
	snprintf(ask.path, sizeof(ask.path), "/liberations/%s", leaf);
	put(ask.go_cookie, browsers[browser].go[site]);
	put(ask.session, browsers[browser].session[site]);
	put(ask.address, "-");
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	keeper.pages[0] = (struct lbr_keeper_page){ .fd = pair[0], .serial = ++keeper.page_serial, .form = LBR_FORM_NONE,
		.until_ms = INT64_MAX };
	ck_assert_int_eq(lbr_page_ask_put(&question, &ask), LBR_OK);
	ck_assert(lbr_visit_begin(&keeper, 0, &question));
	got = recv(pair[1], answer.bytes, sizeof(answer.bytes), 0);
	answer.len = got > 0 ? (size_t)got : 0;
	ck_assert_int_eq(lbr_page_tell_get(&answer, &tell), LBR_OK);
	close(pair[1]);
	if (tell.go_cookie[0] != '\0')
		put(browsers[browser].go[site], tell.go_cookie);
	if (tell.set_session == LBR_TELL_COOKIE_SET)
		put(browsers[browser].session[site], tell.session);
	memset(&ask, 0, sizeof(ask));
}

static enum lbr_session_answer look(unsigned browser, unsigned site, uint32_t *ret_index, struct lbr_web_session *ret)
{
	unsigned char id[LBR_SESSION_ID_LEN] = { 0 }, site_id[LBR_SITE_ID_LEN];
	size_t len;

	(void)sodium_base642bin(id, sizeof(id), browsers[browser].session[site], strlen(browsers[browser].session[site]), NULL, &len,
	                        NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	lbr_site_id(&keeper.key, settings.sites[site].origin, site_id);
	return lbr_session_find(&keeper.table.table, keeper.now_s, keeper.now_ms, id, site_id, ret_index, ret);
}

/* A verdict of the agent's, as begin_session.c takes it: the browser's old sign-in ends. */
static void sign_in(unsigned browser)
{
	unsigned char id[LBR_SESSION_ID_LEN];
	struct lbr_web_session session, old;
	uint32_t index;

	if (look(browser, PORTAL, &index, &old) != LBR_SESSION_DEAD)
		(void)lbr_session_end_family(&keeper.table.table, index);
	signed_in[browsers[browser].sign_in].lives = false;
	session = (struct lbr_web_session){ .language = LBR_LANGUAGE_EN };
	snprintf(session.user, sizeof(session.user), "u%u", dice(3));
	lbr_site_id(&keeper.key, settings.sites[PORTAL].origin, session.site);
	randombytes_buf(id, sizeof(id));
	ck_assert_int_eq(lbr_session_begin(&keeper.table.table, keeper.now_s, keeper.now_ms, id, &session, &index), LBR_OK);
	(void)sodium_bin2base64(browsers[browser].session[PORTAL], LBR_COOKIE_SESSION_LEN + 1, id, sizeof(id),
	                        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	browsers[browser].sign_in = ++sign_ins;
	signed_in[sign_ins].lives = true;
	put(signed_in[sign_ins].user, session.user);
	ck_assert_int_ne(look(browser, PORTAL, &index, &session), LBR_SESSION_DEAD);
	memcpy(signed_in[sign_ins].family, session.family, LBR_FAMILY_LEN);
}

/* The sign-in that the browser's session at that site is of; 0: it has none. */
static unsigned sign_in_of(unsigned browser, unsigned site, uint32_t *ret_index)
{
	struct lbr_web_session session;
	unsigned at;

	if (look(browser, site, ret_index, &session) == LBR_SESSION_DEAD)
		return 0;
	for (at = sign_ins; at > 0 && memcmp(signed_in[at].family, session.family, LBR_FAMILY_LEN) != 0; at--)
		;
	ck_assert(at > 0 && signed_in[at].lives && strcmp(signed_in[at].user, session.user) == 0);
	return at;
}

static void sign_out(unsigned browser, unsigned site)
{
	uint32_t index;

	signed_in[sign_in_of(browser, site, &index)].lives = false;
	(void)lbr_session_end_family(&keeper.table.table, index);
}

static void go(unsigned browser, unsigned site)
{
	const char *found;

	snprintf(browsers[browser].path[site], sizeof(browsers[browser].path[site]), "/%u", dice(2));
	put(ask.query.back, browsers[browser].path[site]);
	ask_keeper(browser, site, "go");
	ck_assert_int_eq(tell.kind, LBR_TELL_GO);
	ck_assert_str_eq(tell.origin, "https://p.example.org");
	found = strstr(tell.own, "for=");
	ck_assert_ptr_nonnull(found);
	memcpy(browsers[browser].whom[site], found + 4, LBR_DESTINATION_LEN);
}

/* Of one sign-in, the first of too many gives way. */
static void note_ticket(unsigned way, unsigned site, unsigned sign_in_number, const char *text)
{
	unsigned at, own = 0, first = 0;

	for (at = given; at-- > 0;)
		if (tickets[at].sign_in == sign_in_number && tickets[at].until_ms > keeper.now_ms) {
			own++;
			first = at;
		}
	if (own >= LBR_TICKETS_PER_PERSON)
		tickets[first].until_ms = 0;
	memcpy(tickets[given].text, text, LBR_TICKET_TEXT_LEN);
	put(tickets[given].path, browsers[way].path[site]);
	put(tickets[given].go, browsers[way].go[site]);
	tickets[given].site = site;
	tickets[given].sign_in = sign_in_number;
	tickets[given++].until_ms = keeper.now_ms + LBR_TICKET_MS;
}

/* At the portal: a ticket for who is signed in, the boxes for everybody else. `way`: whose way there the browser takes. */
static void fetch(unsigned browser, unsigned way, unsigned site)
{
	const char *found;

	if (browsers[way].whom[site][0] == '\0' || browsers[way].go[site][0] == '\0')
		return;
	put(ask.query.destination, browsers[way].whom[site]);
	put(ask.query.back, browsers[way].path[site]);
	ask_keeper(browser, PORTAL, "sign-in");
	if (!signed_in[browsers[browser].sign_in].lives) {
		ck_assert(tell.kind == LBR_TELL_PAGE && tell.page == LBR_PAGE_KIND_SIGN_IN);
		return;
	}
	found = strstr(tell.own, "ticket=");
	ck_assert(tell.kind == LBR_TELL_GO && found != NULL && strstr(tell.origin, hosts[site]) != NULL);
	note_ticket(way, site, browsers[browser].sign_in, found + 7);
}

static bool is_good(unsigned browser, unsigned site, unsigned place, const char *path)
{
	return tickets[place].until_ms > keeper.now_ms && signed_in[tickets[place].sign_in].lives && tickets[place].site == site &&
	       strcmp(browsers[browser].go[site], tickets[place].go) == 0 && strcmp(path, tickets[place].path) == 0;
}

static void enter(unsigned browser, unsigned site, unsigned place)
{
	unsigned before;
	uint32_t index;
	char path[16];
	bool good;

	put(path, tickets[place].path);
	if (dice(8) == 0)
		path[1] ^= 1;
	good = is_good(browser, site, place, path);
	before = sign_in_of(browser, site, &index);
	put(ask.query.ticket, tickets[place].text);
	put(ask.query.back, path);
	ask.query.again = dice(2) == 0;
	ask_keeper(browser, site, "enter");
	tickets[place].until_ms = 0;
	ck_assert_int_eq(tell.set_session == LBR_TELL_COOKIE_SET, good);
	entered += good;
	refused += !good;
	if (!good)
		return;
	if (before != tickets[place].sign_in)
		signed_in[before].lives = false; /* another sign-in, in the same browser */
	ck_assert_str_eq(tell.go, path);
	ck_assert_uint_eq(sign_in_of(browser, site, &index), tickets[place].sign_in);
}

static void restart(void)
{
	unsigned at;

	memset(&keeper.tickets, 0, sizeof(keeper.tickets));
	for (at = 0; at < given; at++)
		tickets[at].until_ms = 0;
}

/* Mostly where it belongs, by who has its nonce. */
static void bring(unsigned browser, unsigned site, unsigned place)
{
	unsigned at;

	if (dice(4) == 0) {
		enter(browser, site, place);
		return;
	}
	site = tickets[place].site;
	for (at = 0; at < BROWSERS; at++)
		if (strcmp(browsers[at].go[site], tickets[place].go) == 0)
			browser = at;
	enter(browser, site, place);
}

static void step(void)
{
	unsigned browser = dice(BROWSERS), site = 1 + dice(2);

	keeper.now_ms += dice(40) == 0 ? 29900 : 1 + dice(50);
	switch (dice(16)) {
	case 0: sign_in(browser); break;
	case 1:
		if (dice(3) == 0)
			sign_out(browser, dice(SITES));
		break;
	case 2:
		if (dice(3) == 0)
			memset(browsers[browser].go[site], 0, sizeof(browsers[browser].go[site]));
		break;
	case 3:
		if (dice(20) == 0)
			restart();
		break;
	case 4:
	case 5:
	case 6: go(browser, site); break;
	case 7:
	case 8:
	case 9:
	case 10: fetch(browser, dice(4) == 0 ? dice(BROWSERS) : browser, site); break;
	default:
		if (given > RECENT)
			bring(browser, site, given - 1 - dice(RECENT));
	}
}

START_TEST(portal_p18_no_order_of_steps_brings_anybody_in_but_by_the_own_ticket)
{
	unsigned turn;

	for (turn = 0; turn < STEPS - 1; turn++)
		step();
	ck_assert_uint_gt(entered, STEPS / 50);
	ck_assert_uint_gt(refused, STEPS / 50);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_entries");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, portal_p18_no_order_of_steps_brings_anybody_in_but_by_the_own_ticket);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
