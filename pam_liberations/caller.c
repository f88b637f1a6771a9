#include "caller.h"

#include <sys/auxv.h>
#include <unistd.h>

/* Some setuid programs make themselves root in every id before they call PAM; what the kernel noted at the exec remains. */
uid_t lbr_caller_uid(void)
{
	uid_t uid = getuid();

	return uid != 0 ? uid : (uid_t)getauxval(AT_UID);
}

bool lbr_caller_is_person(void)
{
	return geteuid() == 0 && lbr_caller_uid() != 0;
}
