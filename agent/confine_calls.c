/* The system call filter, in the kernel's own small machine language. This is what a sign-in does, and what libc does underneath
 * it. Any other call ends the process, and so the dialogue: the answer is no. The kernel tries the filter on every call that it
 * has when the filter is set, so the list is searched by halves. */
#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <liberations/filter.h>

#include "confine.h"

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

static void write_filter(struct lbr_filter *filter)
{
	const uint32_t end = SECCOMP_RET_KILL_PROCESS, fine = SECCOMP_RET_ALLOW, no = SECCOMP_RET_ERRNO | EPERM;
	size_t i;

	lbr_filter_begin(filter);
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
	struct lbr_filter filter;

	write_filter(&filter);
	return lbr_filter_set(&filter, reason);
}
