/* A store in two: whose account is where, that neither part sees the other's names, and what happens while one is away. */
#include "support/check_main.h"

#include <string.h>

#include <liberations/store.h>

#include "memory_store.h"
#include "split_store.h"
#include "support/scratch_keyring.h"
#include "support/scratch_store.h"

static struct lbr_keyring *keyring;
static struct lbr_store *files, *shared, *store;

static int64_t now_s(void)
{
	return 1700000000;
}

static int64_t later_s(void)
{
	return 1700000090;
}

static void make(void)
{
	scratch.keyring = keyring = ring_of(KEY_A);
	ck_assert_int_eq(lbr_memory_store_open(keyring, now_s, &files, NULL), LBR_OK);
	ck_assert_int_eq(lbr_memory_store_open(keyring, later_s, &shared, NULL), LBR_OK);
	ck_assert_int_eq(lbr_split_store_open("bob, dave,erin", files, shared, &store, NULL), LBR_OK);
}

static void clear(void)
{
	lbr_store_close(store);
	lbr_keyring_free(keyring);
}

static void enroll(struct lbr_store *in, const char *name)
{
	struct lbr_account account = scratch_account(name);

	ck_assert_int_eq(lbr_store_create(in, &(const struct lbr_record){.account = &account}, NULL), LBR_OK);
}

static enum lbr_error load(struct lbr_store *in, const char *name)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(in, name, &view, NULL);

	lbr_view_release(&view);
	return error;
}

static bool knows(struct lbr_store *in, const char *name)
{
	enum lbr_error error = load(in, name);

	ck_assert(error == LBR_OK || error == LBR_ERR_ABSENT);
	return error == LBR_OK;
}

static int append(void *context, const char *name, const struct lbr_reason *reason)
{
	char *list = context;

	(void)reason;
	(void)snprintf(list + strlen(list), 256 - strlen(list), "%s ", name);
	return 0;
}

START_TEST(each_name_is_in_its_own_part)
{
	char list[256] = "";

	enroll(store, "alice");
	enroll(store, "bob");
	enroll(store, "carol");
	enroll(store, "dave");
	ck_assert(knows(files, "bob") && knows(files, "dave") && !knows(files, "alice"));
	ck_assert(knows(shared, "alice") && knows(shared, "carol") && !knows(shared, "bob"));
	ck_assert_int_eq(lbr_store_list_names(store, append, list, NULL), LBR_OK);
	ck_assert_str_eq(list, "bob dave alice carol ");
}
END_TEST

START_TEST(what_lies_in_the_wrong_part_is_not_seen)
{
	char list[256] = "";

	enroll(files, "alice"); /* left behind by a host that joined */
	enroll(shared, "bob");  /* another host's, who is local here */
	ck_assert(!knows(store, "alice") && !knows(store, "bob"));
	enroll(store, "alice");
	ck_assert_int_eq(lbr_store_list_names(store, append, list, NULL), LBR_OK);
	ck_assert_str_eq(list, "alice ");
	ck_assert_int_eq(lbr_store_remove(store, "alice", NULL), LBR_OK);
	ck_assert(knows(files, "alice") && !knows(shared, "alice"));
}
END_TEST

START_TEST(local_people_are_served_while_the_rest_is_away)
{
	const struct lbr_memory_faults away = {.load = LBR_ERR_UNREACHABLE};

	enroll(store, "alice");
	enroll(store, "bob");
	lbr_memory_store_set_faults(shared, &away);
	ck_assert(knows(store, "bob") && !knows(store, "erin"));
	ck_assert_int_eq(load(store, "alice"), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(load(store, "nobody"), LBR_ERR_UNREACHABLE); /* as for a name that exists */
}
END_TEST

START_TEST(each_part_has_its_own_clock)
{
	(void)knows(store, "bob");
	ck_assert_int_eq(lbr_store_now_s(store), now_s());
	(void)knows(store, "alice");
	ck_assert_int_eq(lbr_store_now_s(store), later_s());
}
END_TEST

static bool is_taken(const char *name)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_account account = scratch_account(name);
	enum lbr_error error = lbr_store_is_free(store, name, NULL);

	ck_assert_int_eq(lbr_store_create(store, &(const struct lbr_record){.account = &account}, &reason), error);
	ck_assert(error == LBR_OK || lbr_reason_has(&reason, LBR_REASON_LOOK_ALIKE) || lbr_reason_has(&reason, LBR_REASON_EXISTS));
	return error != LBR_OK;
}

START_TEST(a_name_looks_like_none_of_the_other_part)
{
	enroll(shared, "DAVE");
	ck_assert(is_taken("dave"));
	ck_assert(!is_taken("bob"));
	ck_assert(is_taken("Bob"));
	ck_assert(!is_taken("Erin")); /* who is named and has no account is nobody yet */
	ck_assert(is_taken("erin"));
	enroll(files, "zoe"); /* moved away long ago */
	ck_assert(!is_taken("ZOE"));
	enroll(shared, "bob");
	ck_assert(is_taken("BOB"));
}
END_TEST

START_TEST(the_same_name_may_be_in_both_parts)
{
	enroll(shared, "bob");
	ck_assert(!is_taken("bob"));
	ck_assert(knows(files, "bob"));
}
END_TEST

START_TEST(local_people_are_made_while_the_rest_is_away)
{
	const struct lbr_memory_faults away = {.load = LBR_ERR_UNREACHABLE};

	lbr_memory_store_set_faults(shared, &away);
	ck_assert(!is_taken("bob"));
}
END_TEST

START_TEST(a_list_that_names_no_account_is_refused)
{
	static const char *const wrong[] = {"bob, -dave", "bob,,dave ,?", "b b", "bob;dave"};
	struct lbr_reason reason = {.text = ""};
	struct lbr_store *one, *other, *both;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_int_eq(lbr_memory_store_open(keyring, now_s, &one, NULL), LBR_OK);
		ck_assert_int_eq(lbr_memory_store_open(keyring, now_s, &other, NULL), LBR_OK);
		ck_assert_msg(lbr_split_store_open(wrong[i], one, other, &both, &reason) == LBR_ERR_SYNTAX, "\"%s\" was taken", wrong[i]);
		ck_assert_ptr_null(both);
		ck_assert_str_ne(reason.text, "");
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("split store");
	TCase *tcase = tcase_create("parts");

	tcase_add_checked_fixture(tcase, make, clear);
	tcase_add_test(tcase, each_name_is_in_its_own_part);
	tcase_add_test(tcase, what_lies_in_the_wrong_part_is_not_seen);
	tcase_add_test(tcase, local_people_are_served_while_the_rest_is_away);
	tcase_add_test(tcase, each_part_has_its_own_clock);
	tcase_add_test(tcase, a_name_looks_like_none_of_the_other_part);
	tcase_add_test(tcase, the_same_name_may_be_in_both_parts);
	tcase_add_test(tcase, local_people_are_made_while_the_rest_is_away);
	tcase_add_test(tcase, a_list_that_names_no_account_is_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
