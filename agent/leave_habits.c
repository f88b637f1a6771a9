/* What a process gets from its starter through fork and exec, besides limits, signals and descriptors, and what can make it
 * slower than others, or the first to be killed when memory is short. Policy and nice value were reset before the exec. */
#include "leave.h"

#include <fcntl.h>
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROCESSORS_BYTES 1024
#define SLACK_NS 50000 /* the kernel's own, where init starts it */

static void use_all_processors(void)
{
	unsigned long all[PROCESSORS_BYTES / sizeof(unsigned long)];

	memset(all, 0xff, sizeof(all));
	(void)syscall(SYS_sched_setaffinity, 0, sizeof(all), all);
}

/* sched_setscheduler(2) keeps a time slice and bounds on the clock rate that were asked for; this call clears them. An older
 * kernel knows no bounds. */
static void clear_scheduling(void)
{
	struct sched_attr attr = {.size = sizeof(attr), .sched_policy = SCHED_NORMAL};

	attr.sched_flags = SCHED_FLAG_UTIL_CLAMP;
	attr.sched_util_min = (__u32)-1; /* none */
	attr.sched_util_max = (__u32)-1;
	if (syscall(SYS_sched_setattr, 0, &attr, 0) == 0)
		return;
	attr = (struct sched_attr){.size = sizeof(attr), .sched_policy = SCHED_NORMAL};
	(void)syscall(SYS_sched_setattr, 0, &attr, 0);
}

static void be_killed_like_others(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "0", 1); /* in some containers not even root may lower it */
	close(fd);
}

void lbr_leave_habits(void)
{
	use_all_processors();
	clear_scheduling();
	(void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_NONE, 0));
	(void)prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0);
	(void)prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	(void)syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0);
	(void)personality(PER_LINUX);
	be_killed_like_others();
}
