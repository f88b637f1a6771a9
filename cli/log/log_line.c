#include "log_line.h"

#include <string.h>

/* Moves `*at` behind `word`; false if something else is there. */
static bool pass(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool keep(const char *from, size_t len, char *ret, size_t size)
{
	if (len >= size)
		return false;
	memcpy(ret, from, len);
	ret[len] = '\0';
	return true;
}

/* "NAME=VALUE": a value holds no blank and no parenthesis, whatever it was made of. */
static bool read_field(const char **at, const char *name, char ret[LOG_FIELD_MAX])
{
	size_t len;

	if (!pass(at, name))
		return false;
	len = strcspn(*at, " =()");
	if (!keep(*at, len, ret, LOG_FIELD_MAX))
		return false;
	*at += len;
	return true;
}

/* The last of them: a detail may hold parentheses too. */
static const char *find_fields(const char *message)
{
	const char *found = NULL, *at = message;

	while ((at = strstr(at, " (service=")) != NULL)
		found = at++;
	return found;
}

static bool read_fields(const char *at, struct log_line *ret)
{
	if (!read_field(&at, " (service=", ret->service) || !pass(&at, " rhost="))
		return false;
	ret->is_claim = pass(&at, "claimed:");
	if (!read_field(&at, "", ret->rhost) || !read_field(&at, " tty=", ret->tty) || !read_field(&at, " uid=", ret->uid) ||
	    !read_field(&at, " pid=", ret->pid) || !pass(&at, ")"))
		return false;
	return at[strspn(at, " ")] == '\0';
}

/* The words in front of " for ". A line of the agent about itself has none of these. */
static bool read_event(const char **at, char ret[LOG_FIELD_MAX])
{
	static const char *const events[] = { "sign-in", "first sign-in", "notice", "account", "change", "token", "recovery codes",
	                                      "standing", "rehash", "request", "unknown=ignore" };
	size_t each;

	for (each = 0; each < sizeof(events) / sizeof(events[0]); each++) {
		const char *behind = *at;

		if (!pass(&behind, events[each]) || !pass(&behind, " for "))
			continue;
		*at = behind;
		return keep(events[each], strlen(events[each]), ret, LOG_FIELD_MAX);
	}
	return false;
}

static bool read_agent(const char *at, struct log_line *ret)
{
	const char *fields;
	size_t len;

	if (!read_event(&at, ret->event))
		return false;
	len = strcspn(at, " :=()");
	if (!keep(at, len, ret->user, sizeof(ret->user)))
		return false;
	at += len;
	fields = find_fields(at);
	if (!pass(&at, ": ") || fields == NULL || fields < at)
		return false;
	return keep(at, (size_t)(fields - at), ret->detail, sizeof(ret->detail)) && read_fields(fields, ret);
}

static bool read_desk(const char *at, struct log_line *ret)
{
	char count[LOG_FIELD_MAX], outcome[LOG_FIELD_MAX];

	ret->of_desk = true;
	if (!read_field(&at, "desk: ", ret->event) || !read_field(&at, " user=", ret->user) ||
	    !read_field(&at, " outcome=", outcome) || !read_field(&at, " by=", ret->by) ||
	    !read_field(&at, " loginuid=", ret->loginuid) || !read_field(&at, " uid=", ret->uid) ||
	    !read_field(&at, " tty=", ret->tty))
		return false;
	if (at[0] != '\0' && !read_field(&at, " count=", count) && !read_field(&at, " other=", ret->other))
		return false;
	return at[0] == '\0' && keep(outcome, strlen(outcome), ret->detail, sizeof(ret->detail));
}

bool cli_log_line_read(const char *tag, const char *message, struct log_line *ret)
{
	int64_t time_s = ret->time_s;

	*ret = (struct log_line){ .time_s = time_s };
	if (strcmp(tag, LOG_TAG_AGENT) == 0)
		return read_agent(message, ret);
	return strcmp(tag, LOG_TAG_DESK) == 0 && read_desk(message, ret);
}
