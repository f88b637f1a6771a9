/* The turn before a hash, where the caller has a bound to keep. */
#include <liberations/admission.h>

#include <stdbool.h>
#include <stddef.h>

static bool bounds(const struct lbr_admission *admission)
{
	return admission != NULL && admission->enter != NULL;
}

enum lbr_error lbr_admission_enter(const struct lbr_admission *admission, struct lbr_reason *reason)
{
	return bounds(admission) ? admission->enter(admission->context, reason) : LBR_OK;
}

void lbr_admission_leave(const struct lbr_admission *admission)
{
	if (bounds(admission))
		admission->leave(admission->context);
}
