/* The system call filter, in the kernel's own small machine language. This is what a sign-in does, and what libc does underneath
 * it. Any other call ends the process, and so the dialogue: the answer is no. The kernel tries the filter on every call that it
 * has when the filter is set, so the list is searched by halves. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

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

#define ALLOWED (sizeof(allowed) / sizeof(allowed[0]))
#define LENGTH_MAX 512
#define SEARCHED_IN_TURN 6 /* a few comparisons cost less than another half */

struct program {
	struct sock_filter at[LENGTH_MAX];
	unsigned short     len;
};

#ifdef ARCHITECTURE

static void put(struct program *program, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (program->len < LENGTH_MAX)
		program->at[program->len++] = (struct sock_filter){code, yes, no, k};
}

static void load(struct program *program, size_t offset)
{
	put(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct program *program, uint32_t action)
{
	put(program, BPF_RET | BPF_K, action, 0, 0);
}

/* Gives calls with this number this answer; the number is loaded. */
static void answer_call(struct program *program, int call, uint32_t action)
{
	put(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
	answer(program, action);
}

static int compare_calls(const void *one, const void *other)
{
	return *(const int *)one - *(const int *)other;
}

/* Allows these calls, which are sorted, and ends the process at any other. */
static void allow_sorted(struct program *program, const int *calls, size_t count)
{
	size_t half = count / 2, i;
	unsigned short branch = program->len;

	if (count > SEARCHED_IN_TURN) {
		put(program, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)calls[half], 0, 0);
		allow_sorted(program, calls, half);
		program->at[branch].jt = (uint8_t)(program->len - branch - 1);
		allow_sorted(program, calls + half, count - half);
		return;
	}
	for (i = 0; i < count; i++)
		put(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i], (uint8_t)(count - i), 0);
	answer(program, SECCOMP_RET_KILL_PROCESS);
	answer(program, SECCOMP_RET_ALLOW);
}

/* A branch reaches 255 lines; half of such a list takes fewer. */
_Static_assert(ALLOWED < 200, "the list of calls is too long for one byte");

static void allow_listed(struct program *program)
{
	int sorted[ALLOWED];

	memcpy(sorted, allowed, sizeof(sorted));
	qsort(sorted, ALLOWED, sizeof(sorted[0]), compare_calls);
	allow_sorted(program, sorted, ALLOWED);
}

/* The lower half of an argument. */
static size_t argument(unsigned index)
{
	size_t offset = offsetof(struct seccomp_data, args) + 8 * index;

	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? offset + 4 : offset;
}

/* `test` compares the argument with k: then yes, else no. */
static void answer_argument(struct program *program, int call, unsigned index, uint16_t test, uint32_t k, uint32_t yes,
                            uint32_t no)
{
	put(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
	load(program, argument(index));
	put(program, BPF_JMP | test | BPF_K, k, 0, 1);
	answer(program, yes);
	answer(program, no);
}

static void write_program(struct program *program)
{
	const uint32_t end = SECCOMP_RET_KILL_PROCESS, fine = SECCOMP_RET_ALLOW, no = SECCOMP_RET_ERRNO | EPERM;
	size_t i;

	load(program, offsetof(struct seccomp_data, arch));
	put(program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(program, end);
	load(program, offsetof(struct seccomp_data, nr));
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		answer_call(program, refused[i].call, SECCOMP_RET_ERRNO | (uint32_t)refused[i].saved_errno);
	answer_argument(program, SYS_kill, 1, BPF_JEQ, 0, fine, no); /* asks whether a process lives; sends nothing */
	answer_argument(program, SYS_clone, 0, BPF_JSET, CLONE_THREAD, fine, end); /* threads but no processes */
	/* the end of an agent of this store that stopped while it held a lock: of the same user, or the kernel refuses */
	answer_argument(program, SYS_pidfd_send_signal, 1, BPF_JEQ, SIGKILL, fine, end);
#ifdef SYS_socket
	answer_argument(program, SYS_socket, 0, BPF_JEQ, AF_UNIX, fine, end); /* the log but no network */
#endif
#ifdef SYS_mmap2
	answer_argument(program, SYS_mmap2, 2, BPF_JSET, PROT_EXEC, no, fine); /* only the code already loaded */
#else
	answer_argument(program, SYS_mmap, 2, BPF_JSET, PROT_EXEC, no, fine);
#endif
	answer_argument(program, SYS_mprotect, 2, BPF_JSET, PROT_EXEC, no, fine);
	allow_listed(program);
}

enum lbr_error lbr_confine_calls(struct lbr_reason *reason)
{
	struct program program = {.len = 0};
	struct sock_fprog filter = {.filter = program.at};
	long result;

	write_program(&program);
	if (program.len == LENGTH_MAX)
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

#else

enum lbr_error lbr_confine_calls(struct lbr_reason *reason)
{
	return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SYSCALL_FILTER));
}

#endif
