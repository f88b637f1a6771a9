/* Seats: how many attempts on one account may be between charge and commit at once. Each is a lock on one byte far
 * behind the counters, so a killed process gives its seat back and nothing is written for it. */
#include "file_store.h"

#include <errno.h>

#define SEATS_START (1 << 20)

/* Tries every seat of the lane once. */
static enum lbr_error try_seats(struct lbr_file_hold *impl, enum lbr_lane lane)
{
	enum lbr_error error = LBR_ERR_BUSY;
	int i;

	for (i = 0; i < LBR_SEATS && error == LBR_ERR_BUSY; i++) {
		off_t seat = SEATS_START + (off_t)lane * LBR_SEATS + i;

		error = lbr_file_try_lock(impl->fd, seat, 1);
		if (error == LBR_OK)
			impl->seat = seat;
	}
	return error;
}

static void give_back(struct lbr_file_hold *impl)
{
	lbr_file_unlock(impl->fd, impl->seat, 1);
	impl->seat = 0;
}

static enum lbr_error refuse(const struct lbr_file_hold *impl, enum lbr_error error, int saved_errno,
                             struct lbr_reason *reason)
{
	if (error == LBR_ERR_SYSTEM)
		return lbr_fail_system(reason, saved_errno, "%s: lock", impl->path.name);
	return lbr_fail(reason, error, "%s: too many attempts at once", impl->path.name);
}

/* Those who sit need the lock to finish, so nobody waits for a seat with the lock in hand. */
static enum lbr_error wait_for_seat(struct lbr_hold *hold, enum lbr_lane lane, struct lbr_reason *reason)
{
	struct lbr_file_hold *impl = (struct lbr_file_hold *)hold->impl;
	struct lbr_wait wait = {0};
	enum lbr_error error = LBR_ERR_BUSY;

	lbr_file_hold_unlock(hold);
	while (error == LBR_ERR_BUSY && lbr_wait_more(&wait))
		error = try_seats(impl, lane);
	if (error != LBR_OK)
		return refuse(impl, error, errno, reason);
	error = lbr_file_hold_relock(hold, reason);
	if (error != LBR_OK)
		give_back(impl);
	return error;
}

enum lbr_error lbr_file_hold_take_seat(struct lbr_hold *hold, enum lbr_lane lane, struct lbr_reason *reason)
{
	struct lbr_file_hold *impl = (struct lbr_file_hold *)hold->impl;
	enum lbr_error error;

	if (!impl->locked || (lane != LBR_LANE_LOCAL && lane != LBR_LANE_REMOTE))
		return lbr_fail(reason, LBR_ERR_INTERNAL, "%s: a seat is asked for without the lock", impl->path.name);
	if (impl->seat != 0)
		return LBR_OK;
	error = try_seats(impl, lane);
	if (error == LBR_ERR_BUSY)
		return wait_for_seat(hold, lane, reason);
	if (error != LBR_OK) {
		refuse(impl, error, errno, reason);
		lbr_file_hold_unlock(hold);
	}
	return error;
}
