/* What the child may still do. It keeps uid 0, which the kernel notes in each record; so its capabilities and its system calls are
 * what confines it. */
#include "audit_parts.h"

#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liberations/filter.h>

#if defined(__x86_64__) && !defined(__ILP32__)
#define AUDIT_CHILD_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define AUDIT_CHILD_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define AUDIT_CHILD_ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

bool cli_audit_allowed(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[CAP_TO_INDEX(CAP_AUDIT_WRITE)].effective & CAP_TO_MASK(CAP_AUDIT_WRITE)) != 0;
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	data[CAP_TO_INDEX(CAP_AUDIT_WRITE)].effective = CAP_TO_MASK(CAP_AUDIT_WRITE);
	data[CAP_TO_INDEX(CAP_AUDIT_WRITE)].permitted = CAP_TO_MASK(CAP_AUDIT_WRITE);
	return setgroups(0, NULL) == 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
	       syscall(SYS_capset, &header, data) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

#if defined(AUDIT_CHILD_ARCHITECTURE) && !defined(LBR_UNCONFINED)

/* Packets and records; memory; libaudit reads where the command lies, and waits between two attempts. */
static const int calls[] = {
	SYS_sendto, SYS_recvfrom, SYS_ppoll, SYS_close, SYS_readlinkat, SYS_getuid, SYS_getpid, SYS_brk, SYS_munmap, SYS_mremap,
	SYS_madvise, SYS_futex, SYS_getrandom, SYS_clock_nanosleep, SYS_nanosleep, SYS_clock_gettime, SYS_restart_syscall,
	SYS_rt_sigreturn, SYS_exit_group,
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_readlink
	SYS_readlink,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
};

static void filter_calls(void)
{
	struct lbr_filter filter = { .len = 0 };
	struct sock_fprog program = { .filter = filter.at };

	lbr_filter_load(&filter, offsetof(struct seccomp_data, arch));
	lbr_filter_put(&filter, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_CHILD_ARCHITECTURE, 1, 0);
	lbr_filter_answer(&filter, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_load(&filter, offsetof(struct seccomp_data, nr));
	lbr_filter_answer_argument(&filter, SYS_mmap, 2, BPF_JSET, PROT_EXEC, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW);
	lbr_filter_allow(&filter, calls, sizeof(calls) / sizeof(calls[0]));
	program.len = filter.len;
	/* On a kernel without filters, the capabilities alone confine it. */
	(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#else

static void filter_calls(void)
{
}

#endif

/* A reader of the command's output would wait for every process that holds it, and a lock of the caller's would stay taken. Where a
 * container forbids the call, the child does not start: to count through a billion descriptors would outlast the command. */
static bool keep_two(int link, int kernel)
{
	return dup2(link, STDIN_FILENO) >= 0 && dup2(kernel, STDOUT_FILENO) >= 0 &&
	       syscall(SYS_close_range, (unsigned)STDERR_FILENO, ~0U, 0) == 0;
}

bool cli_audit_confine(int link, int kernel)
{
	if (!keep_two(link, kernel) || chdir("/") != 0 || !drop_capabilities())
		return false;
	filter_calls();
	return true;
}
