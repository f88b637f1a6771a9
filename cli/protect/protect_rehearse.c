/* The new file is read by `doctor` and by libpam itself before it is in force: in a directory of its own, where every other
 * service is a link to the one in force. */
#include "protect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "pam_places.h"
#include "pam_stack.h"
#include "reason.h"
#include "write_all.h"

static bool link_all(const char *to, const char *from, const char *service)
{
	char target[PLACE_PATH], name[PLACE_PATH];
	const struct dirent *entry;
	DIR *list = opendir(from);
	bool good = true;

	if (list == NULL)
		return errno == ENOENT;
	while (good && (entry = readdir(list)) != NULL) {
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, service) == 0)
			continue;
		snprintf(target, sizeof(target), "%s/%.255s", from, entry->d_name);
		snprintf(name, sizeof(name), "%.200s/%.255s", to, entry->d_name);
		good = symlink(target, name) == 0 || errno == EEXIST;
	}
	closedir(list);
	return good;
}

static bool make(const struct job *job, char directory[PLACE_PATH])
{
	const char *const *place;
	char path[2 * PLACE_PATH];
	bool good;
	int fd;

	snprintf(directory, PLACE_PATH, "/run/liberations-protect.XXXXXX");
	if (mkdtemp(directory) == NULL)
		return false;
	snprintf(path, sizeof(path), "%s/%s", directory, job->service);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	good = fd >= 0 && cli_write_all(fd, job->plan.text, job->plan.len);
	if (fd >= 0)
		close(fd);
	for (place = cli_pam_places(); good && *place != NULL; place++)
		good = link_all(directory, *place, job->service);
	return good;
}

static void unmake(const char *directory)
{
	const struct dirent *entry;
	DIR *list = opendir(directory);

	while (list != NULL && (entry = readdir(list)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(list), entry->d_name, 0);
	if (list != NULL)
		closedir(list);
	(void)rmdir(directory);
}

/* A line of another module's that opens a way around the new lines makes them worth nothing. */
static enum cli_status judge(const struct job *job, const char *const *directories, enum cli_text text, const char *path)
{
	struct pam_stack stack = { .lines = calloc(PAM_STACK_MAX, sizeof(struct pam_line)) };
	struct findings found = { .language = job->cli->language };
	unsigned at, count = 0;

	if (stack.lines == NULL)
		return CLI_FAULT;
	if (cli_pam_stack_read(directories, job->service, &stack, &found))
		cli_pam_judge(&stack, true, &found);
	for (at = 0; at < found.count; at++)
		if (found.list[at]->level == FINDING_CRITICAL) {
			(void)cli_fail(job->cli, CLI_NO, TEXT_NAMED, job->service, found.list[at]->text, NULL);
			count++;
		}
	cli_findings_free(&found);
	free(stack.lines);
	return count == 0 ? CLI_DONE : cli_fail(job->cli, CLI_NO, text, job->service, path, NULL);
}

enum cli_status cli_protect_judge(const struct job *job, const char *path)
{
	return judge(job, cli_pam_places(), TEXT_PROTECT_WEAK, path);
}

static int answer_nothing(int count, const struct pam_message **messages, struct pam_response **ret, void *context)
{
	(void)count;
	(void)messages;
	(void)ret;
	(void)context;
	return PAM_CONV_ERR;
}

static void no_delay(int status, unsigned delay_us, void *context)
{
	(void)status;
	(void)delay_us;
	(void)context;
}

/* No question is answered, so libpam refuses. It is a fault only if the result says that a line could not be run. */
static int run_libpam(const char *service, const char *directory)
{
	const struct pam_conv conversation = { answer_nothing, NULL };
	union { void (*function)(int, unsigned, void *); const void *item; } delay = { no_delay };
	pam_handle_t *handle = NULL;
	int code = pam_start_confdir(service, "nobody", &conversation, directory, &handle);

	if (code == PAM_SUCCESS) {
		(void)pam_set_item(handle, PAM_FAIL_DELAY, delay.item);
		code = pam_authenticate(handle, PAM_SILENT);
		pam_end(handle, code);
	}
	return code == PAM_MODULE_UNKNOWN || code == PAM_OPEN_ERR || code == PAM_SYMBOL_ERR || code == PAM_SERVICE_ERR ||
	       code == PAM_SYSTEM_ERR || code == PAM_BUF_ERR || code == PAM_ABORT;
}

/* In a process of its own: other people's modules may do what they like to it. It does not outlive this command. */
static enum cli_status try_libpam(const struct job *job, const char *directory)
{
	pid_t child, parent = getpid();

	if (job->form->auth == FORM_LEAVE)
		return CLI_DONE;
	(void)cli_flush();
	child = fork();
	if (child == 0)
		_exit(cli_child_end_with(parent) ? run_libpam(job->service, directory) : 1);
	return cli_child_wait(child) == 0 ? CLI_DONE : cli_fail(job->cli, CLI_FAULT, TEXT_PROTECT_LIBPAM, job->service, NULL);
}

enum cli_status cli_protect_rehearse(const struct job *job)
{
	char directory[PLACE_PATH];
	const char *const directories[] = { directory, NULL };
	enum cli_status status;

	if (make(job, directory)) {
		status = judge(job, directories, TEXT_PROTECT_STACK, "");
		if (status == CLI_DONE)
			status = try_libpam(job, directory);
	} else {
		status = cli_fail(job->cli, CLI_FAULT, TEXT_NAMED, directory, cli_errno(job->cli->language, errno), NULL);
	}
	unmake(directory);
	return status;
}
