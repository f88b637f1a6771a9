/* The servers of store.conf. */
#include "servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/config_file.h>

#define PORT "5432"

/* One server: its host without brackets, or its socket's directory, and its port. */
static bool read_one(const char *text, size_t len, char host[256], char port[8])
{
	const char *colon = memchr(text, ':', len), *closing = memchr(text, ']', len);
	size_t host_len, port_len;

	if (len > 0 && text[0] == '[') {
		if (closing == NULL)
			return false;
		colon = closing + 1 < text + len ? closing + 1 : NULL;
		host_len = (size_t)(closing - text) - 1;
		text++;
		len--;
		if (colon != NULL && *colon != ':')
			return false;
	} else {
		host_len = colon != NULL ? (size_t)(colon - text) : len;
	}
	port_len = colon != NULL ? (size_t)(text + len - colon) - 1 : 0;
	if (host_len == 0 || host_len > 255 || port_len > 5 ||
	    (colon != NULL && (port_len == 0 || strspn(colon + 1, "0123456789") < port_len)))
		return false;
	(void)snprintf(host, 256, "%.*s", (int)host_len, text);
	(void)snprintf(port, 8, "%.*s", colon != NULL ? (int)port_len : 4, colon != NULL ? colon + 1 : PORT);
	return true;
}

static bool append(char *list, size_t size, const char *word)
{
	size_t len = strlen(list);

	return snprintf(list + len, size - len, "%s%s", len > 0 ? "," : "", word) < (int)(size - len);
}

bool lbr_servers_read(const char *text, struct lbr_servers *ret)
{
	char host[256], port[8];
	size_t len;

	*ret = (struct lbr_servers){.hosts = ""};
	while (*text != '\0') {
		text += strspn(text, " ");
		len = strcspn(text, ", ");
		if (!read_one(text, len, host, port) || !append(ret->hosts, sizeof(ret->hosts), host) ||
		    !append(ret->ports, sizeof(ret->ports), port))
			return false;
		text += len;
		text += strspn(text, " ");
		if (*text == ',')
			text++;
		else if (*text != '\0')
			return false;
	}
	return ret->hosts[0] != '\0';
}

enum lbr_error lbr_password_read(const char *path, struct lbr_secret *ret)
{
	enum lbr_error error;
	char *text;
	size_t len;

	memset(ret, 0, sizeof(*ret));
	if (path[0] == '\0')
		return LBR_OK;
	error = lbr_config_file_read(path, &text, &len, NULL, NULL);
	if (error != LBR_OK)
		return error;
	error = lbr_secret_set(ret, text, strcspn(text, "\n"));
	lbr_wipe(text, len);
	free(text);
	return error;
}
