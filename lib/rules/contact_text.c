/* A contact as text. */
#include <liberations/contact.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
#define NORTH_AMERICA 10 /* digits of a number without its country */
#define PHONE_DIGITS_MIN 7
#define VERIFIED "verified="
#define SECURITY "notices=security"
#define TIME_DIGITS_MAX 18

bool lbr_carrier_is_name(const char *name)
{
	size_t len = strspn(name, DIGITS "abcdefghijklmnopqrstuvwxyz-");

	return len > 0 && len < LBR_CARRIER_MAX && name[len] == '\0' && name[0] != '-';
}

static bool is_phone(const char *text)
{
	size_t len = strnlen(text, LBR_PHONE_MAX);

	return len > PHONE_DIGITS_MIN && len < LBR_PHONE_MAX && text[0] == '+' && text[1] != '0' &&
	       strspn(text + 1, DIGITS) == len - 1;
}

bool lbr_phone_read(const char *typed, char ret[LBR_PHONE_MAX])
{
	char digits[LBR_PHONE_MAX] = "";
	bool whole = typed[0] == '+';
	size_t len = 0;

	memset(ret, 0, LBR_PHONE_MAX);
	for (typed += whole; *typed != '\0'; typed++) {
		if (strchr(" -.()", *typed) != NULL)
			continue;
		if (*typed < '0' || *typed > '9' || len == LBR_PHONE_MAX - 2)
			return false;
		digits[len++] = *typed;
	}
	if (!whole && len != NORTH_AMERICA && !(len == NORTH_AMERICA + 1 && digits[0] == '1'))
		return false;
	/* No area code and no exchange there begins with 0 or 1 (NANPA). */
	if ((!whole || digits[0] == '1') && (len < NORTH_AMERICA || digits[len - NORTH_AMERICA] < '2' || digits[len - 7] < '2'))
		return false;
	if (whole && digits[0] == '1' && len != NORTH_AMERICA + 1)
		return false;
	whole = whole || len != NORTH_AMERICA;
	memcpy(ret, "+1", 2);
	memcpy(ret + (whole ? 1 : 2), digits, len);
	if (is_phone(ret))
		return true;
	memset(ret, 0, LBR_PHONE_MAX);
	return false;
}

static bool is_sound(const struct lbr_contact *contact)
{
	if (contact->verified_s < 0 || (contact->phone[0] == '\0' && contact->carrier[0] != '\0'))
		return false;
	if (contact->phone[0] != '\0' && contact->address[0] != '\0')
		return false;
	if (contact->phone[0] != '\0')
		return is_phone(contact->phone) && (contact->carrier[0] == '\0' || lbr_carrier_is_name(contact->carrier));
	return lbr_address_is_sound(contact->address, false);
}

bool lbr_contact_write(const struct lbr_contact *contact, char ret[LBR_CONTACT_MAX])
{
	char verified[32] = "", whole[2 * LBR_CONTACT_MAX];

	memset(ret, 0, LBR_CONTACT_MAX);
	if (contact->phone[0] == '\0' && contact->address[0] == '\0')
		return contact->carrier[0] == '\0';
	if (!is_sound(contact))
		return false;
	if (contact->verified_s > 0)
		snprintf(verified, sizeof(verified), " " VERIFIED "%" PRId64, contact->verified_s);
	snprintf(whole, sizeof(whole), "%s%s%s%s%s", lbr_contact_where(contact), contact->carrier[0] != '\0' ? " " : "",
	         contact->carrier, verified, contact->security_only ? " " SECURITY : "");
	if (strlen(whole) >= LBR_CONTACT_MAX)
		return false;
	memcpy(ret, whole, strlen(whole) + 1);
	return true;
}

static bool read_time(const char *digits, int64_t *ret)
{
	size_t len = strspn(digits, DIGITS), at;

	*ret = 0;
	if (len == 0 || len > TIME_DIGITS_MAX || digits[len] != '\0')
		return false;
	for (at = 0; at < len; at++)
		*ret = *ret * 10 + (digits[at] - '0');
	return true;
}

static bool take(const char *word, bool first, struct lbr_contact *contact)
{
	if (first && word[0] == '+' && strlen(word) < LBR_PHONE_MAX)
		memcpy(contact->phone, word, strlen(word) + 1);
	else if (first)
		memcpy(contact->address, word, strlen(word) + 1);
	else if (strcmp(word, SECURITY) == 0)
		contact->security_only = true;
	else if (strncmp(word, VERIFIED, strlen(VERIFIED)) == 0)
		return read_time(word + strlen(VERIFIED), &contact->verified_s);
	else if (lbr_carrier_is_name(word))
		memcpy(contact->carrier, word, strlen(word) + 1);
	else
		return false;
	return true;
}

/* Whatever the words were, only what would be written the same way passes. */
bool lbr_contact_read(const char *field, struct lbr_contact *ret)
{
	char copy[LBR_CONTACT_MAX], again[LBR_CONTACT_MAX], *rest = copy, *word;
	bool sound = strnlen(field, sizeof(copy)) < sizeof(copy), first = true;

	memset(ret, 0, sizeof(*ret));
	if (sound && field[0] == '\0')
		return true;
	if (sound)
		memcpy(copy, field, strlen(field) + 1);
	while (sound && (word = strsep(&rest, " ")) != NULL) {
		sound = take(word, first, ret);
		first = false;
	}
	if (sound && lbr_contact_write(ret, again) && strcmp(again, field) == 0)
		return true;
	memset(ret, 0, sizeof(*ret));
	return false;
}

const char *lbr_contact_where(const struct lbr_contact *contact)
{
	return contact->phone[0] != '\0' ? contact->phone : contact->address;
}
