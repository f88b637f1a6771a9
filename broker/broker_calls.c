/* The system call filter of the broker: what libpq, OpenSSL, the resolver and threads need. Any other call ends the process. It
 * opens no file to write it: the one that it writes was mapped before. */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <liberations/filter.h>

#include "broker_confine.h"

static const int allowed[] = {
	/* files, read alone */
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_close, SYS_lseek, SYS_statx, SYS_faccessat,
#ifdef SYS_faccessat2
	SYS_faccessat2,
#endif
#ifdef SYS_access
	SYS_access,
#endif
#ifdef SYS_stat
	SYS_stat,
#endif
#ifdef SYS_stat64
	SYS_stat64,
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
	/* clients, servers, the resolver, the log */
	SYS_accept4, SYS_connect, SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_shutdown,
	SYS_getsockopt, SYS_setsockopt, SYS_getsockname, SYS_getpeername, SYS_ppoll,
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
	/* threads, signals and exit */
	SYS_futex, SYS_set_robust_list, SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_rt_sigreturn, SYS_restart_syscall,
	SYS_sched_yield, SYS_sched_getaffinity, SYS_exit, SYS_exit_group, SYS_gettid,
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

/* The C library tries these and does without. */
static const struct {
	int call, saved_errno;
} refused[] = {
	{SYS_clone3, ENOSYS}, /* its flags are in memory, where a filter cannot see them; those of clone are not */
	{SYS_ioctl, ENOTTY},
	{SYS_prctl, EPERM},
	{SYS_prlimit64, EPERM},
};

/* The network, and sockets of this host. The resolver asks the kernel for the host's addresses, to sort what it found; it can do
 * without. */
static void answer_socket(struct lbr_filter *filter, uint32_t end)
{
#ifdef SYS_socket
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
	const uint8_t rest = 2 * sizeof(families) / sizeof(families[0]);
	size_t i;

	lbr_filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, (uint8_t)(rest + 4));
	lbr_filter_load_argument(filter, 0);
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		lbr_filter_answer_call(filter, families[i], SECCOMP_RET_ALLOW);
	lbr_filter_answer_call(filter, AF_NETLINK, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	lbr_filter_answer(filter, end);
#else
	(void)filter, (void)end;
#endif
}

static void answer_open(struct lbr_filter *filter, int call, unsigned flags, uint32_t end)
{
	lbr_filter_answer_argument(filter, call, flags, BPF_JSET, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, end, SECCOMP_RET_ALLOW);
}

enum lbr_error lbr_broker_confine_calls(struct lbr_reason *reason)
{
	const uint32_t end = SECCOMP_RET_KILL_PROCESS, fine = SECCOMP_RET_ALLOW;
	struct lbr_filter filter;
	size_t i;

	lbr_filter_begin(&filter);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		lbr_filter_answer_call(&filter, refused[i].call, SECCOMP_RET_ERRNO | (uint32_t)refused[i].saved_errno);
	answer_socket(&filter, end);
	answer_open(&filter, SYS_openat, 2, end);
#ifdef SYS_open
	answer_open(&filter, SYS_open, 1, end);
#endif
	lbr_filter_answer_argument(&filter, SYS_clone, 0, BPF_JSET, CLONE_THREAD, fine, end); /* threads but no processes */
#ifdef SYS_mmap2
	lbr_filter_answer_argument(&filter, SYS_mmap2, 2, BPF_JSET, PROT_EXEC, end, fine); /* only the code already loaded */
#else
	lbr_filter_answer_argument(&filter, SYS_mmap, 2, BPF_JSET, PROT_EXEC, end, fine);
#endif
	lbr_filter_answer_argument(&filter, SYS_mprotect, 2, BPF_JSET, PROT_EXEC, end, fine);
	lbr_filter_allow(&filter, allowed, sizeof(allowed) / sizeof(allowed[0]));
	return lbr_filter_set(&filter, reason);
}
