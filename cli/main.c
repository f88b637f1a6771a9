/* The `liberations` command: finds the verb, runs it, and checks that its output was written. */
#include "cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <liberations/hash_memory.h>
#include <liberations/password.h>

#include "complete.h"
#include "desk_log.h"
#include "json.h"
#include "mistyped.h"
#include "on_behalf.h"
#include "reason.h"
#include "strangers.h"

/* Standard output's own buffer, so that what passed through it can be wiped. */
static char out_buffer[4096];

/* The next file opened would take a closed standard descriptor, and messages would be written into that file. */
static bool prepare_process(void)
{
	const struct rlimit no_core = { 0, 0 };
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return false;
	} while (fd <= STDERR_FILENO && fcntl(fd, F_SETFD, 0) == 0);
	close(fd);
	if (setrlimit(RLIMIT_CORE, &no_core) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return false;
	cli_json_prepare();
	/* If the parent process ignored SIGCHLD, the kernel would reap the children before the command could ask how they
	 * ended. */
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR)
		return false;
	/* A reader that has gone away is an error to report, not a signal that kills the command between two writes. */
	return signal(SIGPIPE, SIG_IGN) != SIG_ERR && setvbuf(stdout, out_buffer, _IOFBF, sizeof(out_buffer)) == 0;
}

/* A monitor reads standard output alone, and takes the exit status of wrong usage for an alarm. */
static enum cli_status refuse(const struct cli *cli, enum cli_status status)
{
	if (cli->verb->run != cli_monitor && cli->verb->run != cli_doctor)
		return status;
	printf("LIBERATIONS UNKNOWN: %s\n", cli_text(TEXT_STATUS_USAGE, cli->language));
	return CLI_FAULT;
}

static enum cli_status run_verb(struct cli *cli, int count, char **words)
{
	enum cli_status status;

	cli->verb = cli_verb_find(words[0]);
	if (cli->verb == NULL)
		return cli_mistyped_verb(cli, words[0]);
	status = cli_options_read(cli, count - 1, words + 1);
	if (status != CLI_DONE)
		return refuse(cli, status);
	if (cli_has(cli, CLI_HELP)) {
		cli_help_verb(cli, cli->verb);
		return CLI_DONE;
	}
	cli_desk_log_begin(cli);
	status = cli_on_behalf_judge(cli);
	status = status == CLI_DONE ? cli->verb->run(cli) : refuse(cli, status);
	cli_desk_log_end(cli, status);
	if (status == CLI_DONE)
		cli_strangers_tell(cli);
	return status;
}

static enum cli_status help_on(struct cli *cli, const char *name)
{
	const struct verb *verb = cli_verb_find(name);

	if (verb == NULL)
		return cli_mistyped_verb(cli, name);
	cli_help_verb(cli, verb);
	return CLI_DONE;
}

static enum cli_status dispatch(struct cli *cli, int count, char **words)
{
	if (count < 1)
		return cli_fail(cli, CLI_USAGE, TEXT_VERB_MISSING, NULL);
	if (strcmp(words[0], "--version") == 0 && count == 1) {
		puts("liberations " LBR_VERSION);
		return CLI_DONE;
	}
	if (strcmp(words[0], "complete") == 0 && count == 1)
		return cli_complete(cli);
	if (strcmp(words[0], "help") == 0 && count == 2)
		return help_on(cli, words[1]);
	if ((strcmp(words[0], "help") == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0) &&
	    count == 1) {
		cli_help_all(cli);
		return CLI_DONE;
	}
	return run_verb(cli, count, words);
}

/* Lost output means no answer: a full disk or a closed pipe turns any result into a failure. */
static enum cli_status finish_output(const struct cli *cli, enum cli_status status)
{
	const char *cause = "";

	if (!cli_flush() || cli_json_lost()) {
		if (cli_output_errno() != 0)
			cause = cli_errno(cli->language, cli_output_errno());
		status = cli_fail(cli, CLI_FAULT, TEXT_OUTPUT, cause, NULL);
	}
	lbr_wipe(out_buffer, sizeof(out_buffer));
	return status;
}

int main(int argc, char **argv)
{
	struct cli cli = {
		.language = lbr_language_of_environment(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")),
		.config = LBR_DEFAULT_CONFIG,
	};

	lbr_password_use_memory(lbr_hash_memory_begin, lbr_hash_memory_end);
	if (!prepare_process())
		return CLI_FAULT;
	return finish_output(&cli, dispatch(&cli, argc > 0 ? argc - 1 : 0, argv + (argc > 0)));
}
