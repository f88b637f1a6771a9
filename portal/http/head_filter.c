/* The bytes of a request's head. */
#include "head_filter.h"

#include <stdbool.h>
#include <string.h>

/* tchar of RFC 9110, section 5.6.2. By hand: isalnum(3) depends on the locale. */
static bool is_token(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static enum lbr_head_place after(enum lbr_head_place place, unsigned char c)
{
	switch (place) {
	case LBR_HEAD_LINE:
		return c == '\r' ? LBR_HEAD_CR : c >= 0x20 && c <= 0x7e ? LBR_HEAD_LINE : LBR_HEAD_REFUSED;
	case LBR_HEAD_BEGIN:
		return c == '\r' ? LBR_HEAD_LAST_CR : is_token(c) ? LBR_HEAD_NAME : LBR_HEAD_REFUSED;
	case LBR_HEAD_NAME:
		return c == ':' ? LBR_HEAD_VALUE : is_token(c) ? LBR_HEAD_NAME : LBR_HEAD_REFUSED;
	case LBR_HEAD_VALUE:
		return c == '\r' ? LBR_HEAD_CR : c == '\t' || (c >= 0x20 && c != 0x7f) ? LBR_HEAD_VALUE : LBR_HEAD_REFUSED;
	case LBR_HEAD_CR:
		return c == '\n' ? LBR_HEAD_BEGIN : LBR_HEAD_REFUSED;
	case LBR_HEAD_LAST_CR:
		return c == '\n' ? LBR_HEAD_DONE : LBR_HEAD_REFUSED;
	case LBR_HEAD_DONE:
	case LBR_HEAD_REFUSED:
		break;
	}
	return LBR_HEAD_REFUSED;
}

static void refuse(struct lbr_head *head, unsigned status)
{
	head->place = LBR_HEAD_REFUSED;
	head->status = status;
}

size_t lbr_head_feed(struct lbr_head *head, const char *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && head->place != LBR_HEAD_DONE && head->place != LBR_HEAD_REFUSED) {
		enum lbr_head_place next = after(head->place, (unsigned char)bytes[at]);

		if (next == LBR_HEAD_REFUSED || (head->len == 0 && next == LBR_HEAD_CR))
			refuse(head, 400);
		else if (head->len == LBR_HEAD_MAX || (next == LBR_HEAD_NAME && head->place == LBR_HEAD_BEGIN &&
		                                       ++head->fields > LBR_HEAD_FIELDS_MAX))
			refuse(head, 431);
		else
			head->place = next;
		head->len++;
		at++;
	}
	return at;
}
