/* Of which release a file is: read from its note, never by running it. */
#include "pam_stack.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/release.h>

#define PROGRAM_FILE_MOST 67108864 /* bytes; the programs are far smaller */

static bool find_note(const void *file, size_t len, char ret[LBR_RELEASE_MAX])
{
	static const struct lbr_release_note wanted = { sizeof(LBR_RELEASE_NOTE_NAME), LBR_RELEASE_MAX, LBR_RELEASE_NOTE_TYPE,
		                                        LBR_RELEASE_NOTE_NAME, "" };
	const size_t head = offsetof(struct lbr_release_note, text);
	const char *at = memmem(file, len, &wanted, head);

	if (at == NULL || len - (size_t)(at - (const char *)file) < sizeof(wanted))
		return false;
	snprintf(ret, LBR_RELEASE_MAX, "%.*s", LBR_RELEASE_MAX - 1, at + head);
	return true;
}

static bool read_release(const char *path, char ret[LBR_RELEASE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool found = false;
	struct stat st;
	void *file;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= PROGRAM_FILE_MOST) {
		file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (file != MAP_FAILED) {
			found = find_note(file, (size_t)st.st_size, ret);
			munmap(file, (size_t)st.st_size);
		}
	}
	close(fd);
	return found;
}

void cli_release_judge(const char *path, struct findings *to)
{
	char found[LBR_RELEASE_MAX] = "?";

	if (access(path, F_OK) == 0 && (!read_release(path, found) || strcmp(found, LBR_VERSION) != 0))
		cli_finding_add(to, FINDING_WARNING, "release", path, 0, "", TEXT_DOCTOR_OTHER_RELEASE, found,
		                LBR_VERSION, NULL);
}
