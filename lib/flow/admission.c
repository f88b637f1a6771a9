/* The turn before a hash, where the caller has a bound to keep. */
#include <liberations/admission.h>

#include <stddef.h>

enum lbr_error lbr_admission_enter(const struct lbr_admission *admission, struct lbr_reason *reason)
{
	return admission != NULL ? admission->enter(admission->context, reason) : LBR_OK;
}

void lbr_admission_leave(const struct lbr_admission *admission)
{
	if (admission != NULL)
		admission->leave(admission->context);
}
