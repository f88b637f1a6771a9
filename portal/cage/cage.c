/* The cage of the processes that read HTTP. */
#include "cage.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <liberations/filter.h>

#if defined(__x86_64__) && !defined(__ILP32__)
#define CAGE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define CAGE_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define CAGE_ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* Reading, writing and waiting on what is open; memory; time; the end. No open, no socket, no connect, no exec, no clone; and no
 * signal that is blocked: one ends a page whose time is over. */
static const int calls[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_shutdown,
	SYS_ppoll, SYS_pselect6, SYS_epoll_ctl, SYS_epoll_pwait, SYS_getsockopt, SYS_setsockopt, SYS_getsockname, SYS_getpeername,
	SYS_fcntl, SYS_fstat, SYS_lseek, SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_clock_gettime,
	SYS_gettimeofday,
	SYS_clock_nanosleep, SYS_getrandom, SYS_getpid, SYS_gettid, SYS_rt_sigreturn, SYS_restart_syscall,
	SYS_exit, SYS_exit_group,
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_select
	SYS_select,
#endif
#ifdef SYS_epoll_wait
	SYS_epoll_wait,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
};

static enum lbr_error limit(__rlimit_resource_t which, rlim_t most, const char *name, struct lbr_reason *reason)
{
	struct rlimit bound = { most, most };

	return setrlimit(which, &bound) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "setrlimit %s", name);
}

#ifdef CAGE_ARCHITECTURE
static enum lbr_error set_filter(struct lbr_filter *filter, struct lbr_reason *reason)
{
	struct sock_fprog program = { .len = filter->len, .filter = filter->at };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0)
		return LBR_OK;
	return errno == EINVAL ? lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SECCOMP)) : lbr_fail_system(reason, errno, "seccomp");
}

/* An alarm, and the filter that keeps it. */
static void open_alarm(struct lbr_filter *filter)
{
	lbr_filter_answer_argument(filter, SYS_setitimer, 0, BPF_JEQ, ITIMER_REAL, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_answer_argument(filter, SYS_prctl, 0, BPF_JEQ, PR_SET_SECCOMP, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS);
}

static enum lbr_error filter_calls(unsigned doors, struct lbr_reason *reason)
{
	struct lbr_filter filter = { .len = 0 };

	lbr_filter_load(&filter, offsetof(struct seccomp_data, arch));
	lbr_filter_put(&filter, BPF_JMP | BPF_JEQ | BPF_K, CAGE_ARCHITECTURE, 1, 0);
	lbr_filter_answer(&filter, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_load(&filter, offsetof(struct seccomp_data, nr));
	/* New memory is never executable. */
	lbr_filter_answer_argument(&filter, SYS_mmap, 2, BPF_JSET, PROT_EXEC, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW);
	lbr_filter_answer_argument(&filter, SYS_mprotect, 2, BPF_JSET, PROT_EXEC, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW);
	if ((doors & LBR_CAGE_ACCEPTS) != 0)
		lbr_filter_answer_call(&filter, SYS_accept4, SECCOMP_RET_ALLOW);
	if ((doors & LBR_CAGE_CONNECTS) != 0) {
		lbr_filter_answer_argument(&filter, SYS_socket, 0, BPF_JEQ, AF_UNIX, SECCOMP_RET_ALLOW,
		                           SECCOMP_RET_KILL_PROCESS);
		lbr_filter_answer_call(&filter, SYS_connect, SECCOMP_RET_ALLOW);
	}
	if ((doors & LBR_CAGE_ALARM) != 0)
		open_alarm(&filter);
	lbr_filter_allow(&filter, calls, sizeof(calls) / sizeof(calls[0]));
	if (filter.len >= LBR_FILTER_MAX)
		return lbr_fail(reason, LBR_ERR_RANGE, LBR_WHY(SYSCALL_FILTER_TOO_LONG));
	return set_filter(&filter, reason);
}

/* Of two filters the stricter answer counts. */
static enum lbr_error filter_alarm(struct lbr_reason *reason)
{
	struct lbr_filter filter = { .len = 0 };

	lbr_filter_load(&filter, offsetof(struct seccomp_data, nr));
	lbr_filter_answer_call(&filter, SYS_setitimer, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_answer_call(&filter, SYS_prctl, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_answer(&filter, SECCOMP_RET_ALLOW);
	return set_filter(&filter, reason);
}
#else
static enum lbr_error filter_calls(unsigned doors, struct lbr_reason *reason)
{
	(void)doors;
	return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SYSCALL_FILTER));
}

static enum lbr_error filter_alarm(struct lbr_reason *reason)
{
	return filter_calls(0, reason);
}
#endif

enum lbr_error lbr_cage(unsigned doors, struct lbr_reason *reason)
{
	enum lbr_error error = limit(RLIMIT_CORE, 0, "core", reason);

#ifndef LBR_UNCONFINED /* a sanitizer's shadow is terabytes */
	if (error == LBR_OK)
		error = limit(RLIMIT_AS, LBR_CAGE_MEMORY, "as", reason);
	if (error == LBR_OK)
		error = limit(RLIMIT_NPROC, 0, "nproc", reason);
#endif
	if (error == LBR_OK && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0))
		error = lbr_fail_system(reason, errno, "prctl");
#ifdef LBR_UNCONFINED
	(void)filter_calls;
	(void)doors;
#else
	if (error == LBR_OK)
		error = filter_calls(doors, reason);
#endif
	return error;
}

enum lbr_error lbr_cage_keep_alarm(struct lbr_reason *reason)
{
#ifdef LBR_UNCONFINED
	(void)filter_alarm;
	(void)reason;
	return LBR_OK;
#else
	return filter_alarm(reason);
#endif
}
