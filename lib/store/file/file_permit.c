/* Permits: how many attempts on one account may be between charge and commit at once. Each is a lock on one byte far
 * beyond the counters, so a killed process returns its permit and nothing is written for it. */
#include "file_store.h"

#include <errno.h>
#include <sys/types.h>

#define PERMITS_START (1 << 20)

/* Tries every permit of the lane once. */
static enum lbr_error try_permits(struct lbr_file_locked *impl, enum lbr_lane lane)
{
	enum lbr_error error = LBR_ERR_BUSY;
	int i;

	for (i = 0; i < LBR_PERMITS && error == LBR_ERR_BUSY; i++) {
		off_t permit = PERMITS_START + (off_t)lane * LBR_PERMITS + i;

		error = lbr_file_try_lock(impl->fd, permit, 1);
		if (error == LBR_OK)
			impl->permit = permit;
	}
	return error;
}

static void give_back(struct lbr_file_locked *impl)
{
	lbr_file_unlock(impl->fd, impl->permit, 1);
	impl->permit = 0;
}

static enum lbr_error refuse(const struct lbr_file_locked *impl, enum lbr_error error, int saved_errno,
                             struct lbr_reason *reason)
{
	if (error == LBR_ERR_SYSTEM)
		return lbr_fail_system(reason, saved_errno, "%s: lock", impl->path.name);
	return lbr_fail_at(reason, error, impl->path.name, LBR_WHY(TOO_MANY_ATTEMPTS));
}

/* Attempts that have a permit need the lock to finish, so the lock is released while waiting for one. */
static enum lbr_error wait_for_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = (struct lbr_file_locked *)locked->impl;
	struct lbr_wait wait = {.deadline = impl->store->base.deadline};
	enum lbr_error error = LBR_ERR_BUSY;

	lbr_file_account_unlock(locked);
	while (error == LBR_ERR_BUSY && lbr_wait_more(&wait))
		error = try_permits(impl, lane);
	if (error != LBR_OK)
		return refuse(impl, error, errno, reason);
	error = lbr_file_account_relock(locked, reason);
	if (error != LBR_OK)
		give_back(impl);
	return error;
}

enum lbr_error lbr_file_account_take_permit(struct lbr_locked_account *locked, enum lbr_lane lane, struct lbr_reason *reason)
{
	struct lbr_file_locked *impl = (struct lbr_file_locked *)locked->impl;
	enum lbr_error error;

	if (!impl->is_locked || lane >= LBR_LANES)
		return lbr_fail_at(reason, LBR_ERR_INTERNAL, impl->path.name, LBR_WHY(PERMIT_WITHOUT_LOCK));
	if (impl->permit != 0)
		return LBR_OK;
	error = try_permits(impl, lane);
	if (error == LBR_ERR_BUSY)
		return wait_for_permit(locked, lane, reason);
	if (error != LBR_OK) {
		refuse(impl, error, errno, reason);
		lbr_file_account_unlock(locked);
	}
	return error;
}
