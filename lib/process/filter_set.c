/* A system call filter's first lines, and its coming into force. */
#include <liberations/filter.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

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

#ifdef ARCHITECTURE

void lbr_filter_begin(struct lbr_filter *filter)
{
	filter->len = 0;
	lbr_filter_load(filter, offsetof(struct seccomp_data, arch));
	lbr_filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	lbr_filter_answer(filter, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_load(filter, offsetof(struct seccomp_data, nr));
}

enum lbr_error lbr_filter_set(struct lbr_filter *filter, struct lbr_reason *reason)
{
	struct sock_fprog program = {.len = filter->len, .filter = filter->at};
	long result;

	if (filter->len >= LBR_FILTER_MAX)
		return lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(SYSCALL_FILTER_TOO_LONG));
	/* SPEC_ALLOW: older kernels slow a filtered process down to protect it from code it runs for others; ours run none. */
	result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
	if (result != 0 && errno == EINVAL)
		result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0UL, &program);
	if (result == 0)
		return LBR_OK;
	if (errno == ENOSYS || errno == EINVAL)
		return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SECCOMP));
	return lbr_fail_system_at(reason, errno, NULL, LBR_WHY(SETTING_SYSCALL_FILTER));
}

bool lbr_filter_is_known(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0UL, &action) == 0;
}

#else

void lbr_filter_begin(struct lbr_filter *filter)
{
	filter->len = 0;
}

enum lbr_error lbr_filter_set(struct lbr_filter *filter, struct lbr_reason *reason)
{
	(void)filter;
	return lbr_fail(reason, LBR_ERR_ABSENT, LBR_WHY(NO_SYSCALL_FILTER));
}

bool lbr_filter_is_known(void)
{
	return false;
}

#endif
