#include "complaint.h"

#include <stdio.h>
#include <string.h>

bool cli_complaint_is_news(struct complaint *last, const char *reason, int64_t now_s)
{
	if (last->reason[0] != '\0' && strncmp(last->reason, reason, COMPLAINT_MAX - 1) == 0 &&
	    now_s - last->told_s < COMPLAINT_AGAIN_S)
		return false;
	snprintf(last->reason, sizeof(last->reason), "%s", reason);
	last->told_s = now_s;
	return true;
}
