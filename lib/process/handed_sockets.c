/* Listening sockets that a supervisor hands over. */
#include <liberations/handed_sockets.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

int lbr_handed_count(const char *pid, const char *count, int most)
{
	char *end;
	long number;

	if (pid == NULL || count == NULL || strtol(pid, &end, 10) != getpid() || *end != '\0')
		return 0;
	number = strtol(count, &end, 10);
	return *end != '\0' || number < 0 || number > most ? most + 1 : (int)number;
}

enum lbr_error lbr_handed_take(int fd, struct lbr_reason *reason)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return lbr_fail_system(reason, errno, "descriptor %d", fd);
	return LBR_OK;
}
