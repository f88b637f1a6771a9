/* An e-mail address by allow-list. */
#include <liberations/address.h>

#include <stdbool.h>
#include <string.h>

#define LOCAL_MAX 64  /* RFC 5321, section 4.5.3.1.1 */
#define LABEL_MAX 63  /* RFC 1035, section 2.3.4 */

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* No dot first, last or doubled; no '-' first, which would turn the address into an option. */
static bool is_local_part(const char *at, size_t len)
{
	size_t i;

	if (len == 0 || len > LOCAL_MAX || at[0] == '-' || at[0] == '.' || at[len - 1] == '.')
		return false;
	for (i = 0; i < len; i++) {
		if (at[i] == '\0' || (!is_alphanumeric(at[i]) && strchr("._+-'&=~", at[i]) == NULL))
			return false;
		if (at[i] == '.' && at[i + 1] == '.')
			return false;
	}
	return true;
}

static bool is_label(const char *at, size_t len)
{
	size_t i;

	if (len == 0 || len > LABEL_MAX || at[0] == '-' || at[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!is_alphanumeric(at[i]) && at[i] != '-')
			return false;
	return true;
}

static bool is_domain(const char *at)
{
	size_t len;

	for (;; at += len + 1) {
		len = strcspn(at, ".");
		if (!is_label(at, len))
			return false;
		if (at[len] == '\0')
			return true;
	}
}

bool lbr_address_is_sound(const char *text, bool may_be_local)
{
	size_t len = strnlen(text, LBR_ADDRESS_MAX), local;

	if (len == LBR_ADDRESS_MAX)
		return false;
	local = strcspn(text, "@");
	if (!is_local_part(text, local))
		return false;
	return text[local] == '\0' ? may_be_local : is_domain(text + local + 1);
}
