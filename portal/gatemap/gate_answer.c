/* The gate's answer. */
#include "gate_answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The value of the one field of this name, in a head without a NUL; NULL: there is none, or there are two. */
static const char *field_of(const char *head, const char *name, size_t *ret_len)
{
	const char *line = strstr(head, "\r\n"), *found = NULL;
	size_t name_len = strlen(name), met = 0;

	for (; line != NULL && line[2] != '\0' && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, name_len) != 0 || line[2 + name_len] != ':')
			continue;
		met++;
		found = line + 2 + name_len + 1;
		found += strspn(found, " ");
		*ret_len = strcspn(found, "\r");
	}
	return met == 1 ? found : NULL;
}

static bool copy_head(const char *head, size_t len, char ret[LBR_GATE_ANSWER_MAX])
{
	if (len >= LBR_GATE_ANSWER_MAX || memchr(head, '\0', len) != NULL)
		return false;
	memcpy(ret, head, len);
	ret[len] = '\0';
	return true;
}

static bool is_value(const char *value, size_t len, const char *wanted)
{
	return value != NULL && len == strlen(wanted) && strncasecmp(value, wanted, len) == 0;
}

static bool is_name(const char *name, size_t len)
{
	size_t at;

	for (at = 0; at < len; at++)
		if (name[at] <= ' ' || name[at] > '~')
			return false;
	return len > 0;
}

void lbr_gate_answer_read(const char *head, size_t len, char ret_name[LBR_GATE_NAME_MAX])
{
	static const char yes[] = "HTTP/1.1 200 ";
	char own[LBR_GATE_ANSWER_MAX];
	const char *name, *body;
	size_t name_len = 0, body_len = 0;

	ret_name[0] = '\0';
	if (!copy_head(head, len, own) || strncmp(own, yes, sizeof(yes) - 1) != 0)
		return;
	body = field_of(own, "Content-Length", &body_len);
	name = field_of(own, "Remote-User", &name_len);
	/* Room for the two more bytes of a letter that is encoded. */
	if (!is_value(body, body_len, "0") || name == NULL || name_len > LBR_GATE_NAME_MAX - 3 || !is_name(name, name_len))
		return;
	if (is_value(name, name_len, "null")) {
		(void)snprintf(ret_name, LBR_GATE_NAME_MAX, "%%%02X%.3s", (unsigned)(unsigned char)name[0], name + 1);
		return;
	}
	memcpy(ret_name, name, name_len);
	ret_name[name_len] = '\0';
}

bool lbr_gate_answer_is_no(const char *head, size_t len)
{
	static const char no[] = "HTTP/1.1 401 ";
	char own[LBR_GATE_ANSWER_MAX];
	const char *body;
	size_t body_len = 0;

	if (!copy_head(head, len, own) || strncmp(own, no, sizeof(no) - 1) != 0)
		return false;
	body = field_of(own, "Content-Length", &body_len);
	return is_value(body, body_len, "0");
}

bool lbr_gate_answer_keeps(const char *head, size_t len)
{
	char own[LBR_GATE_ANSWER_MAX];
	const char *value;
	size_t value_len = 0;

	if (!copy_head(head, len, own))
		return false;
	value = field_of(own, "Content-Length", &value_len);
	if (!is_value(value, value_len, "0"))
		return false;
	value = field_of(own, "Connection", &value_len);
	return strncmp(own, "HTTP/1.1 ", 9) == 0 && !is_value(value, value_len, "close");
}
