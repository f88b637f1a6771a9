#include "installed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_on_path(const char *program)
{
	const char *at = getenv("PATH"), *end;
	char path[4096];

	for (; at != NULL && *at != '\0'; at = *end == ':' ? end + 1 : end) {
		end = strchrnul(at, ':');
		snprintf(path, sizeof(path), "%.*s/%s", (int)(end - at), at, program);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

bool installed_for(const char *test, const char *program, const char *package)
{
	bool installed = is_on_path(program);

	if (!installed)
		printf("skipped  %s: %s is not installed\n", test, package);
	return installed;
}
