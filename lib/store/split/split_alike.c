/* Names that look alike, one in each part: people, services and the log would take one for the other. Each part judges its own. */
#include <string.h>

#include <liberations/name.h>

#include "split_parts.h"

/* The same name may be kept in both parts: the local one counts here. People of this host are made while no database answers, so
 * what cannot be asked is no obstacle. */
static enum lbr_error judge_local(struct lbr_split_store *store, const char *name, struct lbr_reason *reason)
{
	struct lbr_reason own = {.text = ""};
	enum lbr_error error;

	store->shared->deadline = store->base.deadline;
	error = store->shared->ops->is_free(store->shared, name, &own);
	if (error != LBR_ERR_EXISTS || !lbr_reason_has(&own, LBR_REASON_LOOK_ALIKE))
		return LBR_OK;
	if (reason != NULL)
		*reason = own;
	return error;
}

/* The files may have older copies of what was moved, so only those who are named count. */
static enum lbr_error judge_shared(struct lbr_split_store *store, const char *name, struct lbr_reason *reason)
{
	char folded[LBR_NAME_FOLDED_MAX + 1], other[LBR_NAME_FOLDED_MAX + 1], one[LBR_NAME_MAX + 1];
	const char *at = store->local;

	if (lbr_name_fold(name, folded) != LBR_OK)
		return LBR_OK; /* the part that is asked says so */
	store->files->deadline = store->base.deadline;
	while ((at = lbr_names_next(at, one)) != NULL)
		if (lbr_name_fold(one, other) == LBR_OK && strcmp(folded, other) == 0 &&
		    store->files->ops->is_free(store->files, one, NULL) == LBR_ERR_EXISTS)
			return lbr_fail_at(reason, LBR_ERR_EXISTS, name, LBR_WHY(LOOK_ALIKE), one);
	return LBR_OK;
}

enum lbr_error lbr_split_judge_alike(struct lbr_split_store *store, const char *name, struct lbr_reason *reason)
{
	return lbr_names_have(store->local, name) ? judge_local(store, name, reason) : judge_shared(store, name, reason);
}
