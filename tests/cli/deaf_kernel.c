/* A kernel that takes no record, preloaded into the command. A tracer cannot do that: the child's filter ends it for a call that was
 * replaced. */
#include <errno.h>

__attribute__((visibility("default"))) int audit_log_user_message(void);

int audit_log_user_message(void)
{
	return -ENOBUFS;
}
