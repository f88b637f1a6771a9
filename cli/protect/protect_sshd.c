/* sshd's own file: it must ask by keyboard-interactive, and by nothing else that takes a password. */
#include "protect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "doctor.h"
#include "reason.h"
#include "sshd_ask.h"
#include "sshd_match.h"
#include "sshd_rehearse.h"
#include "write_all.h"

#define DROP_IN_HOME "/etc/ssh/sshd_config.d"
#define DROP_IN_NAME "10-liberations.conf"

/* packaging/examples/sshd_config, without its comments. */
static const char drop_in[] =
	"# Written by liberations protect; unprotect removes it. sshd_config(5): the first value wins.\n"
	"UsePAM yes\n"
	"KbdInteractiveAuthentication yes\n"
	"PasswordAuthentication no\n"
	"LoginGraceTime 300\n";

const char *cli_sshd_drop_in_text(void)
{
	return drop_in;
}

/* 1: the same text, 0: another one, -1: there is none. */
static int is_there(void)
{
	char text[sizeof(drop_in) + 1] = "";
	int fd = open(DROP_IN, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return errno == ENOENT ? -1 : 0;
	got = read(fd, text, sizeof(text));
	close(fd);
	return got == (ssize_t)strlen(drop_in) && memcmp(text, drop_in, strlen(drop_in)) == 0;
}

/* What doctor(8) would complain of; says it on standard error if `say`. */
static unsigned count_faults(const struct job *job, const char *rehearsal, bool say)
{
	struct doctor doctor = { .cli = job->cli, .found = { .language = job->cli->language }, .sshd_rehearsal = rehearsal,
		                 .sshd_lines = say };
	unsigned at, count = 0;
	char line[16];

	cli_doctor_sshd(&doctor);
	for (at = 0; at < doctor.found.count; at++) {
		const struct doctor_finding *one = doctor.found.list[at];

		if (one->level != FINDING_CRITICAL && one->level != FINDING_WARNING)
			continue;
		count++;
		snprintf(line, sizeof(line), "%u", one->line);
		if (say && one->line > 0)
			(void)cli_fail(job->cli, CLI_NO, TEXT_PROTECT_SSHD_LINE, one->where, line, one->text, NULL);
		else if (say)
			(void)cli_fail(job->cli, CLI_NO, TEXT_NAMED, one->where, one->text, NULL);
	}
	cli_findings_free(&doctor.found);
	return count;
}

enum cli_status cli_sshd_judge(const struct job *job)
{
	struct sshd_rehearsal rehearsal = { .config = "" };
	unsigned faults;

	if (access(SSHD, X_OK) != 0)
		return CLI_DONE;
	if (job->drop_in && !cli_sshd_reads(DROP_IN))
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_NOT_READ, DROP_IN_HOME, NULL);
	if (job->drop_in && !cli_sshd_rehearse(DROP_IN, drop_in, &rehearsal)) {
		cli_sshd_rehearsed(&rehearsal);
		return cli_fail(job->cli, CLI_FAULT, TEXT_NAMED, rehearsal.home, cli_errno(job->cli->language, errno), NULL);
	}
	faults = count_faults(job, job->drop_in ? rehearsal.config : NULL, true);
	if (job->drop_in)
		cli_sshd_rehearsed(&rehearsal);
	if (faults == 0 || cli_has(job->cli, CLI_FORCE))
		return CLI_DONE;
	return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_SSHD, NULL);
}

bool cli_sshd_needs_file(const struct job *job)
{
	return access(SSHD, X_OK) == 0 && is_there() < 0 && count_faults(job, NULL, false) > 0;
}

/* sshd never meets half a file. */
static bool write_drop_in(void)
{
	static const char new[] = "." DROP_IN_NAME ".new"; /* no name that sshd includes */
	int directory, fd = -1, error;
	bool good = false;

	if (mkdir(DROP_IN_HOME, 0755) != 0 && errno != EEXIST)
		return false;
	directory = open(DROP_IN_HOME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0)
		return false;
	(void)unlinkat(directory, new, 0);
	fd = openat(directory, new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0) {
		good = cli_write_all(fd, drop_in, strlen(drop_in)) && fchmod(fd, 0644) == 0 && fsync(fd) == 0 &&
		       renameat2(directory, new, directory, DROP_IN_NAME, RENAME_NOREPLACE) == 0 && fsync(directory) == 0;
		error = errno;
		close(fd);
		if (!good)
			(void)unlinkat(directory, new, 0);
		errno = error;
	}
	close(directory);
	return good;
}

/* `there`: else it is made sure that it stays away, which a file system that takes no more changes confirms too. */
static bool remove_drop_in(bool there)
{
	int directory = open(DROP_IN_HOME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool good = directory >= 0 && (!there || unlinkat(directory, DROP_IN_NAME, 0) == 0) && fsync(directory) == 0;

	if (directory >= 0)
		close(directory);
	return good || (!there && directory < 0 && errno == ENOENT);
}

/* A file that somebody wrote into since is that person's. */
enum cli_status cli_sshd_take_back(const struct job *job, int kept)
{
	int there = is_there();

	if (there == 0)
		(void)cli_fail(job->cli, CLI_NO, TEXT_UNPROTECT_DROP_IN, DROP_IN, NULL);
	else if (!remove_drop_in(there > 0))
		return cli_place_fail(job->cli, DROP_IN, errno);
	(void)cli_kept_drop(kept, job->service, "drop-in");
	return CLI_DONE;
}

/* One that is there by now is somebody's, or another run's, and stays. */
enum cli_status cli_sshd_put(const struct job *job, int kept, bool *ret_left)
{
	enum cli_status status = CLI_DONE;

	*ret_left = false;
	if (is_there() >= 0)
		return cli_fail(job->cli, CLI_NO, TEXT_PROTECT_EDITED, DROP_IN, NULL);
	if (!cli_kept_put(kept, job->service, "drop-in", "", 0) || !write_drop_in())
		status = cli_place_fail(job->cli, DROP_IN, errno);
	else if (count_faults(job, NULL, true) > 0 && !cli_has(job->cli, CLI_FORCE))
		status = cli_fail(job->cli, CLI_NO, TEXT_PROTECT_SSHD, NULL);
	if (status != CLI_DONE)
		*ret_left = cli_sshd_take_back(job, kept) != CLI_DONE;
	return status;
}
