/* What the shared store does with answers that a test has written beforehand: the program asks one question at a time. */
#include "support/check_main.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <liberations/shared_keys.h>
#include <liberations/store_wire.h>

#include "remote_store.h"
#include "support/scratch_keyring.h"

#define ID_A "0123abcd"
#define ID_B "fedc9876"
#define WAIT_MS 5000

static const unsigned char realm[LBR_REALM_LEN] = "a set of account";
static struct lbr_keyring *keyring;
static struct lbr_store *store;
static int other;

static int64_t now_s(void)
{
	return (int64_t)time(NULL);
}

/* `path`: where another connection would be, or "". */
static void open_store(const char *path)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_broker broker = {.path = path};
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	broker.fd = pair[0];
	other = pair[1];
	keyring = ring_of(KEY_A KEY_B);
	ck_assert_msg(lbr_store_open_shared(&broker, keyring, now_s, &store, &reason) == LBR_OK, "%s", reason.text);
}

static void close_store(void)
{
	lbr_store_close(store);
	lbr_keyring_free(keyring);
	ck_assert_int_eq(close(other), 0);
}

static void answer(const struct lbr_store_tell *tell)
{
	static struct lbr_frame frame;

	ck_assert_int_eq(lbr_store_tell_put(&frame, tell), LBR_OK);
	ck_assert_int_eq(lbr_frame_send(other, &frame, WAIT_MS), LBR_OK);
}

static void answer_greeting(bool with_the_key)
{
	static struct lbr_store_tell hello;

	hello = (struct lbr_store_tell){.serial = 1, .result = LBR_STORE_DONE, .has_realm = true, .epoch = 1, .key = ID_A};
	memcpy(hello.realm, realm, sizeof(realm));
	hello.probe_len = LBR_STORE_PROBE_LEN;
	ck_assert_int_eq(lbr_store_probe_make(keyring, realm, hello.probe), LBR_OK);
	hello.probe[0] ^= with_the_key ? 0 : 1;
	answer(&hello);
}

/* To the first question, and to the second. */
static void answer_greeting_and(enum lbr_store_result result, const char *name)
{
	static struct lbr_store_tell tell;

	answer_greeting(true);
	tell = (struct lbr_store_tell){.serial = 2, .result = result};
	memcpy(tell.name, name, strlen(name) + 1);
	answer(&tell);
}

/* What is sealed meanwhile would bear a key that a host lacks. */
START_TEST(a_key_is_in_force_once_the_database_says_so)
{
	static const struct {
		enum lbr_store_result result;
		enum lbr_error        error;
		const char           *lacking, *in_force;
	} known[] = {
		{LBR_STORE_DONE, LBR_OK, "", ID_B},
		{LBR_STORE_EXISTS, LBR_ERR_BUSY, "web2", ID_A},
		{LBR_STORE_UNREACHABLE, LBR_ERR_UNREACHABLE, "", ID_A},
		{LBR_STORE_UNKNOWN, LBR_ERR_UNKNOWN, "", ID_A},
	};
	char lacking[LBR_NAME_MAX + 1];
	struct lbr_reason reason;
	bool changed;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		open_store("");
		answer_greeting_and(known[i].result, known[i].lacking);
		ck_assert_int_eq(lbr_store_activate(store, ID_B, &changed, lacking, &reason), known[i].error);
		ck_assert_str_eq(lbr_keyring_id(keyring), known[i].in_force);
		ck_assert(known[i].error != LBR_OK || changed);
		ck_assert_str_eq(lacking, known[i].lacking);
		close_store();
	}
}
END_TEST

static enum lbr_store_what next_question(void)
{
	static struct lbr_frame frame;
	static struct lbr_store_ask ask;

	ck_assert_int_eq(lbr_frame_receive(other, &frame, WAIT_MS), LBR_OK);
	ck_assert_int_eq(lbr_store_ask_get(&frame, &ask), LBR_OK);
	return ask.what;
}

/* Sent before the greeting was answered; an answer is not one of the accounts if the greeting's was not. */
START_TEST(the_first_question_goes_out_with_the_greeting)
{
	static struct lbr_store_tell row;
	struct lbr_reason reason;
	struct lbr_view view;

	open_store("/nonexistent/liberations.sock");
	answer_greeting(false);
	row = (struct lbr_store_tell){.serial = 2, .result = LBR_STORE_DONE, .has_row = true, .epoch = 1, .key = ID_A};
	answer(&row);
	ck_assert_int_eq(lbr_store_load(store, "alice", &view, &reason), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(next_question(), LBR_STORE_HELLO);
	ck_assert_int_eq(next_question(), LBR_STORE_LOAD);
	close_store();
}
END_TEST

START_TEST(a_connection_is_closed_also_after_an_error)
{
	struct lbr_reason reason;
	char path[200];
	struct lbr_broker broker = {.path = path};
	int pair[2];

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	broker.fd = pair[0];
	ck_assert_int_eq(lbr_store_open_shared(&broker, NULL, now_s, &store, &reason), LBR_ERR_RANGE);
	ck_assert_ptr_null(store);
	ck_assert(fcntl(pair[0], F_GETFD) < 0 && errno == EBADF);
	ck_assert_int_eq(close(pair[1]), 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("store answers");
	TCase *tcase = tcase_create("answers");

	tcase_add_test(tcase, a_key_is_in_force_once_the_database_says_so);
	tcase_add_test(tcase, the_first_question_goes_out_with_the_greeting);
	tcase_add_test(tcase, a_connection_is_closed_also_after_an_error);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
