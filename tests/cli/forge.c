/* What no verb does: forge CONFIG contact USER CONTACT, a contact that would be refused;
 *                    forge CONFIG notice USER KIND SERVICE RHOST, a notice as an event raises it;
 *                    forge CONFIG spool USER KIND SERVICE RHOST, a notice as earlier releases left it in a file;
 *                    forge CONFIG raised USER, prints what waits in the counters: KIND, when, SERVICE, ADDRESS in columns;
 *                    forge CONFIG settle USER, takes all of that out;
 *                    forge CONFIG decoy USER FAILURES, what stands in for a name that nobody has, guessed at before;
 *                    forge CONFIG decoy-raised USER, as raised, of what stands in for that name. */
#include <liberations/become.h>
#include <liberations/codec.h>
#include <liberations/notice.h>
#include <liberations/keyring.h>
#include <liberations/settings.h>
#include <liberations/store.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static struct lbr_reason reason;

static int64_t now_s(void)
{
	return time(NULL);
}

static enum lbr_error edit_contact(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	char **words = context;

	(void)why;
	snprintf(view->account.contact, sizeof(view->account.contact), "%s", words[1]);
	*ret_parts = LBR_PART_ACCOUNT;
	return LBR_OK;
}

static enum lbr_notice_kind kind_of(const char *word)
{
	int kind = 0;

	while (kind < LBR_NOTICE_KINDS && strcmp(lbr_notice_kind_name((enum lbr_notice_kind)kind), word) != 0)
		kind++;
	return (enum lbr_notice_kind)kind;
}

static enum lbr_error edit_notice(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	char **words = context;

	(void)why;
	lbr_notice_raise(&view->counters, kind_of(words[1]), view->now_s, words[2], words[3]);
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static enum lbr_error edit_settle(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	(void)context;
	(void)why;
	memset(view->counters.raised, 0, sizeof(view->counters.raised));
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

static enum lbr_error print_raised(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	int kind;

	(void)context;
	(void)why;
	for (kind = 0; kind < LBR_RAISED_KINDS; kind++)
		if (view->counters.raised[kind].at_s != 0)
			printf("%s\t%" PRId64 "\t%s\t%s\n", lbr_notice_kind_name((enum lbr_notice_kind)kind),
			       view->counters.raised[kind].at_s, view->counters.raised[kind].service,
			       view->counters.raised[kind].address);
	*ret_parts = LBR_PART_NONE;
	return LBR_OK;
}

static enum lbr_error edit_failures(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *why)
{
	char **words = context;
	int lane;

	(void)why;
	for (lane = 0; lane < LBR_LANES; lane++) {
		view->counters.lanes[lane].password_failures = (uint32_t)strtoul(words[1], NULL, 10);
		view->counters.lanes[lane].next_try_s = 0;
	}
	view->counters.last_sign_in_s = time(NULL); /* what is forged happened after it */
	*ret_parts = LBR_PART_COUNTERS;
	return LBR_OK;
}

/* What is done to a person, or to the decoy of a name; and the number of words that it takes. */
static const struct deed {
	const char     *word;
	int             words;
	lbr_store_edit *edit;
	bool            on_decoy;
} deeds[] = {
	{ "contact", 2, edit_contact, false }, { "notice", 4, edit_notice, false }, { "raised", 1, print_raised, false },
	{ "settle", 1, edit_settle, false }, { "decoy", 2, edit_failures, true }, { "decoy-raised", 1, print_raised, true },
};

static enum lbr_error run(const struct lbr_settings *settings, struct lbr_keyring *keyring, const struct deed *deed,
                          char **words)
{
	struct lbr_view view = { .known = false };
	struct lbr_store *store = NULL;
	enum lbr_error error = lbr_store_open_of(settings, -1, keyring, now_s, &store, &reason);

	if (error == LBR_OK)
		error = deed->on_decoy ? lbr_store_load_decoy(store, words[0], &view, &reason) :
		                         lbr_store_load(store, words[0], &view, &reason);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, deed->edit, words, &reason);
	lbr_view_release(&view);
	lbr_store_close(store);
	return error;
}

static enum lbr_error leave_in_spool(const struct lbr_settings *settings, const struct lbr_keyring *keyring, char **words)
{
	struct lbr_notice notice = { .kind = kind_of(words[1]), .raised_s = time(NULL) };
	char text[LBR_NOTICE_TEXT_MAX], file[LBR_NAME_FILE_MAX + 1], path[1024];
	enum lbr_error error;
	size_t len;
	FILE *to;

	snprintf(notice.name, sizeof(notice.name), "%s", words[0]);
	snprintf(notice.service, sizeof(notice.service), "%s", words[2]);
	snprintf(notice.rhost, sizeof(notice.rhost), "%s", words[3]);
	error = lbr_notice_encode(&notice, keyring, text, &len, &reason);
	if (error == LBR_OK)
		error = lbr_name_encode(words[0], file);
	if (error != LBR_OK)
		return error;
	(void)umask(077);
	snprintf(path, sizeof(path), "%s/notices/%s:%s", settings->state, file, words[1]);
	to = fopen(path, "w");
	if (to == NULL || fwrite(text, 1, len, to) != len || fclose(to) != 0)
		return lbr_fail_system(&reason, errno, "%s", path);
	return LBR_OK;
}

static enum lbr_error do_as_told(const struct lbr_settings *settings, struct lbr_keyring *keyring, int count, char **words)
{
	size_t i;

	if (strcmp(words[0], "spool") == 0 && count == 5)
		return leave_in_spool(settings, keyring, words + 1);
	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(words[0], deeds[i].word) == 0 && count == deeds[i].words + 1)
			return run(settings, keyring, &deeds[i], words + 1);
	return lbr_fail_bare(&reason, LBR_ERR_SYNTAX);
}

int main(int argc, char **argv)
{
	struct lbr_keyring *keyring = NULL;
	struct lbr_settings settings;
	enum lbr_error error;

	if (argc < 4 || lbr_settings_load(argv[1], &settings, NULL, NULL) != LBR_OK)
		return 2;
	error = lbr_become_owner_of(settings.state, settings.user, &reason);
	if (error == LBR_OK)
		error = lbr_keyring_load(settings.seal_key, &keyring, &reason);
	if (error == LBR_OK)
		error = do_as_told(&settings, keyring, argc - 2, argv + 2);
	lbr_keyring_free(keyring);
	if (error != LBR_OK)
		fprintf(stderr, "forge: %s\n", reason.text);
	return error == LBR_OK ? 0 : 1;
}
