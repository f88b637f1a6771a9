/* Files that are being moved into the shared store: nobody is judged on them, by whichever process. */
#include <liberations/moving.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/scratch_store.h"

static const struct lbr_moving sample = {.to = LBR_STORE_POSTGRES, .phase = LBR_MOVING_UNDER_WAY, .realm = {1, 2, 0xff},
                                         .since_s = 1795996800, .after = "r.roy"};

START_TEST(its_text_has_one_spelling)
{
	char text[LBR_MOVING_TEXT_MAX], other[LBR_MOVING_TEXT_MAX];
	struct lbr_moving read;
	size_t len, at;

	ck_assert_int_eq(lbr_moving_encode(&sample, text, &len), LBR_OK);
	ck_assert_int_eq(lbr_moving_decode(text, len, &read), LBR_OK);
	ck_assert_int_eq(memcmp(&read, &sample, sizeof(read)), 0);
	for (at = 0; at < len; at++) {
		ck_assert_int_eq(lbr_moving_decode(text, at, &read), LBR_ERR_DAMAGED);
		memcpy(other, text, len);
		other[at] = '\n' + (text[at] == '\n');
		ck_assert_int_eq(lbr_moving_decode(other, len, &read), LBR_ERR_DAMAGED);
	}
	ck_assert_int_eq(lbr_moving_decode(text, sizeof(text), &read), LBR_ERR_DAMAGED);
}
END_TEST

static enum lbr_error nothing(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)view, (void)reason;
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static int never(void *context, const char *name, const struct lbr_reason *reason)
{
	(void)context, (void)reason;
	ck_abort_msg("%s was told", name);
	return 1;
}

static struct lbr_store *open_moving(void)
{
	struct lbr_store *store;

	ck_assert_int_eq(lbr_store_open_moving(scratch.state, scratch.keyring, scratch_now_s, &store, NULL), LBR_OK);
	return store;
}

static void expect_closed(struct lbr_store *store, const char *name)
{
	const struct lbr_account account = scratch_account("n.new");
	struct lbr_reason reason = {.text = ""};
	struct lbr_view view;

	ck_assert_int_eq(lbr_store_load(store, name, &view, &reason), LBR_ERR_UNREACHABLE);
	ck_assert_ptr_nonnull(strstr(reason.text, "2026-11-30"));
	ck_assert_int_eq(lbr_store_load(store, "nobody", &view, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_load_decoy(store, "nobody", &view, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_is_free(store, "nobody", NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_create(store, &(struct lbr_record){.account = &account}, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_remove(store, name, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_rename(store, name, "n.new", false, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_list_names(store, never, NULL, NULL), LBR_ERR_UNREACHABLE);
}

/* MUST 2: the store was open, and a view loaded, before the files were closed. */
START_TEST(what_was_open_before_refuses_too)
{
	struct lbr_view known, decoy;
	struct lbr_store *moving;

	scratch_enter();
	scratch_enroll("o.open");
	known = scratch_view("o.open");
	decoy = scratch_decoy("nobody");
	moving = open_moving();
	ck_assert_int_eq(lbr_moving_write(moving, &sample, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_commit(&known, nothing, NULL, NULL), LBR_ERR_UNREACHABLE);
	ck_assert_int_eq(lbr_store_commit(&decoy, nothing, NULL, NULL), LBR_ERR_UNREACHABLE);
	expect_closed(scratch.store, "o.open");
	ck_assert_int_eq(lbr_store_load(moving, "o.open", &known, NULL), LBR_OK);
	ck_assert_int_eq(lbr_store_commit(&known, nothing, NULL, NULL), LBR_OK);
	ck_assert_int_eq(lbr_moving_end(moving, NULL), LBR_OK);
	lbr_store_close(moving);
	known = scratch_view("o.open");
	ck_assert_int_eq(lbr_store_commit(&known, nothing, NULL, NULL), LBR_OK);
}
END_TEST

START_TEST(an_unreadable_one_closes_the_files)
{
	char path[256];
	struct lbr_moving read;
	struct lbr_store *moving;
	struct lbr_view view;
	int fd;

	scratch_enter();
	scratch_enroll("u.unread");
	(void)snprintf(path, sizeof(path), "%s/moving", scratch.state);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(lbr_store_load(scratch.store, "u.unread", &view, NULL), LBR_ERR_UNREACHABLE);
	moving = open_moving();
	ck_assert_int_eq(lbr_moving_read(moving, &read, NULL), LBR_ERR_DAMAGED);
	ck_assert_int_eq(lbr_moving_end(moving, NULL), LBR_OK);
	ck_assert_int_eq(lbr_moving_read(moving, &read, NULL), LBR_ERR_ABSENT);
	lbr_store_close(moving);
}
END_TEST

START_TEST(it_says_what_ends_it)
{
	struct lbr_moving done = sample;
	struct lbr_reason reason = {.text = ""};
	struct lbr_store *moving;
	struct lbr_view view;

	scratch_enter();
	moving = open_moving();
	ck_assert_int_eq(lbr_moving_write(moving, &sample, NULL), LBR_OK);
	(void)lbr_store_load(scratch.store, "anybody", &view, &reason);
	ck_assert_ptr_nonnull(strstr(reason.text, "liberations store migrate --to postgres"));
	done.phase = LBR_MOVING_DONE;
	ck_assert_int_eq(lbr_moving_write(moving, &done, NULL), LBR_OK);
	(void)lbr_store_load(scratch.store, "anybody", &view, &reason);
	ck_assert_ptr_nonnull(strstr(reason.text, "set `store = postgres`"));
	ck_assert_int_eq(lbr_moving_end(moving, NULL), LBR_OK);
	lbr_store_close(moving);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("moving");
	TCase *tcase = tcase_create("moving");

	suite_add_tcase(suite, tcase);
	tcase_add_unchecked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, its_text_has_one_spelling);
	tcase_add_test(tcase, what_was_open_before_refuses_too);
	tcase_add_test(tcase, an_unreadable_one_closes_the_files);
	tcase_add_test(tcase, it_says_what_ends_it);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
