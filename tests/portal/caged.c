/* Enters the cage of the page processes and makes one call: caged open|socket|connect|fork|exec|executable-memory|nothing, or that of
 * Apache's helper first: caged doors unix|inet. The page's own door: caged alarm real|virtual|again|another-filter|blocked. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "../../portal/cage/cage.h"

/* What a page does when its connection comes; then it wants to live longer. */
static void outlive(const char *how)
{
	const struct itimerval life = { .it_value.tv_sec = 10 }, none = { .it_value.tv_sec = 0 };
	sigset_t all;

	if (setitimer(ITIMER_REAL, &life, NULL) != 0 || lbr_cage_keep_alarm(NULL) != LBR_OK)
		_exit(3);
	sigfillset(&all);
	if (strcmp(how, "again") == 0)
		(void)setitimer(ITIMER_REAL, &none, NULL);
	else if (strcmp(how, "another-filter") == 0)
		(void)prctl(PR_SET_SECCOMP, 0, NULL, 0, 0);
	else
		(void)sigprocmask(SIG_BLOCK, &all, NULL);
}

int main(int argc, char **argv)
{
	const char *door = argc == 3 ? argv[1] : "";
	const struct itimerval life = { .it_value.tv_sec = 10 };
	const char *call = argc >= 2 ? argv[argc - 1] : "";
	struct sockaddr address = { .sa_family = AF_UNIX };
	char *const none[] = { NULL };

	if (lbr_cage(strcmp(door, "doors") == 0 ? LBR_CAGE_CONNECTS : strcmp(door, "alarm") == 0 ? LBR_CAGE_ALARM : 0, NULL) != LBR_OK)
		return 2;
	if (strcmp(call, "open") == 0)
		(void)open("/dev/null", O_RDONLY);
	else if (strcmp(call, "socket") == 0)
		(void)socket(AF_UNIX, SOCK_STREAM, 0);
	else if (strcmp(call, "inet") == 0)
		(void)socket(AF_INET, SOCK_STREAM, 0);
	else if (strcmp(call, "unix") == 0)
		return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 && connect(-1, &address, sizeof(address)) != 0 ? 0 : 1;
	else if (strcmp(call, "real") == 0)
		return setitimer(ITIMER_REAL, &life, NULL) == 0 ? 0 : 1;
	else if (strcmp(call, "virtual") == 0)
		(void)setitimer(ITIMER_VIRTUAL, &life, NULL);
	else if (strcmp(call, "again") == 0 || strcmp(call, "another-filter") == 0 || strcmp(call, "blocked") == 0)
		outlive(call);
	else if (strcmp(call, "connect") == 0)
		(void)connect(0, &address, sizeof(address));
	else if (strcmp(call, "fork") == 0)
		(void)syscall(SYS_clone, 17, 0, 0, 0, 0);
	else if (strcmp(call, "exec") == 0)
		(void)execve("/bin/true", none, none);
	else if (strcmp(call, "executable-memory") == 0)
		(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else
		return strcmp(call, "nothing") == 0 ? 0 : 2;
	return 1;
}
