/* The sentence that says to root what went wrong. */
#include <liberations/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(struct lbr_reason *reason, const char *text)
{
	size_t used = strnlen(reason->text, sizeof(reason->text) - 1);
	size_t len = strnlen(text, sizeof(reason->text) - 1 - used);

	memcpy(reason->text + used, text, len);
	reason->text[used + len] = '\0';
}

static void __attribute__((format(printf, 2, 0))) fill(struct lbr_reason *reason, const char *format, va_list words)
{
	if (vsnprintf(reason->text, sizeof(reason->text), format, words) < 0)
		reason->text[0] = '\0';
}

enum lbr_error lbr_fail(struct lbr_reason *reason, enum lbr_error error, const char *format, ...)
{
	va_list words;

	if (reason == NULL)
		return error;
	va_start(words, format);
	fill(reason, format, words);
	va_end(words);
	return error;
}

/* Not strerror(3): the host's locale is not ours to speak, nor its static buffer ours to write. */
enum lbr_error lbr_fail_system(struct lbr_reason *reason, int saved_errno, const char *format, ...)
{
	const char *cause = strerrordesc_np(saved_errno);
	va_list words;

	if (reason == NULL)
		return LBR_ERR_SYSTEM;
	va_start(words, format);
	fill(reason, format, words);
	va_end(words);
	append(reason, ": ");
	append(reason, cause != NULL ? cause : "unknown error");
	return LBR_ERR_SYSTEM;
}

void lbr_reason_prefix(struct lbr_reason *reason, const char *where)
{
	struct lbr_reason whole = { .text = "" };

	if (reason == NULL)
		return;
	append(&whole, where);
	append(&whole, ": ");
	append(&whole, reason->text);
	*reason = whole;
}

const char *lbr_error_name(enum lbr_error error)
{
	switch (error) {
	case LBR_OK: return "ok";
	case LBR_ERR_INTERNAL: return "internal";
	case LBR_ERR_MEMORY: return "no memory";
	case LBR_ERR_SYSTEM: return "system";
	case LBR_ERR_SYNTAX: return "syntax";
	case LBR_ERR_RANGE: return "range";
	case LBR_ERR_ABSENT: return "absent";
	case LBR_ERR_EXISTS: return "exists";
	case LBR_ERR_DAMAGED: return "damaged";
	case LBR_ERR_UNSAFE: return "unsafe";
	case LBR_ERR_STALE: return "stale";
	case LBR_ERR_BUSY: return "busy";
	}
	return "unknown";
}
