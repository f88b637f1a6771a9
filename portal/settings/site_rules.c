/* What a site's values must be besides text. */
#include "site_rules.h"

#include <stddef.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* A label of a host's name: no '-' at its begin or end. */
static bool is_label(const char *label, size_t len)
{
	return len >= 1 && len <= 63 && strspn(label, LOWER DIGITS "-") >= len && label[0] != '-' && label[len - 1] != '-';
}

static bool is_port(const char *port)
{
	size_t len = strspn(port, DIGITS), at;
	unsigned number = 0;

	if (len < 1 || len > 5 || port[len] != '\0' || port[0] == '0')
		return false;
	for (at = 0; at < len; at++)
		number = number * 10 + (unsigned)(port[at] - '0');
	return number <= 65535 && number != 443;
}

bool lbr_origin_is_sound(const char *origin)
{
	const char *at = origin + strlen("https://");
	bool more = true;

	if (strncmp(origin, "https://", strlen("https://")) != 0)
		return false;
	while (more) {
		size_t len = strcspn(at, ".:");

		if (!is_label(at, len))
			return false;
		at += len;
		more = *at == '.';
		at += more;
	}
	return *at == '\0' || is_port(at + 1);
}

const char *lbr_origin_host(const char *origin)
{
	return origin + strlen("https://");
}

bool lbr_origins_share_cookies(const char *origin, const char *other)
{
	const char *one = lbr_origin_host(origin), *two = lbr_origin_host(other);
	size_t len = strcspn(one, ":");

	return len == strcspn(two, ":") && memcmp(one, two, len) == 0;
}

bool lbr_base_is_sound(const char *base)
{
	return strspn(base, LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "-_./") == strlen(base) && strstr(base, "..") == NULL &&
	       strstr(base, "/.") == NULL && base[0] == '/' && base[1] != '\0' && base[strlen(base) - 1] != '/';
}

bool lbr_cookie_names_are_sound(const char *names)
{
	bool more = true;

	while (more) {
		size_t len = strspn(names, LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "!#$%&'*+-.^_`|~");

		if (len == 0 || strncmp(names, "__Host-liberations", strlen("__Host-liberations")) == 0)
			return false;
		names += len;
		more = *names == ' ';
		names += more;
	}
	return *names == '\0';
}
