/* The command line. Parsing is strict, because only programs start the agent. */
#include "arguments.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VERIFY_SOCKET "/run/liberations/verify.sock"

/* A long may be as narrow as an int, which does not hold every uid. */
static bool read_number(const char *text, long long min, long long max, long long *ret)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	*ret = strtoll(text, &end, 10);
	return *end == '\0' && *ret >= min && *ret <= max;
}

static const struct { const char *name; enum lbr_scope scope; } scopes[] = {
	{"own", LBR_SCOPE_OWN}, {"any", LBR_SCOPE_ANY}, {"own-quiet", LBR_SCOPE_OWN_QUIET},
};

const char *lbr_scope_name(enum lbr_scope scope)
{
	size_t i;

	for (i = 1; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (scopes[i].scope == scope)
			return scopes[i].name;
	return scopes[0].name;
}

static bool read_scope(const char *text, enum lbr_scope *ret)
{
	size_t i;

	for (i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (strcmp(text, scopes[i].name) == 0) {
			*ret = scopes[i].scope;
			return true;
		}
	return false;
}

static bool read_pair(const char *word, const char *value, struct lbr_agent_arguments *arguments)
{
	long long number = 0;
	bool good = true;

	if (strcmp(word, "--config") == 0) {
		arguments->config = value;
	} else if (strcmp(word, "--fd") == 0) {
		good = read_number(value, 3, 65535, &number);
		arguments->fd = (int)number;
	} else if (strcmp(word, "--peer") == 0) {
		good = read_scope(value, &arguments->scope);
		arguments->of_listener = true;
	} else if (strcmp(word, "--for-uid") == 0) {
		good = read_number(value, 0, UINT32_MAX - 1, &number);
		arguments->starter = (uid_t)number;
	} else if (strcmp(word, "--agent-socket") == 0) {
		arguments->agent_socket = value;
	} else if (strcmp(word, "--verify-socket") == 0) {
		arguments->verify_socket = value;
	} else if (strcmp(word, "--idle") == 0) {
		good = read_number(value, 1, INT_MAX / 1000, &number);
		arguments->idle_s = (unsigned)number;
	} else {
		good = false;
	}
	return good;
}

bool lbr_agent_arguments_read(int argc, char **argv, struct lbr_agent_arguments *arguments)
{
	int i = 1;

	*arguments = (struct lbr_agent_arguments){
		.fd = -1,
		.scope = LBR_SCOPE_OWN,
		.idle_s = LBR_IDLE_S,
		.config = LBR_DEFAULT_CONFIG,
		.agent_socket = LBR_DEFAULT_SOCKET,
		.verify_socket = VERIFY_SOCKET,
	};
	while (i < argc) {
		if (strcmp(argv[i], "--listen") == 0) {
			arguments->listen = true;
			i++;
		} else if (strcmp(argv[i], "--spare") == 0) {
			arguments->spare = true;
			arguments->of_listener = true;
			i++;
		} else if (i + 1 < argc && read_pair(argv[i], argv[i + 1], arguments)) {
			i += 2;
		} else {
			return false;
		}
	}
	return arguments->listen != (arguments->fd >= 0) && !(arguments->listen && arguments->spare);
}
