/* A new sheet of recovery codes, committed. */
#include <liberations/recovery_renew.h>

#include <stdint.h>
#include <string.h>

enum lbr_error lbr_recovery_commit(struct lbr_locked_account *locked, struct lbr_reason *reason)
{
	const uint64_t set = locked->counters.recovery_set;
	const uint32_t used = locked->counters.recovery_used;
	enum lbr_error error;

	locked->counters.recovery_set = locked->account.recovery_set;
	locked->counters.recovery_used = 0;
	error = lbr_account_commit_counters(locked, reason);
	if (error != LBR_OK)
		return error;
	error = lbr_account_commit(locked, reason);
	if (error != LBR_OK) {
		locked->counters.recovery_set = set;
		locked->counters.recovery_used = used;
		(void)lbr_account_commit_counters(locked, NULL);
	}
	return error;
}

enum lbr_error lbr_recovery_renew(struct lbr_store *store, const struct lbr_keyring *keyring, const char *name, uint64_t generation,
                                  struct lbr_recovery_sheet *sheet, uint64_t *ret_generation, struct lbr_reason *reason)
{
	struct lbr_locked_account locked = {0};
	enum lbr_error error;

	*ret_generation = 0;
	lbr_wipe(sheet, sizeof(*sheet));
	error = lbr_account_lock(store, name, &locked, reason);
	if (error == LBR_OK && generation != 0 && locked.account.generation != generation)
		error = lbr_fail_at(reason, LBR_ERR_STALE, name, LBR_WHY(CHANGED));
	if (error == LBR_OK)
		error = lbr_recovery_draw(keyring, &locked.account, sheet);
	if (error == LBR_OK)
		error = lbr_recovery_commit(&locked, reason);
	if (error == LBR_OK)
		*ret_generation = locked.account.generation;
	else
		lbr_wipe(sheet, sizeof(*sheet));
	lbr_account_release(&locked);
	return error;
}
