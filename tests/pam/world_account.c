/* Accounts written to the store and read back. */
#include "world_draft.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <liberations/store.h>

#define FIELDS_MAX 24

struct edit {
	const char        *name;
	int                count;
	const char *const *fields;
};

static bool file_of(const struct draft *draft, const char *kind, char *path, size_t size)
{
	char shard[3], file[LBR_NAME_FILE_MAX + 1];

	if (lbr_name_shard(draft->account.name, shard) != LBR_OK || lbr_name_encode(draft->account.name, file) != LBR_OK)
		return false;
	snprintf(path, size, "%s/%s/%s/%s", draft->place->settings.state, kind, shard, file);
	return true;
}

/* Flips one bit in the middle of every 64 bytes: both slots of the counters are hit. */
static bool flip(const char *path)
{
	unsigned char byte;
	struct stat status;
	off_t at;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool done = fd >= 0 && fstat(fd, &status) == 0;

	for (at = 32; done && at < status.st_size; at += 64) {
		done = pread(fd, &byte, 1, at) == 1;
		byte ^= 1;
		done = done && pwrite(fd, &byte, 1, at) == 1;
	}
	if (fd >= 0)
		close(fd);
	return done;
}

static bool do_harm(const struct draft *draft)
{
	char path[LBR_PATH_MAX + LBR_NAME_FILE_MAX + 32];

	if (draft->harm == HARM_NONE || draft->harm == HARM_ABSENT)
		return true;
	if (!file_of(draft, draft->harm == HARM_ACCOUNT ? "accounts" : "counters", path, sizeof(path)))
		return false;
	return draft->harm == HARM_NO_COUNTERS ? unlink(path) == 0 : flip(path);
}

/* What is there, or the start of a new account. */
static bool load(struct draft *draft, const char *name, bool *ret_old)
{
	struct lbr_view view;

	*ret_old = lbr_store_load(draft->place->store, name, &view, NULL) == LBR_OK;
	if (*ret_old) {
		draft->account = view.account;
		draft->counters = view.counters;
	}
	lbr_view_release(&view);
	if (*ret_old)
		return true;
	snprintf(draft->account.name, sizeof(draft->account.name), "%s", name);
	draft_make_own(draft);
	return draft_set_password(draft, WORLD_PASSWORD) && draft_set_key(draft, WORLD_KEY_HEX);
}

static enum lbr_error store_new(struct draft *draft, struct lbr_reason *reason)
{
	const char *name = draft->account.name;
	enum lbr_error error = lbr_store_remove(draft->place->store, name, reason);

	if (draft->harm == HARM_ABSENT)
		return error == LBR_ERR_ABSENT ? LBR_OK : error;
	return lbr_store_create(draft->place->store, &(struct lbr_record){&draft->account, &draft->counters, NULL}, reason);
}

static enum lbr_error put_draft(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct draft *draft = context;

	(void)reason;
	*ret_parts = LBR_PART_COUNTERS;
	/* An account that stays as it is keeps its standing. */
	if (memcmp(&view->account, &draft->account, sizeof(view->account)) != 0)
		*ret_parts |= LBR_PART_ACCOUNT;
	view->account = draft->account;
	view->counters = draft->counters;
	return LBR_OK;
}

static enum lbr_error store_changed(struct draft *draft, struct lbr_reason *reason)
{
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(draft->place->store, draft->account.name, &view, reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, put_draft, draft, reason);
	lbr_view_release(&view);
	return error;
}

static bool edit(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	const struct edit *wanted = context;
	struct draft draft = {.place = place, .now_s = time(NULL)};
	enum lbr_error error;
	bool old;
	int i;

	(void)ret;
	if (!load(&draft, wanted->name, &old)) {
		lbr_fail_bare(reason, LBR_ERR_INTERNAL);
		lbr_reason_prefix(reason, wanted->name);
		return false;
	}
	for (i = 0; i < wanted->count; i++) {
		if (!draft_apply(&draft, wanted->fields[i])) {
			lbr_fail_bare(reason, LBR_ERR_SYNTAX);
			lbr_reason_prefix(reason, wanted->fields[i]);
			return false;
		}
	}
	error = old && draft.harm != HARM_ABSENT ? store_changed(&draft, reason) : store_new(&draft, reason);
	return error == LBR_OK && do_harm(&draft);
}

bool world_edit(const char *config, const char *name, int count, const char *const *fields, struct lbr_reason *reason)
{
	struct edit wanted = {name, count, fields};

	return world_as_owner(config, edit, &wanted, NULL, 0, reason);
}

void world_set(const struct world *world, const char *name, ...)
{
	const char *fields[FIELDS_MAX];
	struct lbr_reason reason = { .text = "" };
	va_list arguments;
	int count = 0;

	va_start(arguments, name);
	while (count < FIELDS_MAX && (fields[count] = va_arg(arguments, const char *)) != NULL)
		count++;
	va_end(arguments);
	if (!world_edit(world->config, name, count, fields, &reason))
		world_die("%s: %s", name, reason.text);
}

static bool look(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	struct world_view *seen = ret;
	struct lbr_view view;

	seen->error = lbr_store_load(place->store, context, &view, reason);
	seen->account = view.account;
	seen->counters = view.counters;
	lbr_view_release(&view);
	return true;
}

struct world_view world_view(const char *config, const char *name)
{
	struct world_view seen = {.error = LBR_ERR_INTERNAL};
	struct lbr_reason reason = { .text = "" };

	if (!world_as_owner(config, look, (void *)(uintptr_t)name, &seen, sizeof(seen), &reason))
		world_die("%s: %s", name, reason.text);
	return seen;
}
