/* The system call filter, in the kernel's own small machine language. This is what a sign-in does, and what libc does underneath
 * it. Any other call ends the process, and so the dialogue: the answer is no. The kernel tries the filter on every call that it
 * has when the filter is set, so the list is searched by halves. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liberations/filter.h>

#include "confine.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARMEL__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#endif

#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1UL << 2)
#endif

static const int allowed[] = {
	/* files, beneath what Landlock leaves */
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_close, SYS_lseek, SYS_openat, SYS_openat2,
	SYS_fsync, SYS_fdatasync, SYS_fchmod, SYS_unlinkat, SYS_renameat2, SYS_statx, SYS_getdents64,
#ifdef SYS_open
	SYS_open,
#endif
#ifdef SYS_fcntl
	SYS_fcntl,
#endif
#ifdef SYS_fcntl64
	SYS_fcntl64,
#endif
#ifdef SYS_fstat
	SYS_fstat,
#endif
#ifdef SYS_fstat64
	SYS_fstat64,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_fstatat64
	SYS_fstatat64,
#endif
#ifdef SYS__llseek
	SYS__llseek,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
	/* the peer and the log */
	SYS_ppoll,
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_ppoll_time64
	SYS_ppoll_time64,
#endif
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
#ifdef SYS_send
	SYS_send,
#endif
#ifdef SYS_recv
	SYS_recv,
#endif
	SYS_sendto, SYS_recvfrom, SYS_connect, SYS_getsockopt,
	/* memory */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mlock, SYS_munlock,
	/* time and randomness */
	SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom,
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
#endif
#ifdef SYS_clock_nanosleep_time64
	SYS_clock_nanosleep_time64,
#endif
#ifdef SYS_time
	SYS_time,
#endif
	/* threads and exit */
	SYS_futex, SYS_set_robust_list, SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_rt_sigreturn, SYS_restart_syscall,
	SYS_sched_yield, SYS_sched_getaffinity, SYS_exit, SYS_exit_group, SYS_gettid, SYS_pidfd_open,
#ifdef SYS_futex_time64
	SYS_futex_time64,
#endif
#ifdef SYS_rseq
	SYS_rseq,
#endif
	/* who am I */
	SYS_getpid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_sysinfo, SYS_uname,
#ifdef SYS_getuid32
	SYS_getuid32, SYS_geteuid32, SYS_getgid32, SYS_getegid32,
#endif
};

/* libc tries these and has a fallback when they fail. */
struct refused {
	int call, saved_errno;
};

static const struct refused refused[] = {
	{SYS_clone3, ENOSYS}, /* its flags are in memory, where a filter cannot see them; those of clone are not */
	{SYS_ioctl, EPERM},
	{SYS_prctl, EPERM},
	{SYS_prlimit64, EPERM},
};

#ifdef ARCHITECTURE

static void write_filter(struct lbr_filter *filter)
{
	const uint32_t end = SECCOMP_RET_KILL_PROCESS, fine = SECCOMP_RET_ALLOW, no = SECCOMP_RET_ERRNO | EPERM;
	size_t i;

	lbr_filter_load(filter, offsetof(struct seccomp_data, arch));
	lbr_filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	lbr_filter_answer(filter, end);
	lbr_filter_load(filter, offsetof(struct seccomp_data, nr));
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		lbr_filter_answer_call(filter, refused[i].call, SECCOMP_RET_ERRNO | (uint32_t)refused[i].saved_errno);
	lbr_filter_answer_argument(filter, SYS_kill, 1, BPF_JEQ, 0, fine, no); /* asks whether a process lives; sends nothing */
	lbr_filter_answer_argument(filter, SYS_clone, 0, BPF_JSET, CLONE_THREAD, fine, end); /* threads but no processes */
	/* the end of an agent of this store that stopped while it held a lock: of the same user, or the kernel refuses */
	lbr_filter_answer_argument(filter, SYS_pidfd_send_signal, 1, BPF_JEQ, SIGKILL, fine, end);
#ifdef SYS_socket
	lbr_filter_answer_argument(filter, SYS_socket, 0, BPF_JEQ, AF_UNIX, fine, end); /* the log but no network */
#endif
#ifdef SYS_mmap2
	lbr_filter_answer_argument(filter, SYS_mmap2, 2, BPF_JSET, PROT_EXEC, no, fine); /* only the code already loaded */
#else
	lbr_filter_answer_argument(filter, SYS_mmap, 2, BPF_JSET, PROT_EXEC, no, fine);
#endif
	lbr_filter_answer_argument(filter, SYS_mprotect, 2, BPF_JSET, PROT_EXEC, no, fine);
	lbr_filter_allow(filter, allowed, sizeof(allowed) / sizeof(allowed[0]));
}

enum lbr_error lbr_confine_calls(struct lbr_reason *reason)
{
	struct lbr_filter program = {.len = 0};
	struct sock_fprog filter = {.filter = program.at};
	long result;

	write_filter(&program);
	if (program.len == LBR_FILTER_MAX)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(SYSCALL_FILTER_TOO_LONG));
	filter.len = program.len;
	/* SPEC_ALLOW: older kernels slow a filtered process down to protect it from code it runs for others; the agent runs
	 * none. */
	result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter);
	if (result != 0 && errno == EINVAL)
		result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0UL, &filter);
	if (result == 0)
		return LBR_OK;
	if (errno == ENOSYS || errno == EINVAL)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SECCOMP));
	return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_SYSCALL_FILTER));
}

bool lbr_confine_calls_known(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0UL, &action) == 0;
}

#else

bool lbr_confine_calls_known(void)
{
	return false;
}

enum lbr_error lbr_confine_calls(struct lbr_reason *reason)
{
	return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SYSCALL_FILTER));
}

#endif
