/* Lines of a syslog file, as rsyslog and its like write them. */
#include <stdio.h>
#include <string.h>

#include "log_line.h"

/* Local time, with whatever of the broken-down time strptime(3) set. */
static bool to_seconds(struct tm *parts, int64_t *ret_s)
{
	time_t found;

	parts->tm_isdst = -1;
	found = mktime(parts);
	*ret_s = found;
	return found != (time_t)-1;
}

/* "Nov 29 07:25:35 ". */
static const char *read_yearless(const char *line, int64_t now_s, int64_t *ret_s)
{
	time_t now = (time_t)now_s;
	struct tm today, parts = { .tm_mday = 0 };
	const char *behind;
	int back;

	if (localtime_r(&now, &today) == NULL)
		return NULL;
	behind = strptime(line, "%b %e %H:%M:%S ", &parts);
	if (behind == NULL)
		return NULL;
	for (back = 0; back < 2; back++) {
		struct tm dated = parts;

		dated.tm_year = today.tm_year - back;
		if (!to_seconds(&dated, ret_s))
			return NULL;
		if (*ret_s <= now_s + 60)
			break;
	}
	return behind;
}

/* "Z", or "-05:00". */
static const char *read_zone(const char *at, long *ret_s)
{
	int hours, minutes;

	*ret_s = 0;
	if (*at == 'Z')
		return at + 1;
	if ((*at != '+' && *at != '-') || sscanf(at + 1, "%2d:%2d", &hours, &minutes) != 2 || strlen(at) < 6)
		return NULL;
	*ret_s = (*at == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
	return at + 6;
}

/* "2026-11-29T07:25:35.123456-05:00 ". */
static const char *read_dated(const char *line, int64_t *ret_s)
{
	struct tm parts = { .tm_mday = 0 };
	const char *at = strptime(line, "%Y-%m-%dT%H:%M:%S", &parts);
	long east_s;

	if (at != NULL && *at == '.')
		at += 1 + strspn(at + 1, "0123456789");
	if (at != NULL)
		at = read_zone(at, &east_s);
	if (at == NULL || *at != ' ')
		return NULL;
	*ret_s = timegm(&parts) - east_s;
	return at + 1;
}

bool cli_log_file_line_read(char *line, int64_t now_s, int64_t *ret_time_s, const char **ret_tag, const char **ret_message)
{
	const char *behind = read_dated(line, ret_time_s);
	char *at, *end;

	if (behind == NULL)
		behind = read_yearless(line, now_s, ret_time_s);
	if (behind == NULL)
		return false;
	at = line + (behind - line);
	at += strcspn(at, " "); /* the host */
	if (*at != ' ')
		return false;
	*ret_tag = ++at;
	end = at + strcspn(at, "[ :");
	if (*end != '[')
		return false;
	*end++ = '\0';
	end += strspn(end, "0123456789");
	if (strncmp(end, "]: ", 3) != 0)
		return false;
	*ret_message = end + 3;
	return true;
}

bool cli_log_date_read(const char *text, int64_t *ret_s)
{
	static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M" };
	size_t at;

	for (at = 0; at < sizeof(forms) / sizeof(forms[0]); at++) {
		struct tm parts = { .tm_mday = 0 };
		const char *behind = strptime(text, forms[at], &parts);

		if (behind != NULL && *behind == '\0')
			return to_seconds(&parts, ret_s);
	}
	return false;
}
