/* What the module is, before it does anything. */
#include "stage.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The output of a program, found by PATH. */
static void run(const char *const *words, char *text, size_t size)
{
	int ends[2], status;
	size_t used = 0;
	ssize_t got;
	pid_t pid;

	expect(pipe2(ends, O_CLOEXEC) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execvp(words[0], (char *const *)(uintptr_t)words);
		_exit(127);
	}
	close(ends[1]);
	while (used + 1 < size && (got = read(ends[0], text + used, size - used - 1)) > 0)
		used += (size_t)got;
	text[used] = '\0';
	close(ends[0]);
	expect(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "%s died", words[0]);
	if (WEXITSTATUS(status) == 127)
		proof_skip("binutils are not installed");
}

static bool is_sanitized(void)
{
#ifdef __SANITIZE_ADDRESS__
	return true;
#else
	return false;
#endif
}

static void exports(void)
{
	static const char *const entries[] = {"pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt", "pam_sm_open_session",
	                                      "pam_sm_close_session", "pam_sm_chauthtok"};
	char module[300], text[16384], *line, *rest = NULL;
	const char *words[] = {"nm", "-D", "--defined-only", "-f", "posix", module, NULL};
	size_t i;
	int count = 0;

	snprintf(module, sizeof(module), "%s/pam_liberations.so", stage_build);
	run(words, text, sizeof(text));
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		expect(strstr(text, entries[i]) != NULL, "%s is missing", entries[i]);
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		count += strncmp(line, "pam_sm_", 7) == 0 ? 1 : is_sanitized() ? 0 : 100;
	expect(count == 6, "more than the six:\n%s", text);
}

static void needed(void)
{
	char module[300], text[16384], *line, *rest = NULL;
	const char *words[] = {"readelf", "-d", module, NULL};

	if (is_sanitized())
		proof_skip("the sanitizers' libraries are there too");
	snprintf(module, sizeof(module), "%s/pam_liberations.so", stage_build);
	run(words, text, sizeof(text));
	expect(strstr(text, "[libpam.so.0]") != NULL, "no libpam:\n%s", text);
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (strstr(line, "(NEEDED)") == NULL)
			continue;
		expect(strstr(line, "[libpam.so.0]") != NULL || strstr(line, "[libc.so.6]") != NULL, "%s", line);
	}
}

/* What is loaded, that is: a debugger's part of the file costs no host anything. */
static void size(void)
{
	char module[300], text[4096];
	const char *words[] = {"size", "-B", module, NULL};
	unsigned long total = 0;
	const char *numbers;

	if (is_sanitized())
		proof_skip("sanitizers make it larger");
	snprintf(module, sizeof(module), "%s/pam_liberations.so", stage_build);
	run(words, text, sizeof(text));
	numbers = strchr(text, '\n');
	expect(numbers != NULL && sscanf(numbers, "%*u %*u %*u %lu", &total) == 1, "size says %s", text);
	expect(total > 0 && total < 65536, "%lu bytes", total);
}

static int files_searched;

static int search_file(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	char line[1024];
	FILE *file;

	(void)info;
	(void)walk;
	if (kind != FTW_F)
		return 0;
	file = fopen(path, "re");
	expect(file != NULL, "%s", path);
	while (fgets(line, sizeof(line), file) != NULL)
		expect(strstr(line, "PAM_" "IGNORE") == NULL, "%s: %s", path, line);
	fclose(file);
	files_searched++;
	return 0;
}

static void never_ignored(void)
{
	static const char *const rooms[] = {"pam_liberations", "agent", "lib", "cli", "include/liberations"};
	size_t i;

	if (access("Makefile", R_OK) != 0)
		proof_skip("not in the checkout");
	for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		files_searched = 0;
		expect(nftw(rooms[i], search_file, 16, FTW_PHYS) == 0 && files_searched > 5, "%s: %d files", rooms[i], files_searched);
	}
}

const struct proof shape_proofs[] = {
	{"sec_1_17_exports_the_six", exports},
	{"sec_1_17_needs_libpam_and_libc", needed},
	{"sec_1_17_under_64_KiB", size},
	{"sec_1_02_never_says_ignore", never_ignored},
	{NULL, NULL},
};
