#include "systemd.h"

#include <stdio.h>
#include <unistd.h>

#include "child.h"

#define UNIT_MAX 160

bool cli_systemd_runs(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

bool cli_systemctl(const char *verb, const char *unit, const char *another)
{
	char program[] = "/usr/bin/systemctl", quiet[] = "--quiet", word[16], first[UNIT_MAX], second[UNIT_MAX];
	char *const words[] = { program, quiet, word, first, another != NULL ? second : NULL, NULL };

	snprintf(word, sizeof(word), "%s", verb);
	snprintf(first, sizeof(first), "%s", unit);
	snprintf(second, sizeof(second), "%s", another != NULL ? another : "");
	return cli_systemd_runs() && access(program, X_OK) == 0 && cli_child_run(words);
}
