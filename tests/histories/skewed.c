/* The clock of a broker whose host is ahead by LBR_SKEW_S seconds. The linker puts it in front of the C library's (--wrap). A library
 * that the loader puts there (libfaketime) makes threads spin that should wait until some moment of the monotonic clock. */
#include <stdlib.h>
#include <time.h>

int __real_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	const char *ahead_s = clock == CLOCK_REALTIME ? getenv("LBR_SKEW_S") : NULL;
	int result = __real_clock_gettime(clock, ret);

	if (ahead_s != NULL)
		ret->tv_sec += (time_t)strtol(ahead_s, NULL, 10);
	return result;
}
