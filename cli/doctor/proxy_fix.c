/* The commands that repair a line. */
#include "proxy.h"

#include <stdio.h>
#include <string.h>

bool cli_proxy_is_plain(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+") == strlen(text);
}

/* An include with a pattern takes in names that somebody else chose, and root pastes the command into a shell. */
const char *cli_proxy_command(const char *command, const char *path, char ret[PROXY_FIX])
{
	static const char quote[] = "'\\''";
	size_t len = (size_t)snprintf(ret, PROXY_FIX / 2, "%s '", command);

	for (; *path != '\0' && len + sizeof(quote) < PROXY_FIX; path++) {
		if (*path != '\'') {
			ret[len++] = *path;
			continue;
		}
		memcpy(ret + len, quote, sizeof(quote) - 1);
		len += sizeof(quote) - 1;
	}
	ret[len++] = '\'';
	ret[len] = '\0';
	return ret;
}

const char *cli_proxy_edit(const char *path, unsigned line, char ret[PROXY_FIX])
{
	char command[32];

	snprintf(command, sizeof(command), "sudoedit +%u", line);
	return cli_proxy_command(command, path, ret);
}

/* sites-enabled has links: sed would put a file in their place. */
const char *cli_proxy_fix(const struct proxy_node *node, const char *script, char ret[PROXY_FIX])
{
	if (script == NULL || strchr(script, '\'') != NULL || !cli_proxy_is_plain(node->path))
		return cli_proxy_edit(node->path, node->line, ret);
	snprintf(ret, PROXY_FIX, "sudo sed -i --follow-symlinks '%u%s' %s", node->line, script, node->path);
	return ret;
}

const char *cli_proxy_fix_before(const struct proxy_node *node, const char *text, char ret[PROXY_FIX])
{
	char script[384];

	snprintf(script, sizeof(script), "s|%s|%s &|", node->text, text);
	return cli_proxy_fix(node, cli_proxy_is_plain(node->text) ? script : NULL, ret);
}

bool cli_proxy_is_local(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strncmp(address, "[::1]", 5) == 0 || strncmp(address, "localhost", 9) == 0 ||
	       strncmp(address, "unix:", 5) == 0;
}
