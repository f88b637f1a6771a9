#include "terminal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The first that is set counts, as for setlocale(3). */
static const char *find_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value;
	size_t at;

	for (at = 0; at < sizeof(names) / sizeof(names[0]); at++) {
		value = getenv(names[at]);
		if (value != NULL && value[0] != '\0')
			return value;
	}
	return NULL;
}

bool cli_terminal_is_utf8(void)
{
	const char *at = find_locale();

	if (at == NULL)
		return true;
	for (; *at != '\0'; at++)
		if (strncasecmp(at, "utf-8", 5) == 0 || strncasecmp(at, "utf8", 4) == 0)
			return true;
	return false;
}

bool cli_terminal_has_256_colours(void)
{
	const char *term = getenv("TERM"), *more = getenv("COLORTERM");

	return (term != NULL && strstr(term, "256color") != NULL) || (more != NULL && more[0] != '\0');
}

unsigned cli_terminal_columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
