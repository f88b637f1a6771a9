/* Judges a new password: first by the rules, which cost nothing, then against the last ten. */
#include <liberations/change.h>

#include <stdbool.h>
#include <string.h>

#include <liberations/contact.h>
#include <liberations/password.h>

#include "change_parts.h"

/* If the password in force is known, the rules have already compared it letter by letter. */
static bool is_settled(const struct lbr_view *kept, bool old_known, unsigned at)
{
	return old_known && at == 0 && kept->account.password_kind == LBR_PASSWORD_OWN &&
	       strcmp(kept->history.entries[0].hash, kept->account.password_hash) == 0;
}

/* The first entry of the history is the password in force, if that is the person's own. A temporary one is not in the
 * history; if it is not known, it is compared as one more, because it may not become the person's own either. */
static unsigned list_hashes(const struct lbr_view *kept, bool old_known, const char *ret[LBR_HASHES_MAX])
{
	unsigned count = 0, at;

	if (kept->account.password_kind == LBR_PASSWORD_TEMPORARY && !old_known)
		ret[count++] = kept->account.password_hash;
	for (at = 0; at < kept->history.count; at++)
		if (!is_settled(kept, old_known, at))
			ret[count++] = kept->history.entries[at].hash;
	return count;
}

static enum lbr_error compare(const struct lbr_view *kept, const struct lbr_secret *password, bool old_known,
                              const struct lbr_fresh_hash *fresh, const struct lbr_admission *admission, enum lbr_objection *ret,
                              struct lbr_reason *reason)
{
	enum lbr_objection found = LBR_OBJECTION_NONE;
	bool matches[LBR_HASHES_MAX];
	const char *hashes[LBR_HASHES_MAX];
	unsigned count = list_hashes(kept, old_known, hashes), at;
	enum lbr_error error = lbr_hashes_compare(password, hashes, count, fresh, admission, matches);

	if (error != LBR_OK)
		return lbr_fail_at(reason, error, kept->account.name, LBR_WHY(HISTORY_NOT_COMPARED));
	for (at = count; at > 0; at--)
		if (matches[at - 1])
			found = strcmp(hashes[at - 1], kept->account.password_hash) == 0 ? LBR_OBJECTION_SAME : LBR_OBJECTION_USED;
	*ret = found;
	return LBR_OK;
}

enum lbr_error lbr_change_judge(struct lbr_store *store, const char *name, const struct lbr_secret *password,
                                const struct lbr_secret *old, const struct lbr_settings *settings,
                                const struct lbr_admission *admission, enum lbr_objection *ret,
                                char ret_hash[LBR_HASH_MAX], struct lbr_reason *reason)
{
	const struct lbr_fresh_hash fresh = { .cost = settings->hash_cost, .ret = ret_hash };
	struct lbr_candidate candidate = { .password = password, .old = old, .name = name };
	enum lbr_objection objection = LBR_OBJECTION_USED;
	struct lbr_secret temporary = {0};
	struct lbr_contact contact;
	struct lbr_view kept;
	enum lbr_error error;

	*ret = LBR_OBJECTION_USED;
	if (ret_hash != NULL)
		ret_hash[0] = '\0';
	error = lbr_store_load_with_history(store, name, settings->history, &kept, reason);
	/* Its owner's address or number, without the words beside it. */
	candidate.contact = lbr_contact_read(kept.account.contact, &contact) ? lbr_contact_where(&contact) : kept.account.contact;
	/* What it was accepted for, not how it was typed: it may not become the person's own. */
	if (error == LBR_OK && old != NULL && kept.account.password_kind == LBR_PASSWORD_TEMPORARY) {
		lbr_password_read_temporary(old, &temporary);
		candidate.old = &temporary;
	}
	if (error == LBR_OK)
		error = lbr_rules_judge(&candidate, settings, &objection, reason);
	if (error == LBR_OK && objection == LBR_OBJECTION_NONE)
		error = compare(&kept, password, old != NULL, &fresh, admission, &objection, reason);
	lbr_view_release(&kept);
	lbr_secret_wipe(&temporary);
	if (error == LBR_OK)
		*ret = objection;
	if (ret_hash != NULL && *ret != LBR_OBJECTION_NONE)
		lbr_wipe(ret_hash, LBR_HASH_MAX);
	return error;
}

enum lbr_error lbr_change_is_possible(struct lbr_store *store, const char *name, const struct lbr_settings *settings,
                                      struct lbr_reason *reason)
{
	struct lbr_view kept;
	enum lbr_error error = lbr_store_load_with_history(store, name, settings->history, &kept, reason);

	lbr_view_release(&kept);
	return error == LBR_OK ? lbr_rules_check_breached(settings, reason) : error;
}
