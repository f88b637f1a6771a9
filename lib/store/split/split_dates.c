/* Dates of notices and turns of a store in two: of the shared part alone, since what is this host's needs neither. */
#include "split_parts.h"

static struct lbr_store *shared_of(struct lbr_store *base)
{
	struct lbr_store *part = ((struct lbr_split_store *)base)->shared;

	part->deadline = base->deadline;
	return part;
}

bool lbr_split_keeps_dates(const struct lbr_store *base, const char *name)
{
	return !lbr_names_have(((const struct lbr_split_store *)base)->local, name);
}

enum lbr_error lbr_split_date_read(struct lbr_store *base, const char *name, const char *kind, char text[LBR_NOTICE_TEXT_MAX],
                                   size_t *ret_len, struct lbr_reason *reason)
{
	struct lbr_store *part = shared_of(base);

	return part->ops->date_read(part, name, kind, text, ret_len, reason);
}

enum lbr_error lbr_split_date_write(struct lbr_store *base, const char *name, const char *kind, const struct lbr_notice_date *date,
                                    bool again, struct lbr_reason *reason)
{
	struct lbr_store *part = shared_of(base);

	return part->ops->date_write(part, name, kind, date, again, reason);
}

enum lbr_error lbr_split_date_drop(struct lbr_store *base, const char *name, const char *kind, struct lbr_reason *reason)
{
	struct lbr_store *part = shared_of(base);

	return part->ops->date_drop(part, name, kind, reason);
}

enum lbr_error lbr_split_date_list(struct lbr_store *base, lbr_store_take_date *take, void *context, struct lbr_reason *reason)
{
	struct lbr_store *part = shared_of(base);

	return part->ops->date_list(part, take, context, reason);
}

enum lbr_error lbr_split_lease(struct lbr_store *base, const char *what, unsigned life_s, struct lbr_lease *lease,
                              struct lbr_reason *reason)
{
	return lbr_store_lease(shared_of(base), what, life_s, lease, reason);
}
