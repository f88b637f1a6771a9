#include "agents.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int agents_of(const char *config, pid_t *pids, int max)
{
	char path[300], command[512];
	struct dirent *entry;
	int count = 0, fd;
	ssize_t len;
	DIR *dir = opendir("/proc");

	while (dir != NULL && (entry = readdir(dir)) != NULL && count < max) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		len = fd < 0 ? -1 : read(fd, command, sizeof(command) - 1);
		if (fd >= 0)
			close(fd);
		if (len <= 0 || memmem(command, (size_t)len, config, strlen(config) + 1) == NULL ||
		    strcmp(command, "liberations-agent") != 0)
			continue;
		pids[count++] = (pid_t)strtol(entry->d_name, NULL, 10);
	}
	if (dir != NULL)
		closedir(dir);
	return count;
}
