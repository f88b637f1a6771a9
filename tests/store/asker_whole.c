/* Whole records. Read asker.h first. */
#include "store/asker.h"

#include <stdio.h>
#include <string.h>

#include <liberations/token.h>

void asker_found(char **fields)
{
	struct lbr_reason reason = {.text = ""};

	(void)fields;
	asker_say_done(lbr_store_found(asker.store, 1, &reason), &reason);
}

void asker_enroll(char **fields)
{
	struct lbr_account account = asker.model;
	struct lbr_reason reason = {.text = ""};
	enum lbr_error error = lbr_token_seal(asker.keyring, fields[1], asker_token_key, &account.token);

	snprintf(account.name, sizeof(account.name), "%s", fields[1]);
	if (error == LBR_OK)
		error = lbr_store_create(asker.store, &(struct lbr_record){.account = &account}, &reason);
	asker_say_done(error, &reason);
}

static enum lbr_error disable_edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	(void)context, (void)reason;
	view->account.disabled = true;
	*ret_parts = LBR_PART_ACCOUNT;
	return LBR_OK;
}

void asker_disable(char **fields)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(asker.store, fields[1], &view, &reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, disable_edit, NULL, &reason);
	lbr_view_release(&view);
	asker_say_done(error, &reason);
}

void asker_load(char **fields)
{
	struct lbr_reason reason = {.text = ""};
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(asker.store, fields[1], &view, &reason);

	lbr_view_release(&view);
	asker_say_done(error, &reason);
}

void asker_remove(char **fields)
{
	struct lbr_reason reason = {.text = ""};

	asker_say_done(lbr_store_remove(asker.store, fields[1], &reason), &reason);
}

void asker_rename(char **fields)
{
	struct lbr_reason reason = {.text = ""};

	asker_say_done(lbr_store_rename(asker.store, fields[1], fields[2], false, &reason), &reason);
}

void asker_rebuild(char **fields)
{
	const struct lbr_counters fresh = {.last_step = 1};
	struct lbr_reason reason = {.text = ""};

	asker_say_done(lbr_store_rebuild_counters(asker.store, fields[1], &fresh, &reason), &reason);
}

static int count_one(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                     const struct lbr_reason *reason)
{
	(void)name, (void)reason;
	*(unsigned *)context += account != NULL && counters != NULL ? 1 : 1000;
	return 0;
}

void asker_page(char **fields)
{
	struct lbr_reason reason = {.text = ""};
	char next[LBR_NAME_MAX + 1];
	unsigned seen = 0;
	enum lbr_error error = lbr_store_page(asker.store, fields[1], (unsigned)asker_number(fields[2]), count_one, &seen, next, &reason);

	if (error == LBR_OK)
		printf("done\t%s\t%u\n", lbr_error_name(error), seen);
	else
		asker_say("no", error, &reason);
	fflush(stdout);
}
