#include "spare.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/agent_start.h>
#include <liberations/descriptor.h>
#include <liberations/same_file.h>

#define NAME_AT_WORK "lbr-agent" /* so that ps(1) tells it from one that waits */

static bool is_scope(unsigned char word)
{
	return word == LBR_SCOPE_OWN || word == LBR_SCOPE_ANY || word == LBR_SCOPE_OWN_QUIET;
}

bool lbr_spare_wait(struct lbr_agent_arguments *arguments)
{
	unsigned char scope = 0;
	int fd;

	if (lbr_take_descriptor(arguments->fd, &scope, sizeof(scope), &fd) != 1 || fd <= 0 || !is_scope(scope) ||
	    dup3(fd, arguments->fd, O_CLOEXEC) < 0)
		return false;
	close(fd);
	arguments->scope = (enum lbr_scope)scope;
	(void)prctl(PR_SET_NAME, NAME_AT_WORK, 0, 0, 0);
	return true;
}

static void let_go(struct lbr_spare *spare)
{
	close(spare->control);
	*spare = (struct lbr_spare){.pid = 0};
}

void lbr_spare_keep(struct lbr_spare *spare, const char *program, const char *config)
{
	const char *argv[] = {"liberations-agent", "--spare", "--fd", "3", "--config", config, NULL};
	int pair[2];

	if (spare->pid != 0 || stat(program, &spare->program) != 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return;
	spare->control = pair[0];
	if (lbr_agent_start(program, argv, pair[1], &spare->pid) != 0) {
		spare->pid = 0;
		close(pair[0]);
	}
	close(pair[1]);
}

static bool hand_over(int control, int fd, enum lbr_scope scope)
{
	unsigned char word = (unsigned char)scope;

	return lbr_hand_descriptor(control, &word, sizeof(word), fd);
}

bool lbr_spare_give(struct lbr_spare *spare, const char *program, int fd, enum lbr_scope scope, pid_t *ret_pid)
{
	struct stat now;
	bool given;

	if (spare->pid == 0)
		return false;
	given = stat(program, &now) == 0 && lbr_same_file(&now, &spare->program) && hand_over(spare->control, fd, scope);
	*ret_pid = spare->pid;
	let_go(spare);
	return given;
}

/* It has been given nothing: at any moment it can be killed. */
void lbr_spare_end(struct lbr_spare *spare)
{
	if (spare->pid == 0)
		return;
	(void)kill(spare->pid, SIGKILL);
	let_go(spare);
}

bool lbr_spare_ended(struct lbr_spare *spare, pid_t pid)
{
	if (pid != spare->pid)
		return false;
	let_go(spare);
	return true;
}
