/* A new sheet of recovery codes, committed. */
#include <liberations/recovery_renew.h>

#include <stdint.h>
#include <string.h>

struct new_sheet {
	uint64_t           generation;
	struct lbr_account drawn; /* bears the new set */
};

unsigned lbr_recovery_adopt(struct lbr_view *view)
{
	view->counters.recovery_set = view->account.recovery_set;
	view->counters.recovery_used = 0;
	return LBR_PART_COUNTERS | LBR_PART_ACCOUNT;
}

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	const struct new_sheet *course = context;

	if (course->generation != 0 && view->account.generation != course->generation)
		return lbr_fail_at(reason, LBR_ERR_STALE, view->account.name, LBR_WHY(CHANGED));
	view->account.recovery_set = course->drawn.recovery_set;
	memcpy(view->account.recovery_key, course->drawn.recovery_key, sizeof(view->account.recovery_key));
	view->account.recovery_count = course->drawn.recovery_count;
	memcpy(view->account.recovery_macs, course->drawn.recovery_macs, sizeof(view->account.recovery_macs));
	*ret_parts = lbr_recovery_adopt(view);
	return LBR_OK;
}

enum lbr_error lbr_recovery_renew(struct lbr_store *store, const struct lbr_keyring *keyring, const char *name, uint64_t generation,
                                  struct lbr_recovery_sheet *sheet, uint64_t *ret_generation, struct lbr_reason *reason)
{
	struct new_sheet course = {.generation = generation};
	struct lbr_view view;
	enum lbr_error error;

	*ret_generation = 0;
	lbr_wipe(sheet, sizeof(*sheet));
	error = lbr_store_load(store, name, &view, reason);
	course.drawn = view.account;
	if (error == LBR_OK)
		error = lbr_recovery_draw(keyring, &course.drawn, sheet);
	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &course, reason);
	if (error == LBR_OK)
		*ret_generation = view.account.generation;
	else
		lbr_wipe(sheet, sizeof(*sheet));
	lbr_view_release(&view);
	lbr_account_wipe(&course.drawn);
	return error;
}
