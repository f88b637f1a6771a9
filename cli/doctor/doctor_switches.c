/* Services that `protect --for` should have taken back, and could not. */
#include "doctor.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "switch_end.h"

static int is_switch(const struct dirent *entry)
{
	char service[SWITCH_SERVICE_MAX];

	return cli_switch_end_is_of(entry->d_name, service);
}

static bool is_overdue(const char *home, const char *name, struct switch_end *ret)
{
	char path[FINDING_PATH * 2], text[SWITCH_LINE_MAX] = "";
	struct switch_clock clock;
	int fd;

	snprintf(path, sizeof(path), "%s/%.255s", home, name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) < 0)
			text[0] = '\0';
		close(fd);
	}
	cli_switch_clock(&clock);
	cli_switch_end_read(&clock, text, ret);
	return ret->overdue;
}

void cli_doctor_switches(struct doctor *on)
{
	char home[FINDING_PATH] = LBR_DEFAULT_CONFIG, service[SWITCH_SERVICE_MAX], when[CLI_TIME_MAX];
	struct dirent **entries = NULL;
	struct switch_end end;
	int count, at;

	snprintf(strrchr(home, '/'), sizeof("/" SWITCH_ROOM), "/" SWITCH_ROOM);
	count = scandir(home, &entries, is_switch, alphasort);
	for (at = 0; at < count; at++) {
		if (cli_switch_end_is_of(entries[at]->d_name, service) && is_overdue(home, entries[at]->d_name, &end))
			cli_finding_add(&on->found, FINDING_WARNING, "protect", service, 0, "sudo liberations protect --expire-due",
			                TEXT_DOCTOR_SWITCH, cli_time_local(end.until_s, when), NULL);
		free(entries[at]);
	}
	free(entries);
}
