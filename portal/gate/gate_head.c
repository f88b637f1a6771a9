/* A whole head. */
#include "gate_head.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct seen {
	unsigned hosts, cookies, lengths, pairs;
	bool     body;
};

/* "HTTP/1.1", behind the last of two blanks. */
static bool take_line(const char *line, size_t len, bool *ret_wants_host)
{
	const char *target = memchr(line, ' ', len), *version;

	if (target == NULL || target == line || *++target != '/')
		return false;
	version = memchr(target, ' ', len - (size_t)(target - line));
	if (version == NULL || len - (size_t)(++version - line) != strlen("HTTP/1.1") || memchr(line, '#', len) != NULL)
		return false;
	*ret_wants_host = memcmp(version, "HTTP/1.1", strlen("HTTP/1.1")) == 0;
	return *ret_wants_host || memcmp(version, "HTTP/1.0", strlen("HTTP/1.0")) == 0;
}

static bool is_named(const char *line, size_t name_len, const char *name)
{
	return strlen(name) == name_len && strncasecmp(line, name, name_len) == 0;
}

static unsigned count_pairs(const char *value, size_t len)
{
	unsigned count = 1;

	for (; len > 0; len--)
		count += *value++ == ';';
	return count;
}

/* A proxy that asks sends no body; an empty one may be announced. */
static bool is_zero(const char *value, size_t len)
{
	while (len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	return len == 1 && *value == '0';
}

static void take_field(struct seen *seen, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value = colon + 1;
	size_t name_len = (size_t)(colon - line), value_len = len - name_len - 1;

	if (is_named(line, name_len, "Host"))
		seen->hosts++;
	else if (is_named(line, name_len, "Cookie")) {
		seen->cookies++;
		seen->pairs += count_pairs(value, value_len);
	} else if (is_named(line, name_len, "Content-Length")) {
		seen->lengths++;
		seen->body |= !is_zero(value, value_len);
	} else if (is_named(line, name_len, "Transfer-Encoding"))
		seen->body = true;
}

/* The filter has seen to it that each line ends with CR LF, and each but the first and the last has a colon. */
unsigned lbr_gate_head_judge(const char *bytes, size_t len)
{
	const char *end = bytes + len, *line_end = memchr(bytes, '\r', len);
	struct seen seen = { .body = false };
	bool wants_host = false;

	if (!take_line(bytes, (size_t)(line_end - bytes), &wants_host))
		return 400;
	for (bytes = line_end + 2; *bytes != '\r'; bytes = line_end + 2) {
		line_end = memchr(bytes, '\r', (size_t)(end - bytes));
		take_field(&seen, bytes, (size_t)(line_end - bytes));
	}
	if (seen.hosts > 1 || (wants_host && seen.hosts == 0) || seen.cookies > 1 || seen.lengths > 1 || seen.body)
		return 400;
	return seen.pairs > LBR_GATE_COOKIES_MAX ? 431 : 0;
}
